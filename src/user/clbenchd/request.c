/* SPDX-License-Identifier: GPL-2.0 */
/* The requests of the control socket, one function each. */

#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chunks.h"
#include "clbenchd.h"
#include "connect.h"
#include "counts_json.h"
#include "lent.h"
#include "list_json.h"
#include "message.h"
#include "nl.h"
#include "retention.h"
#include "select.h"
#include "status_json.h"
#include "summary.h"

/* ------------------------------------------------------------------ answers */

/* The document that @write writes. */
static json_t *document(void (*write)(void *arg, FILE *out), void *arg)
{
	json_t *json = NULL;
	char *text = NULL;
	size_t size;
	FILE *f;

	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	write(arg, f);
	if (!fclose(f))
		json = json_loadb(text, size, 0, NULL);
	free(text);
	return json;
}

static json_t *session_of(const struct clbd_recording *r)
{
	char uuid[CLB_UUID_TEXT];

	return json_pack("{s:s, s:I, s:s, s:s, s:I, s:I, s:I, s:I}", "name", r->plan.name,
			 "id", (json_int_t)r->channel.session.id, "uuid",
			 clb_uuid_format(uuid, r->channel.session.uuid),
			 "dir", r->chunks.dir, "chunk", (json_int_t)r->chunks.number,
			 "nr_events", (json_int_t)r->stream.nr_names,
			 "nr_cpus", (json_int_t)sysconf(_SC_NPROCESSORS_ONLN),
			 "sent", (json_int_t)r->channel.highest);
}

/* Who waits for @what of @r; @after: look behind this one. */
static struct clbd_conn *waiting(struct clbd_recording *r, enum clbd_wait what,
				 struct clbd_conn *after)
{
	struct clbd_conn *c = after ? after->next : r->d->control.conns;

	while (c && (c->dead || c->wait != what || c->recording != r))
		c = c->next;
	return c;
}

void clbd_control_started(struct clbd_recording *r)
{
	struct clbd_conn *c = NULL;

	while ((c = waiting(r, CLBD_WAIT_START, c)))
		clbd_conn_answer(c, json_pack("{s:o}", "session", session_of(r)));
}

void clbd_control_changed(struct clbd_recording *r, const char *why)
{
	struct clbd_conn *c = NULL;

	while ((c = waiting(r, CLBD_WAIT_SET, c))) {
		if (why)
			clbd_conn_refuse(c, CLB_EXIT_FAILED, "cannot change %s: %s", r->plan.name, why);
		else
			clbd_conn_answer(c, json_pack("{s:o}", "session", session_of(r)));
	}
}

void clbd_control_rotated(struct clbd_recording *r)
{
	struct clbd_conn *c = NULL;
	char *closed = clb_chunks_path(r->chunks.dir, r->chunks.number - 1);

	while ((c = waiting(r, CLBD_WAIT_ROTATE, c)))
		clbd_conn_answer(c, json_pack("{s:s, s:I}", "closed", closed, "chunk",
					      (json_int_t)r->chunks.number));
	free(closed);
}

/* ------------------------------------------------------------------ the end */

static void fill_summary(struct clb_summary *s, const struct clbd_recording *r)
{
	*s = (struct clb_summary) {
		.dir = r->chunks.dir,
		.session = r->has_last ? &r->last : &r->channel.session,
		.counted = r->has_last && r->last.nr_counts,
		.measured = r->has_last,
		.whole = !r->failed && !r->gave_up,
		.gave_up = r->gave_up,
		.duration_ns = r->started_ns ? r->stopped_ns - r->started_ns : 0,
		.batches = r->channel.stored,
		.bytes = clbd_chunks_bytes(&r->chunks),
	};
}

static void write_summary(void *arg, FILE *out)
{
	clb_summary_json(arg, out);
}

