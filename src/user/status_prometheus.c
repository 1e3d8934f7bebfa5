/* SPDX-License-Identifier: GPL-2.0 */
/* The document of status in Prometheus' text format 0.0.4: a family of metrics is one row. */

#include "status.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "session.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/* Longest labels of a sample: three, of texts that are escaped. */
#define KEY_MAX		64

/**
 * struct family - metrics of one name
 * @name: without "clbench_"
 * @type: counter or gauge
 * @help: what it counts
 * @path: keys from the session, or the event, down to the value
 * @ms: the value is in ms, the metric in s
 */
struct family {
	const char *name;
	const char *type;
	const char *help;
	const char *path;
	bool ms;
};

static const struct family global_families[] = {
	{ "sessions_max", "gauge", "Most sessions that the module grants.", "sessions_max", false },
	{ "memory_used_bytes", "gauge", "Memory in the kernel that all sessions hold.",
	  "memory.used_bytes", false },
	{ "memory_limit_bytes", "gauge", "Most memory in the kernel for all sessions.",
	  "memory.total_bytes", false },
};

static const struct family session_families[] = {
	{ "session_memory_bytes", "gauge", "Memory in the kernel that the session holds.",
	  "memory.now_bytes", false },
	{ "session_memory_high_bytes", "gauge", "Most memory that the session ever held.",
	  "memory.high_bytes", false },
	{ "session_memory_limit_bytes", "gauge", "Most memory that the session may hold.",
	  "memory.max_bytes", false },
	{ "session_batches_sent_total", "counter", "Batches sent to the reader.", "batches.sent",
	  false },
	{ "session_batches_acked_total", "counter", "Batches that the reader acknowledged.",
	  "batches.acked", false },
	{ "session_batches_resent_total", "counter", "Batches sent once more.", "batches.resent",
	  false },
	{ "session_batches_retained", "gauge", "Batches kept until they are acknowledged.",
	  "batches.retained", false },
	{ "session_nodes_high", "gauge", "Most nodes that one list ever had.", "nodes_high",
	  false },
	{ "session_stalled_seconds_total", "counter",
	  "Time in which records waited for acknowledgements.", "stalled_ms", true },
	{ "session_late_records_total", "counter", "Records whose time is not exact.", "late",
	  false },
	{ "session_drained_records_total", "counter",
	  "Records that stood in the lists when recording ended.", "drained", false },
	{ "session_cut_age_seconds", "gauge",
	  "Age of the time up to which everything was merged, while something waits.",
	  "cut_age_ms", true },
	{ "session_linger_left_seconds", "gauge",
	  "How long the session still waits for a reader, while it has none.", "linger_left_ms",
	  true },
	{ "session_trace_bytes", "gauge", 
	  "Bytes of the chunks, those of earlier sessions of the name included.", "trace.bytes", false },
	{ "session_trace_chunks", "gauge", 
	  "Chunks, those of earlier sessions of the name included.", "trace.chunks", false },
	{ "session_trace_removed_chunks_total", "counter",
	  "Closed chunks that were removed to keep to the limits.", "trace.removed_chunks", false },
	{ "session_trace_removed_bytes_total", "counter", "Bytes of the removed chunks.",
	  "trace.removed_bytes", false },
	{ "session_trace_paused", "gauge", "1 while there is no room for the trace.",
	  "trace.paused", false },
};

static const struct family event_families[] = {
	{ "records_attempted_total", "counter", "Records that the kernel tried to make.",
	  "attempted", false },
	{ "records_delivered_total", "counter", "Records that the reader acknowledged.",
	  "delivered", false },
	{ "records_pending", "gauge", "Records on their way to the reader.", "pending", false },
	{ "records_excluded_total", "counter", "Records left out by the session's exclusions.",
	  "excluded", false },
	{ "records_filtered_total", "counter", "Records left out by filters.", "filtered", false },
	{ "probe_missed_total", "counter", "Calls that the kernel did not make to the kprobe.",
	  "missed", false },
};

static void put_family(FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP clbench_%s %s\n# TYPE clbench_%s %s\n", name, help, name, type);
}

static void put_label(FILE *out, char before, const char *key, const char *value)
{
	fprintf(out, "%c%s=\"", before, key);
	for (; *value; value++) {
		if (*value == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*value == '"' || *value == '\\')
			fputc('\\', out);
		fputc(*value, out);
	}
	fputc('"', out);
}

/* What stands at the end of a path, NULL if it does not go so far. */
static json_t *find(json_t *object, const char *path)
{
	char key[KEY_MAX];
	size_t length;

	for (;;) {
		length = strcspn(path, ".");
		snprintf(key, sizeof(key), "%.*s", (int)length, path);
		object = json_object_get(object, key);
		if (!path[length] || !object)
			return object;
		path += length + 1;
	}
}

/* Where to, and the labels that a sample has. */
struct sample {
	FILE *out;
	const char *session;
	const char *event;
	const char *cause;
};

static int put_value(FILE *out, json_t *value, bool ms)
{
	json_int_t number = json_is_true(value) ? 1 : json_integer_value(value);

	if (!json_is_boolean(value) && (!json_is_integer(value) || number < 0))
		return -EPROTO;
	if (ms)
		fprintf(out, " %" JSON_INTEGER_FORMAT ".%03d\n", number / 1000,
			(int)(number % 1000));
	else
		fprintf(out, " %" JSON_INTEGER_FORMAT "\n", number);
	return 0;
}

static int put_sample(const struct sample *s, const char *name, json_t *value, bool ms)
{
	fprintf(s->out, "clbench_%s", name);
	if (s->session)
		put_label(s->out, '{', "session", s->session);
	if (s->event)
		put_label(s->out, ',', "event", s->event);
	if (s->cause)
		put_label(s->out, ',', "cause", s->cause);
	if (s->session)
		fputc('}', s->out);
	return put_value(s->out, value, ms);
}

