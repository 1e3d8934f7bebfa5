/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl show: prints the records of a trace. */
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "ctl_show.h"
#include "message.h"
#include "options.h"
#include "quantity.h"

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

static int take_when(const char *option, const char *text, struct clb_when *when, bool *has)
{
	*has = true;
	if (!clb_when_parse(text, when))
		return 0;
	return clb_options_usage("show", "%s %.64s: no time; write HH:MM:SS, 2026-11-21T09:15:02Z"
				 " or +SECONDS", option, text);
}

static int take_time(struct clb_show_request *request, const char *text)
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

static int take_option(struct clb_show_request *request, int key, const char *value)
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

static int find_newest(struct clb_show_request *request)
{
	if (!clb_trace_dir_choose(request->newest, "show"))
		return CLB_EXIT_FAILED;
	request->dir = request->newest;
	clb_say("showing %s", request->dir);
	return 0;
}

/* 0, or the exit status to end with; -1 for 0 that ends, as after --help. */
static int read_command_line(struct clb_show_request *request, int argc, char **argv)
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

int clb_ctl_show(int argc, char **argv)
{
	struct clb_show_request request = { .limit = UINT64_MAX };
	int status;

	/* Every value of -e is an argument of its own or a part of one. */
	request.events = calloc(argc, sizeof(*request.events));
	if (!request.events)
		return clb_fail(CLB_EXIT_FAILED, "show: out of memory");
	status = read_command_line(&request, argc, argv);
	if (!status)
		status = clb_show_print(&request);
	free(request.events);
	return status < 0 ? CLB_EXIT_DONE : status;
}