static void answer_stop(struct clbd_conn *c, const struct clbd_recording *r)
{
	struct clb_counts total = clb_session_total(&r->last);
	struct clb_summary s;
	char *text = NULL;
	size_t size;
	FILE *f;

	fill_summary(&s, r);
	f = open_memstream(&text, &size);
	if (f) {
		clb_summary_print(&s, f, false);
		fclose(f);
	}
	clbd_conn_answer(c, json_pack("{s:o, s:s, s:b}", "summary", document(write_summary, &s),
				      "text", text ? text : "", "strict_failed",
				      r->plan.strict && (!s.counted ||
							 clb_counts_discarded(&total))));
	free(text);
}

static void tell_tail(struct clbd_conn *c, const struct clbd_recording *r)
{
	json_t *event = json_pack("{s:s, s:I}", "event", "ended", "sent",
				  (json_int_t)(r->has_last ? r->last.sent : r->channel.stored));

	if (!event)
		return;
	json_object_set_new(event, "ok", json_true());
	c->wait = CLBD_WAIT_NOTHING;
	clbd_conn_end_loan(c, false);
	clbd_conn_answer(c, event);
}

void clbd_control_over(struct clbd_recording *r)
{
	const char *why = r->failed ? r->failed : "it has ended; see clbench-ctl verify";

	for (struct clbd_conn *c = r->d->control.conns; c; c = c->next) {
		if (c->dead)
			continue;
		if (c->wait == CLBD_WAIT_TAIL && c->tail_id == r->channel.session.id) {
			tell_tail(c, r);
		} else if (c->recording == r && c->wait == CLBD_WAIT_STOP) {
			if (r->failed && !r->gave_up)
				clbd_conn_refuse(c, CLB_EXIT_FAILED, "session %s: %s", r->plan.name, why);
			else
				answer_stop(c, r);
		} else if (c->recording == r) {
			clbd_conn_refuse(c, CLB_EXIT_FAILED, "session %s: %s", r->plan.name, why);
		}
	}
}

/* ---------------------------------------------------------------- requests */

/* The name in a request, checked. */
static const char *name_of(struct clbd_conn *c, const json_t *request, const char *what)
{
	const char *name = json_string_value(json_object_get(request, "name"));
	struct clbd_plan plan;

	if (name && !clbd_plan_init(&plan, name))
		return name;
	clbd_conn_refuse(c, CLB_EXIT_USAGE,
			 "cannot %s: the name of a session is 1 to 31 of letters, digits and _.-", what);
	return NULL;
}

static struct clbd_recording *recording_of(struct clbd_conn *c, const json_t *request,
					   const char *what)
{
	const char *name = name_of(c, request, what);
	struct clbd_recording *r = name ? clbd_recording_find(c->d, name) : NULL;

	if (name && !r)
		clbd_conn_refuse(c, CLB_EXIT_FAILED,
				 "cannot %s %s: the daemon has no such session; see clbench-ctl status",
				 what, name);
	return r;
}

static void wait_for(struct clbd_conn *c, struct clbd_recording *r, enum clbd_wait what)
{
	c->wait = what;
	c->recording = r;
}

static void hello(struct clbd_conn *c, const json_t *request)
{
	(void)request;
	clbd_conn_answer(c, json_pack("{s:{s:s, s:i, s:i, s:s}}", "daemon", "version",
				      PACKAGE_VERSION, "pid", (int)getpid(), "control",
				      CLBD_CONTROL_PROTOCOL, "trace_dir", c->d->conf.trace_dir));
}

/* As in the configuration file, then as asked for. */
static int plan_of(struct clbd_conn *c, const json_t *request, const char *name,
		   struct clbd_plan *plan)
{
	const struct clbd_section *section = clbd_conf_section(&c->d->conf, name);
	char why[CLBD_WHY] = "";
	int ret;

	ret = section ? clbd_plan_copy(plan, &section->plan) : clbd_plan_init(plan, name);
	if (!ret)
		ret = clbd_plan_take(plan, json_object_get(request, "options"), false, why);
	if (!ret)
		return 0;
	clbd_plan_free(plan);
	clbd_conn_refuse(c, CLB_EXIT_USAGE, "cannot start %s: %s; see clbench-ctl start --help",
			 name, *why ? why : strerror(-ret));
	return ret;
}

