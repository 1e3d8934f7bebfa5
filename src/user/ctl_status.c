/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl status: the sessions and their counters. */

#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "look.h"
#include "message.h"
#include "option_value.h"
#include "options.h"
#include "quantity.h"
#include "status.h"
#include "status_query.h"

enum key {
	KEY_JSON = CLB_OPTION_LONG,
	KEY_PROMETHEUS,
	KEY_WATCH,
};

static const struct clb_option option_table[] = {
	{ KEY_JSON, "json", NULL, "as JSON" },
	{ KEY_PROMETHEUS, "prometheus", NULL, "in Prometheus' text format" },
	{ KEY_WATCH, "watch", "[TIME]", "again and again, until Ctrl-C (2s)" },
	{ 0 },
};

#define WATCH_NS	(2 * CLB_NS_PER_S)

/* Cursor to the corner, and clear from there on. */
#define CLEAR		"\033[H\033[J"

/*
 * @json, @prometheus: the form, else for people
 * @watch_ms: time between two, 0: once
 * @names: the sessions, up to NULL
 * @query: gets the document
 */
struct status {
	bool json;
	bool prometheus;
	int watch_ms;
	char **names;
	struct clb_status_query query;
};

static int take_watch(struct status *s, const struct clb_options *o)
{
	uint64_t time_ns = WATCH_NS;
	int status = -1;

	if (o->value)
		status = clb_option_time(o, "--watch", false, &time_ns);
	if (status >= 0)
		return status;
	if (time_ns < CLB_NS_PER_MS || time_ns / CLB_NS_PER_MS > INT_MAX)
		return clb_option_refuse(o, "--watch", "must be a time from 1ms to 24d");
	s->watch_ms = time_ns / CLB_NS_PER_MS;
	return -1;
}

static int write_form(const struct status *s, json_t *document, FILE *out)
{
	if (s->prometheus)
		return clb_status_prometheus(document, out);
	if (!s->json)
		return clb_status_print(document, out);
	return clb_daemon_print(document, out);
}

/* All of it, or a sentence: nobody is to take half for the whole. */
static int print(const struct status *s, json_t *document)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out;
	int ret;

	out = open_memstream(&text, &size);
	if (!out)
		return clb_fail(CLB_EXIT_FAILED, "%s", strerror(ENOMEM));
	ret = write_form(s, document, out);
	if (fclose(out) && !ret)
		ret = -ENOMEM;
	if (ret == -ENOMEM)
		ret = clb_fail(CLB_EXIT_FAILED, "%s", strerror(ENOMEM));
	else if (ret)
		ret = clb_daemon_not_understood("cannot tell the status");
	else if (s->watch_ms && !s->json && isatty(STDOUT_FILENO))
		printf(CLEAR "%s", text);
	else
		fwrite(text, 1, size, stdout);
	free(text);
	return ret;
}

static int tell(struct status *s)
{
	json_t *document;
	int status;

	document = clb_status_query(&s->query, s->names);
	if (!document)
		return CLB_EXIT_FAILED;
	status = print(s, document);
	json_decref(document);
	return status;
}

static int watch(struct status *s)
{
	int status;

	clb_look_catch_signals();
	do {
		status = tell(s);
		/* main() tells why standard output cannot be written. */
		if (fflush(stdout) || ferror(stdout))
			return status;
	} while (!status && clb_look_wait(s->watch_ms));
	return status;
}

int clb_ctl_status(int argc, char **argv)
{
	struct clb_options options;
	struct status s = { 0 };
	int status = -1;

	clb_options_init(&options, argc, argv, option_table);
	while (status < 0 && clb_options_next(&options)) {
		if (options.key == KEY_JSON)
			s.json = true;
		else if (options.key == KEY_PROMETHEUS)
			s.prometheus = true;
		else
			status = take_watch(&s, &options);
	}
	if (status >= 0 || options.status >= 0)
		return status >= 0 ? status : options.status;
	if (s.prometheus && (s.json || s.watch_ms))
		return clb_options_usage("status", "--prometheus and %s exclude each other",
					 s.json ? "--json" : "--watch");
	s.names = argv + optind;
	return s.watch_ms ? watch(&s) : tell(&s);
}
