/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl attach: goes on with the trace of a session whose recorder has died. */

#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connect.h"
#include "message.h"
#include "nl.h"
#include "option_value.h"
#include "options.h"
#include "recorder.h"
#include "report.h"
#include "trace_dir.h"
#include "trace_reader.h"

enum key {
	KEY_SYNC = CLB_OPTION_LONG,
	KEY_ON_FULL,
	KEY_STRICT,
	KEY_JSON,
};

static const struct clb_option option_table[] = {
	{ 'o', "output", "DIR", "the trace (the newest clbench-YYYYmmdd-HHMMSS here)" },
	{ KEY_SYNC, "sync", NULL, "let the kernel forget only what is on the disk" },
	{ KEY_ON_FULL, "on-full", "pause|stop", "what to do when the disk is full (stop)" },
	{ KEY_STRICT, "strict", NULL, "exit with 1 if a record was discarded" },
	{ 'q', "quiet", NULL, "say nothing but errors and losses" },
	{ KEY_JSON, "json", "[FILE]", "summary as JSON, to stdout or FILE" },
	{ 0 },
};

/*
 * @name: the session
 * @newest: room for the trace's name if nobody gave it
 * @control: the control socket
 * @info: what the module said
 * @session: the session
 * @all: all events
 * @stream: what may stand in the stream: views into @all
 * @recorder: the recording
 * @report: what is wanted at the end
 */
struct attach {
	const char *name;
	char newest[CLB_TRACE_DIR_NAME];
	struct clb_nl *control;
	struct clb_info info;
	struct clb_session session;
	struct clb_events all;
	struct clb_events stream;
	struct clb_recorder recorder;
	struct clb_report report;
};

/* Return -1 to go on, else the exit status. */
static int take_option(struct attach *a, const struct clb_options *o)
{
	switch (o->key) {
	case 'o':
		a->report.dir = o->value;
		return -1;
	case 'q':
		a->report.quiet = true;
		return -1;
	case KEY_SYNC:
		a->recorder.sync = true;
		return -1;
	case KEY_ON_FULL:
		return clb_option_on_full(o, &a->recorder.pause);
	case KEY_STRICT:
		a->report.strict = true;
		return -1;
	case KEY_JSON:
		a->report.as_json = true;
		a->report.json_file = o->value;
		return -1;
	}
	return CLB_EXIT_USAGE;
}

static int read_command_line(struct attach *a, int argc, char **argv)
{
	struct clb_options o;
	int status;

	clb_options_init(&o, argc, argv, option_table);
	while (clb_options_next(&o)) {
		status = take_option(a, &o);
		if (status >= 0)
			return status;
	}
	if (o.status >= 0)
		return o.status;
	if (argc - optind != 1)
		return clb_options_usage("attach", "name one session");
	a->name = argv[optind];
	return -1;
}

/* For the metadata, should the trace have none yet. */
static int list_events(struct attach *a)
{
	if (clb_connect_events(a->control, &a->all))
		return CLB_EXIT_FAILED;
	if (clb_session_events(&a->session, &a->all, &a->stream))
		return clb_fail(CLB_EXIT_FAILED, "%s", strerror(ENOMEM));
	return 0;
}

static int find_dir(struct attach *a)
{
	int ret;

	if (a->report.dir)
		return 0;
	ret = clb_trace_dir_newest(a->newest);
	if (ret)
		return clb_fail(CLB_EXIT_FAILED,
				"cannot attach: there is no clbench-YYYYmmdd-HHMMSS here; name the trace with -o");
	a->report.dir = a->newest;
	return 0;
}

static int reopen_failed(const struct attach *a, const struct clb_trace_tail *tail, int error)
{
	const char *dir = a->report.dir;

	switch (error) {
	case -EAGAIN:
		return clb_fail(CLB_EXIT_FAILED,
				"cannot attach: another process writes %s; end that one first", dir);
	case -EBADMSG:
		return clb_fail(CLB_EXIT_FAILED,
				"cannot attach: %s is damaged behind packet %" PRIu64 "; see clbench-ctl verify %s",
				dir, tail->seq, dir);
	default:
		return clb_fail(CLB_EXIT_FAILED,
				"cannot attach: cannot open the trace %s: %s; name it with -o", dir,
				strerror(-error));
	}
}