/* An event that there is not, or a value that the kernel does not take, was typed. */
static int status_of(int error)
{
	return error == -EINVAL || error == -ERANGE ? CLB_EXIT_USAGE : CLB_EXIT_FAILED;
}

static void start(struct clbd_conn *c, const json_t *request)
{
	const char *name = name_of(c, request, "start a session");
	struct clbd_recording *r;
	struct clbd_plan plan;
	char why[CLBD_WHY];
	int ret;

	if (!name)
		return;
	if (c->d->stopping) {
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "cannot start %s: the daemon is being stopped; start it again",
				 name);
		return;
	}
	if (clbd_recording_find(c->d, name)) {
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "cannot start %s: the daemon has a session of this name; stop it, or choose another name",
				 name);
		return;
	}
	if (plan_of(c, request, name, &plan))
		return;
	ret = clbd_recording_start(c->d, &plan, false, &r, why);
	clbd_plan_free(&plan);
	if (ret) {
		clbd_conn_refuse(c, status_of(ret), "cannot start %s: %s", name, why);
		return;
	}
	clb_log(CLB_LEVEL_INFO, "session %s: started by uid %u, process %d", name, c->uid, c->pid);
	wait_for(c, r, CLBD_WAIT_START);
}

static void set(struct clbd_conn *c, const json_t *request)
{
	struct clbd_recording *r = recording_of(c, request, "change");
	char why[CLBD_WHY] = "";
	struct clbd_plan plan;
	int ret;

	if (!r)
		return;
	ret = clbd_plan_copy(&plan, &r->plan);
	if (!ret)
		ret = clbd_plan_take(&plan, json_object_get(request, "options"), true, why);
	if (ret) {
		clbd_conn_refuse(c, CLB_EXIT_USAGE, "cannot change %s: %s", r->plan.name,
				 *why ? why : strerror(-ret));
		clbd_plan_free(&plan);
		return;
	}
	ret = clbd_recording_set(r, &plan, why);
	clbd_plan_free(&plan);
	if (ret)
		clbd_conn_refuse(c, status_of(ret), "cannot change %s: %s", r->plan.name,
				 *why ? why : strerror(-ret));
	else if (r->changing)
		wait_for(c, r, CLBD_WAIT_SET);
	else
		clbd_conn_answer(c, json_pack("{s:o}", "session", session_of(r)));
}

static void stop(struct clbd_conn *c, const json_t *request)
{
	struct clbd_recording *r = recording_of(c, request, "stop");
	bool all = json_is_true(json_object_get(request, "give_up"));

	if (!r)
		return;
	clb_log(CLB_LEVEL_INFO, "session %s: stopped by uid %u, process %d", r->plan.name, c->uid,
		c->pid);
	wait_for(c, r, CLBD_WAIT_STOP);
	clbd_recording_stop(r, all);
}

static void rotate(struct clbd_conn *c, const json_t *request)
{
	struct clbd_recording *r = recording_of(c, request, "rotate");
	char why[CLBD_WHY] = "it does not record now";

	if (!r)
		return;
	if (r->phase != CLBD_RECORDING || clbd_recording_rotate(r, why))
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "cannot rotate %s: %s", r->plan.name, why);
	else
		wait_for(c, r, CLBD_WAIT_ROTATE);
}

static bool find_trace(void *arg, const struct clb_session *session,
		       struct clb_status_trace *trace)
{
	struct clbd_recording *r = clbd_recording_find(arg, session->name);
	uint64_t bytes;

	if (!r || r->channel.session.id != session->id)
		return false;
	*trace = (struct clb_status_trace) {
		.dir = r->chunks.dir,
		.chunk = r->chunks.number,
		.chunks = clbd_retention_chunks(r, &bytes) + r->chunks.open,
		.paused = r->paused,
		.max_size_bytes = r->plan.max_size_bytes,
		.rotate_size_bytes = r->plan.rotate_size_bytes,
		.rotate_time_ns = r->plan.rotate_time_ns,
		.keep = r->plan.keep,
		.keep_size_bytes = r->plan.keep_size_bytes,
		.keep_age_ns = r->plan.keep_age_ns,
		.removed_chunks = r->removed_chunks,
		.removed_bytes = r->removed_bytes,
	};
	trace->bytes = bytes + (r->chunks.open ? r->chunks.writer.bytes : 0);
	return true;
}

