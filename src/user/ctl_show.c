/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl show: prints the records of a trace. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "message.h"
#include "options.h"
#include "quantity.h"
#include "select.h"
#include "show.h"
#include "trace_dir.h"
#include "when.h"

enum {
	OPTION_FROM = CLB_OPTION_LONG,
	OPTION_TO,
	OPTION_TIME,
	OPTION_CSV,
	OPTION_JSON,
};

static const struct clb_option options_table[] = {
	{ 'e', "event", "EVENTS", "only these: names, globs, groups, with commas; may be repeated" },
	{ 'n', "number", "N", "no more than N records" },
	{ OPTION_FROM, "from", "T", "from T on: HH:MM:SS[.frac], RFC 3339, or +SECONDS after the first" },
	{ OPTION_TO, "to", "T", "up to T" },
	{ OPTION_TIME, "time", "KIND", "local, utc, raw (the trace's own clock) or rel (to the first)" },
	{ OPTION_CSV, "csv", NULL, "as CSV; -e must name one event" },
	{ OPTION_JSON, "json", NULL, "as JSON, one object a line" },
	{ 0 },
};

/**
 * struct request - what the command line asks for
 * @dir: the trace
 * @newest: room for @dir if nobody named it
 * @events: values of -e
 * @nr_events: how many
 * @limit: most records
 * @from: start
 * @to: end
 * @has_from: @from was given
 * @has_to: @to was given
 * @time: how times are told
 * @has_time: @time was given
 * @csv: as CSV
 * @json: as JSON
 */
struct request {
	const char *dir;
	char newest[CLB_TRACE_DIR_NAME];
	const char **events;
	size_t nr_events;
	uint64_t limit;
	struct clb_when from;
	struct clb_when to;
	bool has_from;
	bool has_to;
	enum clb_show_time time;
	bool has_time;
	bool csv;
	bool json;
};

static int take_when(const char *option, const char *text, struct clb_when *when, bool *has)
{
	*has = true;
	if (!clb_when_parse(text, when))
		return 0;
	return clb_options_usage("show", "%s %.64s: no time; write HH:MM:SS, 2026-11-21T09:15:02Z"
				 " or +SECONDS", option, text);
}

static int take_time(struct request *request, const char *text)
{
	static const char *const kinds[] = {
		[CLB_SHOW_LOCAL] = "local",
		[CLB_SHOW_UTC] = "utc",
		[CLB_SHOW_RAW] = "raw",
		[CLB_SHOW_RELATIVE] = "rel",
	};

	request->has_time = true;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (!strcmp(text, kinds[i])) {
			request->time = i;
			return 0;
		}
	}
	return clb_options_usage("show", "--time %.64s: no such kind; local, utc, raw or rel", text);
}

static int take_option(struct request *request, int key, const char *value)
{
	switch (key) {
	case 'e':
		request->events[request->nr_events++] = value;
		return 0;
	case 'n':
		if (clb_number_parse(value, &request->limit))
			return clb_options_usage("show", "-n %.64s: no number of records", value);
		return 0;
	case OPTION_FROM:
		return take_when("--from", value, &request->from, &request->has_from);
	case OPTION_TO:
		return take_when("--to", value, &request->to, &request->has_to);
	case OPTION_TIME:
		return take_time(request, value);
	case OPTION_CSV:
		request->csv = true;
		return 0;
	case OPTION_JSON:
		request->json = true;
		return 0;
	}
	return 0;
}

static int find_newest(struct request *request)
{
	if (!clb_trace_dir_choose(request->newest, "show"))
		return CLB_EXIT_FAILED;
	request->dir = request->newest;
	clb_say("showing %s", request->dir);
	return 0;
}

/* 0, or the exit status to end with; -1 for 0 that ends, as after --help. */
static int read_command_line(struct request *request, int argc, char **argv)
{
	struct clb_options options;
	int status;

	clb_options_init(&options, argc, argv, options_table);
	while (clb_options_next(&options)) {
		status = take_option(request, options.key, options.value);
		if (status)
			return status;
	}
	if (options.status >= 0)
		return options.status ? options.status : -1;
	if (request->csv && request->json)
		return clb_options_usage("show", "--csv and --json exclude each other");
	if (request->has_time && (request->csv || request->json))
		return clb_options_usage("show", "--time is for text; --csv and --json tell"
					 " both times");
	if (argc - optind > 1)
		return clb_options_usage("show", "more than one directory");
	request->dir = argv[optind];
	return request->dir ? 0 : find_newest(request);
}

/* Without -e: all. */
static int choose_events(const struct request *request, struct clb_select *select)
{
	char why[CLB_SELECT_WHY];

	select->internal = true;
	for (size_t i = 0; i < request->nr_events; i++)
		if (clb_select_add(select, request->events[i], why))
			return clb_fail(CLB_EXIT_USAGE, "show: %s: %s", request->dir, why);
	if (!request->nr_events)
		memset(select->chosen, true, select->events->nr * sizeof(*select->chosen));
	if (request->csv && clb_select_count(select) != 1)
		return clb_options_usage("show", "--csv: -e must name one event");
	return 0;
}