/* Whose metadata is it? Before the stream is locked: reading drops our lock. */
static enum { METADATA_OURS, METADATA_NONE, METADATA_TORN, METADATA_ALIEN }
look_at_metadata(const struct attach *a)
{
	struct clb_trace *trace;
	char *name;
	int ret, is = METADATA_TORN;

	ret = clb_trace_open(&trace, a->report.dir);
	if (!ret)
		is = memcmp(clb_trace_metadata(trace)->uuid, a->session.uuid,
			    sizeof(a->session.uuid)) ? METADATA_ALIEN : METADATA_OURS;
	clb_trace_close(trace);
	if (ret && asprintf(&name, "%s/metadata", a->report.dir) > 0) {
		if (access(name, F_OK))
			is = METADATA_NONE;
		free(name);
	}
	return is;
}

static int open_trace(struct attach *a, struct clb_trace_tail *tail)
{
	int ret, metadata;

	ret = find_dir(a);
	if (ret)
		return ret;
	metadata = look_at_metadata(a);
	ret = clb_trace_writer_reopen(&a->recorder.writer, a->report.dir, tail);
	if (ret)
		return reopen_failed(a, tail, ret);
	if (tail->alien || metadata == METADATA_ALIEN ||
	    (tail->has_uuid && memcmp(tail->uuid, a->session.uuid, sizeof(tail->uuid))))
		return clb_fail(CLB_EXIT_FAILED,
				"cannot attach: %s is not the trace of session %s; name the right one with -o",
				a->report.dir, a->name);
	if (metadata == METADATA_TORN && !tail->packets)
		return clb_fail(CLB_EXIT_FAILED,
				"cannot attach: the metadata of %s is not whole; remove it if this is the trace of session %s and its stream is empty",
				a->report.dir, a->name);
	return 0;
}

static int attach(struct attach *a)
{
	struct clb_trace_tail tail;
	int status;

	if (clb_connect(&a->control, &a->info, false) ||
	    clb_connect_session(a->control, a->name, &a->session))
		return CLB_EXIT_FAILED;
	status = list_events(a);
	if (!status && clb_report_open(&a->report))
		status = CLB_EXIT_FAILED;
	if (!status)
		status = open_trace(a, &tail);
	if (status)
		return status;
	a->recorder.control = a->control;
	a->recorder.events = &a->stream;
	a->recorder.module_version = a->info.module_version;
	a->recorder.dir = a->report.dir;
	a->recorder.quiet = a->report.quiet;
	a->recorder.nr_events = a->session.nr_counts;
	status = clb_recorder_attach(&a->recorder, &a->session, &tail);
	/* If nothing began, nothing is to be summed up. */
	if (a->recorder.started_ns)
		status = clb_report(&a->report, &a->recorder, status);
	/* 125 is record's, which has a COMMAND's status to tell from its own. */
	return status ? CLB_EXIT_FAILED : CLB_EXIT_DONE;
}

int clb_ctl_attach(int argc, char **argv)
{
	struct attach *a;
	int status;

	a = calloc(1, sizeof(*a));
	if (!a)
		return clb_fail(CLB_EXIT_FAILED, "%s", strerror(ENOMEM));
	a->recorder.signals = -1;
	a->recorder.writer.dir = -1;
	a->recorder.writer.stream = -1;
	status = read_command_line(a, argc, argv);
	if (status < 0)
		status = attach(a);
	clb_trace_writer_close(&a->recorder.writer);
	clb_recorder_free(&a->recorder);
	clb_report_close(&a->report);
	free(a->stream.list);
	clb_events_free(&a->all);
	clb_session_free(&a->session);
	clb_nl_close(a->control);
	free(a);
	return status;
}