static void write_status(void *arg, FILE *out)
{
	clb_status_json(arg, out);
}

static bool is_wanted(const json_t *names, const char *name)
{
	const json_t *word;
	size_t i;

	if (!json_array_size(names))
		return true;
	json_array_foreach(names, i, word)
		if (json_is_string(word) && !strcmp(json_string_value(word), name))
			return true;
	return false;
}

/* Of many events, the list of all sessions has no counters: ask for each. */
static int ask_sessions(struct clbd *d, const json_t *names, struct clb_sessions *sessions)
{
	struct clb_session whole;
	size_t nr = 0;
	int ret;

	ret = clb_nl_sessions(d->nl, sessions);
	for (size_t i = 0; !ret && i < sessions->nr; i++) {
		struct clb_session *s = &sessions->list[i];

		if (!is_wanted(names, s->name)) {
			clb_session_free(s);
			continue;
		}
		if (!s->nr_counts && !clb_nl_session(d->nl, s->id, &whole)) {
			clb_session_free(s);
			*s = whole;
		}
		sessions->list[nr++] = *s;
	}
	if (!ret)
		sessions->nr = nr;
	return ret;
}

/* A name that is no session's is the asker's mistake. */
static const char *unknown_name(const json_t *names, const struct clb_sessions *sessions)
{
	const json_t *word;
	size_t i, j;

	json_array_foreach(names, i, word) {
		const char *name = json_string_value(word);

		for (j = 0; name && j < sessions->nr && strcmp(sessions->list[j].name, name); j++)
			;
		if (!name || j == sessions->nr)
			return name ? name : "";
	}
	return NULL;
}

static void status(struct clbd_conn *c, const json_t *request)
{
	const json_t *names = json_object_get(request, "names");
	struct clb_sessions sessions = { 0 };
	struct clb_status s = {
		.info = &c->d->info,
		.sessions = &sessions,
		.daemon_version = PACKAGE_VERSION,
		.daemon_pid = getpid(),
		.find_trace = find_trace,
		.arg = c->d,
	};
	const char *unknown;
	int ret;

	ret = clb_nl_info(c->d->nl, &c->d->info);
	if (!ret)
		ret = ask_sessions(c->d, names, &sessions);
	unknown = ret ? NULL : unknown_name(names, &sessions);
	if (ret)
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "cannot ask the module: %s%s",
				 clb_nl_why(c->d->nl), clb_advice(ret));
	else if (unknown)
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "no session \"%s\": it ended or never was; see clbench-ctl status",
				 unknown);
	else
		clbd_conn_answer(c, json_pack("{s:o}", "status", document(write_status, &s)));
	clb_sessions_free(&sessions);
}

struct list_arg {
	const struct clb_select *select;
	const struct clb_info *info;
};

static void write_list(void *arg, FILE *out)
{
	const struct list_arg *a = arg;

	clb_list_json(a->select, a->info, out);
}

static void events(struct clbd_conn *c, const json_t *request)
{
	struct clb_select select = { 0 };
	struct list_arg arg = { &select, &c->d->info };
	struct clb_events all;
	int ret;

	(void)request;
	ret = clb_nl_events(c->d->nl, &all);
	if (!ret)
		ret = clb_select_init(&select, &all);
	if (ret) {
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "cannot ask for events: %s%s",
				 clb_nl_why(c->d->nl), clb_advice(ret));
	} else {
		for (size_t i = 0; i < all.nr; i++)
			select.chosen[i] = !all.list[i].internal;
		clbd_conn_answer(c, json_pack("{s:o}", "events", document(write_list, &arg)));
	}
	clb_select_free(&select);
	clb_events_free(&all);
}

