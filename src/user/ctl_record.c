/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl record: from the command line to the summary. */

#include "ctl.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "connect.h"
#include "message.h"
#include "nl.h"
#include "quantity.h"
#include "record_options.h"
#include "recorder.h"
#include "report.h"
#include "select.h"

/* Names of directories that are tried when none was asked for. */
#define DEFAULT_TRIES	60

/*
 * @options: the command line
 * @control: the control socket
 * @info: what the module said
 * @all: all events
 * @select: the events to record
 * @stream: what may stand in the stream: views into @all
 * @names: of the events to record: views into @all
 * @recorder: the recording
 * @default_dir: name of the trace, if none was asked for
 * @report: what is wanted at the end
 */
struct record {
	struct clb_record_options options;
	struct clb_nl *control;
	struct clb_info info;
	struct clb_events all;
	struct clb_select select;
	struct clb_events stream;
	const char **names;
	struct clb_recorder recorder;
	char default_dir[64];
	struct clb_report report;
};

/* The kernel's events, and which of them to record. */
static int choose_events(struct record *r)
{
	char why[CLB_SELECT_WHY];
	int ret;

	if (clb_connect_events(r->control, &r->all))
		return CLB_EXIT_RECORDING;
	if (clb_select_init(&r->select, &r->all))
		return clb_fail(CLB_EXIT_RECORDING, "%s", strerror(ENOMEM));
	r->select.available = true;
	for (size_t i = 0; i < r->options.nr_lists; i++) {
		ret = clb_select_add(&r->select, r->options.lists[i], why);
		if (ret)
			return clb_fail(ret == -EOPNOTSUPP ? CLB_EXIT_RECORDING : CLB_EXIT_USAGE,
					"cannot record: %s", why);
	}
	return 0;
}

static int list_events(struct record *r)
{
	size_t nr = r->all.nr;

	r->names = calloc(nr + 1, sizeof(*r->names));
	r->stream.list = calloc(nr + 1, sizeof(*r->stream.list));
	if (!r->names || !r->stream.list)
		return clb_fail(CLB_EXIT_RECORDING, "%s", strerror(ENOMEM));
	for (size_t i = 0; i < nr; i++) {
		if (r->select.chosen[i])
			r->names[r->options.config.nr_events++] = r->all.list[i].name;
		if (r->select.chosen[i] || r->all.list[i].internal)
			r->stream.list[r->stream.nr++] = r->all.list[i];
	}
	r->options.config.events = r->names;
	return 0;
}

/* Two recordings may start in the same second: the later one takes the next. */
static int open_default_dir(struct record *r, const struct clb_user *owner)
{
	time_t now = time(NULL);
	struct tm local;
	int ret = -EEXIST;

	for (int try = 0; try < DEFAULT_TRIES && ret; try++, now++) {
		localtime_r(&now, &local);
		strftime(r->default_dir, sizeof(r->default_dir), "clbench-%Y%m%d-%H%M%S", &local);
		if (!access(r->report.dir, F_OK))
			continue;
		ret = clb_trace_writer_open(&r->recorder.writer, r->report.dir, owner->uid, owner->gid);
		if (!ret || (ret != -ENOTEMPTY && ret != -EEXIST))
			break;
		clb_trace_writer_close(&r->recorder.writer);
	}
	return ret;
}

static int open_trace(struct record *r)
{
	struct clb_user owner;
	int ret;

	clb_user_caller(&owner);
	if (r->recorder.user.name)
		owner = r->recorder.user;
	r->report.dir = r->options.dir ? r->options.dir : r->default_dir;
	if (r->options.dir)
		ret = clb_trace_writer_open(&r->recorder.writer, r->report.dir, owner.uid, owner.gid);
	else
		ret = open_default_dir(r, &owner);
	if (!ret)
		return 0;
	clb_trace_writer_remove(&r->recorder.writer, r->report.dir);
	if (ret == -ENOTEMPTY || ret == -EEXIST)
		return clb_fail(CLB_EXIT_RECORDING,
				"cannot write %s: it exists and is not empty; choose another with -o",
				r->report.dir);
	return clb_fail(CLB_EXIT_RECORDING, "cannot write %s: %s; choose another with -o", r->report.dir,
			strerror(-ret));
}

static int find_user(struct record *r)
{
	int ret;

	if (!r->options.user)
		return 0;
	ret = clb_user_find(&r->recorder.user, r->options.user);
	if (!ret)
		return 0;
	return clb_fail(CLB_EXIT_USAGE, "no user \"%s\": %s; see getent passwd", r->options.user,
			ret == -ENOENT ? "unknown" : strerror(-ret));
}

/* What the kernel would grant, but never give. */
static int check_config(const struct record *r)
{
	char most[CLB_SIZE_TEXT];

	if (r->options.config.has_linger && r->options.config.linger_ms > r->info.linger_max_ms)
		return clb_fail(CLB_EXIT_USAGE,
				"--linger is too long: the module grants %" PRIu32 " ms; see parameter linger_max_ms in modinfo -p clbench",
				r->info.linger_max_ms);
	if (r->options.config.mem_max <= r->info.mem_total)
		return 0;
	return clb_fail(CLB_EXIT_USAGE,
			"--mem-max is too much: all sessions together may have %s; see parameter mem_total in modinfo -p clbench",
			clb_size_format(most, r->info.mem_total));
}

/* Everything that can fail before the kernel is asked to record. */
static int prepare(struct record *r)
{
	int status;

	r->report.quiet = r->options.quiet;
	r->report.strict = r->options.strict;
	r->report.as_json = r->options.json;
	r->report.json_file = r->options.json_file;
	status = find_user(r);
	if (status)
		return status;
	if (clb_connect(&r->control, &r->info, true))
		return CLB_EXIT_RECORDING;
	status = check_config(r);
	if (!status)
		status = choose_events(r);
	if (!status)
		status = list_events(r);
	if (!status && clb_report_open(&r->report))
		status = CLB_EXIT_RECORDING;
	if (!status)
		status = open_trace(r);
	return status;
}

static int record(struct record *r)
{
	struct clb_recorder *recorder = &r->recorder;
	int status;

	recorder->control = r->control;
	recorder->events = &r->stream;
	recorder->module_version = r->info.module_version;
	recorder->dir = r->report.dir;
	recorder->command = r->options.command;
	recorder->duration_ns = r->options.duration_ns;
	recorder->max_bytes = r->options.max_bytes;
	recorder->quiet = r->options.quiet;
	recorder->sync = r->options.sync;
	recorder->pause = r->options.pause;
	recorder->nr_events = r->options.config.nr_events;
	status = clb_recorder_run(recorder, &r->options.config);
	return clb_report(&r->report, recorder, status);
}

int clb_ctl_record(int argc, char **argv)
{
	struct record *r;
	int status;

	r = calloc(1, sizeof(*r));
	if (!r)
		return clb_fail(CLB_EXIT_RECORDING, "%s", strerror(ENOMEM));
	r->recorder.signals = -1;
	r->recorder.writer.dir = -1;
	r->recorder.writer.stream = -1;
	status = clb_record_options_parse(&r->options, argc, argv);
	if (status >= 0)
		goto out;
	status = prepare(r);
	if (!status)
		status = record(r);
out:
	clb_trace_writer_close(&r->recorder.writer);
	clb_recorder_free(&r->recorder);
	clb_report_close(&r->report);
	free(r->stream.list);
	free(r->names);
	clb_select_free(&r->select);
	clb_events_free(&r->all);
	clb_nl_close(r->control);
	clb_record_options_free(&r->options);
	free(r);
	return status;
}