static bool is_before(const struct clb_when *when, const struct clb_record *record,
		      uint64_t first_ts)
{
	if (when->kind == CLB_WHEN_AFTER)
		return record->ts_ns - first_ts < when->ns;
	return clb_record_realtime(record) < when->ns;
}

static bool is_after(const struct clb_when *when, const struct clb_record *record,
		     uint64_t first_ts)
{
	if (when->kind == CLB_WHEN_AFTER)
		return record->ts_ns - first_ts > when->ns;
	return clb_record_realtime(record) > when->ns;
}

static void set_days(struct request *request, const struct clb_trace *trace,
		     const struct clb_record *first)
{
	uint64_t start = clb_record_realtime(first), end;

	if ((!request->has_from || request->from.kind != CLB_WHEN_DAYTIME) &&
	    (!request->has_to || request->to.kind != CLB_WHEN_DAYTIME))
		return;
	end = clb_trace_last_realtime(trace);
	clb_when_set_day(&request->from, start, end);
	clb_when_set_day(&request->to, start, end);
}

static void print_csv_header(struct clb_show *show, const struct clb_select *select)
{
	for (size_t i = 0; i < select->events->nr; i++)
		if (select->chosen[i])
			clb_show_csv_header(show, &select->events->list[i]);
}

/*
 * The wall clock may step, so that times between --from and --to can come more
 * than once: what is shown starts at the first record that is not before the
 * one, and ends at the next that is after the other.
 *
 * Returns 0 or the error of clb_trace_next().
 */
static int print_records(struct request *request, struct clb_show *show, struct clb_trace *trace,
			 const struct clb_select *select)
{
	bool started = false, first = true;
	uint64_t left = request->limit;
	struct clb_record record;
	int ret = 0;

	while (left && !show->out.err) {
		ret = clb_trace_next(trace, &record);
		if (ret <= 0)
			break;
		if (first) {
			show->first_ts = record.ts_ns;
			set_days(request, trace, &record);
			first = false;
		}
		if (!started && request->has_from &&
		    is_before(&request->from, &record, show->first_ts))
			continue;
		started = true;
		if (request->has_to && is_after(&request->to, &record, show->first_ts))
			break;
		if (!select->chosen[record.event - select->events->list])
			continue;
		if (request->json)
			clb_show_json(show, &record);
		else if (request->csv)
			clb_show_csv(show, &record);
		else
			clb_show_text(show, &record);
		left--;
	}
	return ret < 0 ? ret : 0;
}

static int print_trace(struct request *request, struct clb_trace *trace, struct clb_select *select)
{
	struct clb_show *show = calloc(1, sizeof(*show));
	int err, out_err;

	if (!show)
		return clb_fail(CLB_EXIT_FAILED, "show: out of memory");
	show->time = request->time;
	show->out.fd = STDOUT_FILENO;
	if (request->csv)
		print_csv_header(show, select);
	err = print_records(request, show, trace, select);
	out_err = clb_out_flush(&show->out);
	free(show);
	/* A reader that has seen enough ("| head") is no error. */
	if (out_err == -EPIPE)
		return CLB_EXIT_DONE;
	if (out_err)
		return clb_fail(CLB_EXIT_FAILED, "standard output: %s; make room, or write elsewhere",
				strerror(-out_err));
	if (err)
		return clb_fail(CLB_EXIT_FAILED, "%s: %s; everything before it was shown",
				request->dir, clb_trace_why(trace));
	if (clb_trace_missing(trace))
		return clb_fail(CLB_EXIT_FAILED, "%s: packets are missing (%" PRIu64 "), all others"
				" were shown; see clbench-ctl verify", request->dir,
				clb_trace_missing(trace));
	return CLB_EXIT_DONE;
}

static int show_trace(struct request *request)
{
	struct clb_select select = { 0 };
	struct clb_trace *trace;
	int status, err;

	err = clb_trace_open(&trace, request->dir);
	if (err == -EINVAL)
		status = clb_fail(CLB_EXIT_FAILED, "%s: not a clbench trace: %s; babeltrace2 reads"
				  " the traces of others", request->dir, clb_trace_why(trace));
	else if (err)
		status = clb_fail(CLB_EXIT_FAILED, "%s: %s; name the directory of a trace",
				  request->dir, clb_trace_why(trace));
	else if (clb_select_init(&select, clb_trace_metadata(trace)->events))
		status = clb_fail(CLB_EXIT_FAILED, "show: out of memory");
	else
		status = choose_events(request, &select);
	if (!err && !status)
		status = print_trace(request, trace, &select);
	clb_select_free(&select);
	clb_trace_close(trace);
	return status;
}

int clb_ctl_show(int argc, char **argv)
{
	struct request request = { .limit = UINT64_MAX };
	int status;

	/* Every value of -e is an argument of its own or a part of one. */
	request.events = calloc(argc, sizeof(*request.events));
	if (!request.events)
		return clb_fail(CLB_EXIT_FAILED, "show: out of memory");
	status = read_command_line(&request, argc, argv);
	if (!status)
		status = show_trace(&request);
	free(request.events);
	return status < 0 ? CLB_EXIT_DONE : status;
}