static void mark(struct clbd_conn *c, const json_t *request)
{
	const char *text = json_string_value(json_object_get(request, "text"));
	const json_t *name = json_object_get(request, "name");
	uint32_t marked;
	int ret;

	if (!text || !*text || strlen(text) > CLBENCH_MARK_MAX || (name && !json_is_string(name))) {
		clbd_conn_refuse(c, CLB_EXIT_USAGE, "cannot mark: the text must be 1 to %d bytes",
				 CLBENCH_MARK_MAX);
		return;
	}
	ret = clb_nl_mark(c->d->nl, json_string_value(name), text, &marked);
	if (ret)
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "cannot mark: %s; see clbench-ctl status",
				 clb_nl_why(c->d->nl));
	else
		clbd_conn_answer(c, json_pack("{s:I}", "marked", (json_int_t)marked));
}

/* -------------------------------------------------------------------- tail */

/* Of all events there are: the session may be set to others while one looks. */
static char *metadata_of(const struct clbd_recording *r)
{
	const struct clbd_stream whole = { .events = r->stream.all };
	char *text = NULL;
	size_t size;
	FILE *f;
	int ret;

	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	ret = clbd_stream_metadata(&whole, f, &r->channel.session, r->d->info.module_version,
				   r->chunks.clock_offset_ns);
	if (fclose(f) || ret) {
		free(text);
		return NULL;
	}
	return text;
}

static void tail(struct clbd_conn *c, const json_t *request)
{
	struct clbd_recording *r;
	char why[CLBD_WHY];
	char *metadata;
	int fd;

	if (!json_object_get(request, "name") && c->d->recordings && !c->d->recordings->next)
		r = c->d->recordings;
	else if (!json_object_get(request, "name"))
		r = NULL;
	else if (!(r = recording_of(c, request, "follow")))
		return;
	if (!r) {
		clbd_conn_refuse(c, CLB_EXIT_FAILED, c->d->recordings ?
				 "there are several sessions: name one; see clbench-ctl status" :
				 "no session: nothing records now; see clbench-ctl start --help");
		return;
	}
	fd = clbd_lent_open(r->channel.session.group, why);
	if (fd < 0) {
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "cannot follow %s: %s", r->plan.name, why);
		return;
	}
	metadata = metadata_of(r);
	clbd_conn_hand_over(c, fd);
	c->tail_id = r->channel.session.id;
	c->wait = CLBD_WAIT_TAIL;
	clbd_conn_answer(c, json_pack("{s:o, s:s}", "session", session_of(r), "metadata",
				      metadata ? metadata : ""));
	free(metadata);
}

/* --------------------------------------------------------------------- table */

static const struct {
	const char *name;
	void (*run)(struct clbd_conn *c, const json_t *request);
	const char *keys[3];
} requests[] = {
	{ "hello", hello, { 0 } },
	{ "start", start, { "name", "options" } },
	{ "set", set, { "name", "options" } },
	{ "stop", stop, { "name", "give_up" } },
	{ "rotate", rotate, { "name" } },
	{ "status", status, { "names" } },
	{ "events", events, { 0 } },
	{ "mark", mark, { "name", "text" } },
	{ "tail", tail, { "name" } },
};

#define NR_REQUESTS	(sizeof(requests) / sizeof(*requests))

static const char *strange_key(size_t i, const json_t *request)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)request, key, value) {
		bool known = !strcmp(key, "request");

		for (size_t k = 0; !known && k < 3 && requests[i].keys[k]; k++)
			known = !strcmp(key, requests[i].keys[k]);
		if (!known)
			return key;
	}
	return NULL;
}

void clbd_request(struct clbd_conn *c, const json_t *request)
{
	const char *name = json_string_value(json_object_get(request, "request"));
	const char *key;
	size_t i;

	for (i = 0; name && i < NR_REQUESTS && strcmp(requests[i].name, name); i++)
		;
	if (!name || i == NR_REQUESTS) {
		clbd_conn_refuse(c, CLB_EXIT_FAILED,
				 "the daemon does not know this request; it is version %s: update the older one",
				 PACKAGE_VERSION);
		return;
	}
	key = strange_key(i, request);
	if (key)
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "request %s has no key \"%.60s\"", name, key);
	else
		requests[i].run(c, request);
}
