/* SPDX-License-Identifier: GPL-2.0 */
/* The document of status for people: a line for each session. */

#include "status.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "quantity.h"
#include "text.h"

#define READER_TEXT	64

static void put_column(FILE *out, const char *string, int width)
{
	int length = strlen(string);

	clb_text_put(out, string, length);
	fprintf(out, "%*s", width > length ? width - length : 0, "");
}

/* Says of a program that it is not the module's version. */
static void print_version(FILE *out, const char *what, const char *version, const char *module,
			  bool *first)
{
	if (!version || !strcmp(version, module))
		return;
	fprintf(out, "%s%s: ", *first ? " (" : ", ", what);
	clb_text_put(out, version, strlen(version));
	*first = false;
}

static int print_head(json_t *document, FILE *out, size_t nr)
{
	const char *module, *tools, *daemon = NULL, *installed;
	json_t *daemon_object;
	json_int_t protocol;
	bool first = true;

	if (json_unpack(document, "{s:{s:s, s:I}, s:{s:s}, s:o}", "module", "version", &module,
			"protocol", &protocol, "tools", "version", &tools, "daemon",
			&daemon_object))
		return -EPROTO;
	if (!json_is_null(daemon_object) && json_unpack(daemon_object, "{s:s}", "version", &daemon))
		return -EPROTO;
	installed = json_string_value(json_object_get(json_object_get(document, "module"),
						      "installed_version"));
	fputs("module ", out);
	clb_text_put(out, module, strlen(module));
	fprintf(out, ", protocol %" JSON_INTEGER_FORMAT ", ", protocol);
	if (nr)
		fprintf(out, "%zu session%s", nr, nr == 1 ? "" : "s");
	else
		fputs("no session", out);
	print_version(out, "installed", installed, module, &first);
	print_version(out, "tools", tools, module, &first);
	print_version(out, "daemon", daemon, module, &first);
	fputs(first ? "\n" : ")\n", out);
	return 0;
}

/* "PID comm", or how long the session waits for one. */
static int format_reader(char text[READER_TEXT], json_t *session)
{
	json_t *left = json_object_get(session, "linger_left_ms");
	const char *comm;
	json_int_t pid;

	if (json_is_integer(left)) {
		snprintf(text, READER_TEXT, "- (%" JSON_INTEGER_FORMAT " s left)",
			 json_integer_value(left) / 1000);
		return 0;
	}
	if (json_unpack(json_object_get(session, "reader"), "{s:I, s:s}", "pid", &pid, "comm",
			&comm))
		return -EPROTO;
	snprintf(text, READER_TEXT, "%" JSON_INTEGER_FORMAT " %s", pid, comm);
	return 0;
}

static int sum_discarded(json_t *causes, uint64_t *sum)
{
	const char *cause;
	json_t *count;

	*sum = 0;
	json_object_foreach(causes, cause, count) {
		if (!json_is_integer(count))
			return -EPROTO;
		*sum += json_integer_value(count);
	}
	return json_is_object(causes) ? 0 : -EPROTO;
}

static int print_session(json_t *s, FILE *out, int name_width)
{
	char now_text[CLB_SIZE_TEXT], high_text[CLB_SIZE_TEXT], max_text[CLB_SIZE_TEXT];
	json_int_t attempted, delivered, pending, now, high, max;
	const char *name, *state;
	json_t *events, *causes;
	char reader[READER_TEXT];
	uint64_t discarded;

	if (json_unpack(s, "{s:s, s:s, s:o, s:{s:I, s:I, s:I}, s:{s:I, s:I, s:I, s:o}}",
			"name", &name, "state", &state, "events", &events,
			"memory", "now_bytes", &now, "high_bytes", &high, "max_bytes", &max,
			"total", "attempted", &attempted, "delivered", &delivered,
			"pending", &pending, "discarded", &causes) ||
	    !json_is_object(events) || sum_discarded(causes, &discarded) ||
	    format_reader(reader, s))
		return -EPROTO;
	put_column(out, name, name_width);
	put_column(out, state, 11);
	put_column(out, reader, 19);
	fprintf(out, "%6zu%11" JSON_INTEGER_FORMAT "%11" JSON_INTEGER_FORMAT
		"%9" JSON_INTEGER_FORMAT "%11" PRIu64 "  %s/%s/%s\n", json_object_size(events),
		attempted, delivered, pending, discarded, clb_size_format_short(now_text, now),
		clb_size_format_short(high_text, high), clb_size_format_short(max_text, max));
	return 0;
}

/* Counters do not tell why nothing more is delivered. */
static int print_paused(json_t *session, FILE *out)
{
	json_t *trace = json_object_get(session, "trace");
	const char *dir;
	int paused;

	if (!trace || json_is_null(trace))
		return 0;
	if (json_unpack(trace, "{s:s, s:b}", "dir", &dir, "paused", &paused))
		return -EPROTO;
	if (!paused)
		return 0;
	put_column(out, json_string_value(json_object_get(session, "name")), 0);
	fputs(" is paused: there is no room for ", out);
	clb_text_put(out, dir, strlen(dir));
	fputs("; make room, and it goes on by itself\n", out);
	return 0;
}

static int name_width(json_t *sessions)
{
	size_t i, width = 11;
	json_t *session;
	const char *name;

	json_array_foreach(sessions, i, session) {
		name = json_string_value(json_object_get(session, "name"));
		if (name && strlen(name) > width)
			width = strlen(name);
	}
	return width + 2;
}

int clb_status_print(json_t *document, FILE *out)
{
	json_t *sessions = json_object_get(document, "sessions"), *session;
	int width = name_width(sessions), ret;
	size_t i;

	if (!json_is_array(sessions))
		return -EPROTO;
	ret = print_head(document, out, json_array_size(sessions));
	if (ret || !json_array_size(sessions))
		return ret;
	put_column(out, "SESSION", width);
	put_column(out, "STATE", 11);
	put_column(out, "READER", 19);
	fputs("EVENTS  ATTEMPTED  DELIVERED  PENDING  DISCARDED  MEMORY now/high/max\n", out);
	json_array_foreach(sessions, i, session) {
		ret = print_session(session, out, width);
		if (ret)
			return ret;
	}
	json_array_foreach(sessions, i, session) {
		ret = print_paused(session, out);
		if (ret)
			return ret;
	}
	return 0;
}