/* What is null, or not there, has no sample. */
static int put_found(const struct sample *s, const struct family *family, json_t *object)
{
	json_t *value = find(object, family->path);

	if (!value || json_is_null(value))
		return 0;
	return put_sample(s, family->name, value, family->ms);
}

static void put_info(FILE *out, const char *name, const char *help, const char *version,
		     const char *installed)
{
	put_family(out, name, "gauge", help);
	if (!version)
		return;
	fprintf(out, "clbench_%s", name);
	put_label(out, '{', "version", version);
	if (installed)
		put_label(out, ',', "installed_version", installed);
	fputs("} 1\n", out);
}

static int put_global(json_t *document, json_t *sessions, FILE *out)
{
	const char *module, *tools, *installed, *daemon;
	struct sample sample = { .out = out };
	json_int_t protocol;
	int ret = 0;

	if (json_unpack(document, "{s:{s:s, s:I}, s:{s:s}}", "module", "version", &module,
			"protocol", &protocol, "tools", "version", &tools))
		return -EPROTO;
	installed = json_string_value(find(document, "module.installed_version"));
	daemon = json_string_value(find(document, "daemon.version"));
	put_info(out, "module_info", "The module that is loaded, and the one that is installed.",
		 module, installed ? installed : "");
	put_family(out, "protocol_version", "gauge", "Version of the module's protocol.");
	fprintf(out, "clbench_protocol_version %" JSON_INTEGER_FORMAT "\n", protocol);
	put_info(out, "tools_info", "The clbench-ctl that wrote this.", tools, NULL);
	put_info(out, "daemon_info", "The clbenchd that runs, if one does.", daemon, NULL);
	put_family(out, "daemon_up", "gauge", "1 if clbenchd runs.");
	fprintf(out, "clbench_daemon_up %d\n", daemon ? 1 : 0);
	put_family(out, "sessions", "gauge", "Sessions that are told of here.");
	fprintf(out, "clbench_sessions %zu\n", json_array_size(sessions));
	for (size_t i = 0; i < ARRAY_SIZE(global_families) && !ret; i++) {
		put_family(out, global_families[i].name, global_families[i].type,
			   global_families[i].help);
		ret = put_found(&sample, &global_families[i], document);
	}
	return ret;
}

/* One sample for each state, so that a query needs no knowledge of numbers. */
static int put_states(json_t *sessions, FILE *out)
{
	const char *name, *state;
	json_t *session;
	size_t i;

	put_family(out, "session_state", "gauge", "1 for the state that the session is in.");
	json_array_foreach(sessions, i, session) {
		if (json_unpack(session, "{s:s, s:s}", "name", &name, "state", &state))
			return -EPROTO;
		for (unsigned int s = 0; s <= CLBENCH_STATE_MAX; s++) {
			fputs("clbench_session_state", out);
			put_label(out, '{', "session", name);
			put_label(out, ',', "state", clb_state_name(s));
			fprintf(out, "} %d\n", !strcmp(state, clb_state_name(s)));
		}
	}
	return 0;
}

/* Calls @put for each event of each session. */
static int each_event(json_t *sessions, FILE *out, const struct family *family,
		      int (*put)(struct sample *s, const struct family *family, json_t *event))
{
	json_t *session, *event, *events;
	struct sample sample = { .out = out };
	size_t i;
	int ret;

	json_array_foreach(sessions, i, session) {
		events = json_object_get(session, "events");
		sample.session = json_string_value(json_object_get(session, "name"));
		if (!json_is_object(events))
			return -EPROTO;
		json_object_foreach(events, sample.event, event) {
			ret = put(&sample, family, event);
			if (ret)
				return ret;
		}
	}
	return 0;
}

static int put_of_event(struct sample *s, const struct family *family, json_t *event)
{
	return put_found(s, family, event);
}

static int put_discarded(struct sample *s, const struct family *family, json_t *event)
{
	json_t *causes = json_object_get(event, "discarded"), *count;
	int ret = json_is_object(causes) ? 0 : -EPROTO;

	json_object_foreach(causes, s->cause, count) {
		ret = put_sample(s, family->name, count, false);
		if (ret)
			break;
	}
	s->cause = NULL;
	return ret;
}

static int put_session_family(json_t *sessions, FILE *out, const struct family *family)
{
	struct sample sample = { .out = out };
	json_t *session;
	size_t i;
	int ret;

	put_family(out, family->name, family->type, family->help);
	json_array_foreach(sessions, i, session) {
		sample.session = json_string_value(json_object_get(session, "name"));
		ret = put_found(&sample, family, session);
		if (ret)
			return ret;
	}
	return 0;
}

int clb_status_prometheus(json_t *document, FILE *out)
{
	static const struct family discarded = {
		"records_discarded_total", "counter", "Records that were lost, by cause.",
		"discarded", false,
	};
	json_t *sessions = json_object_get(document, "sessions");
	int ret;

	if (!json_is_array(sessions))
		return -EPROTO;
	ret = put_global(document, sessions, out);
	if (!ret)
		ret = put_states(sessions, out);
	for (size_t i = 0; i < ARRAY_SIZE(session_families) && !ret; i++)
		ret = put_session_family(sessions, out, &session_families[i]);
	for (size_t i = 0; i < ARRAY_SIZE(event_families) && !ret; i++) {
		put_family(out, event_families[i].name, event_families[i].type,
			   event_families[i].help);
		ret = each_event(sessions, out, &event_families[i], put_of_event);
	}
	if (ret)
		return ret;
	put_family(out, discarded.name, discarded.type, discarded.help);
	return each_event(sessions, out, &discarded, put_discarded);
}
