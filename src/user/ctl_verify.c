/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl verify: judges a trace, and saves what is sound of it. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chunks.h"
#include "ctl.h"
#include "message.h"
#include "options.h"
#include "repair.h"
#include "trace_dir.h"
#include "verify_show.h"

enum {
	OPTION_JSON = CLB_OPTION_LONG,
	OPTION_REPAIR,
};

static const struct clb_option option_table[] = {
	{ 'q', "quiet", NULL, "print errors only; the exit status tells" },
	{ OPTION_JSON, "json", NULL, "as JSON" },
	{ OPTION_REPAIR, "repair", "NEWDIR", "write what can be saved as a trace of its own" },
	{ 0 },
};

/**
 * struct request - what the command line asks for
 * @dir: the trace
 * @newest: room for @dir if nobody named it
 * @repair: where to save what is sound, NULL if nowhere
 * @quiet: errors only
 * @json: as JSON
 */
struct request {
	const char *dir;
	char newest[CLB_TRACE_DIR_NAME];
	const char *repair;
	bool quiet;
	bool json;
};

static int exit_status(enum clb_verdict verdict)
{
	switch (verdict) {
	case CLB_COMPLETE:
		return CLB_EXIT_DONE;
	case CLB_INCOMPLETE:
		return CLB_EXIT_FAILED;
	default:
		return CLB_EXIT_UNSOUND;
	}
}

/* "packets 1-6 and 8-19"; for free(), NULL without memory. */
static char *list_runs(const struct clb_verify *verify)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	clb_verify_put_runs(verify, f);
	fclose(f);
	return text;
}

static int cannot_write(const struct request *request, int err)
{
	if (err == -ENOTEMPTY)
		return clb_fail(CLB_EXIT_NO_TRACE, "cannot write %s: it exists and is not empty;"
				" choose another with --repair", request->repair);
	if (err == -ENODATA)
		return clb_fail(CLB_EXIT_NO_TRACE, "cannot write %s: %s changed meanwhile; verify"
				" it again", request->repair, request->dir);
	return clb_fail(CLB_EXIT_NO_TRACE, "cannot write %s: %s; choose another with --repair",
			request->repair, strerror(-err));
}

/* 0, or the exit status; what was written before a failure stays. */
static int repair(const struct request *request, const struct clb_verify *verify,
		  const struct clb_trace *trace)
{
	struct clb_trace_writer writer;
	int err, close_err;
	char *runs;

	if (!verify->nr_runs)
		return clb_fail(CLB_EXIT_NO_TRACE, "%s: cannot be repaired: %s; nothing was"
				" written", request->dir, verify->metadata && !verify->bytes ?
				verify->metadata : "it has no sound packet");
	err = clb_trace_writer_open(&writer, request->repair, geteuid(), getegid());
	if (!err)
		err = clb_repair(&writer, trace, verify);
	if (err)
		clb_trace_writer_remove(&writer, request->repair);
	close_err = clb_trace_writer_close(&writer);
	if (err || close_err)
		return cannot_write(request, err ? err : close_err);
	if (request->quiet)
		return 0;
	runs = list_runs(verify);
	if (runs)
		clb_say("wrote %s to %s", runs, request->repair);
	free(runs);
	return 0;
}

static int no_trace(const char *dir, const char *why, int err)
{
	if (err == -EINVAL)
		return clb_fail(CLB_EXIT_NO_TRACE, "%s: not a clbench trace: %s; babeltrace2"
				" reads the traces of others", dir, why);
	return clb_fail(CLB_EXIT_NO_TRACE, "%s: %s; name the directory of a trace", dir, why);
}

static int judge_trace(const struct request *request)
{
	struct clb_verify verify;
	struct clb_trace *trace;
	int err, status;

	err = clb_trace_open(&trace, request->dir);
	err = clb_verify(&verify, trace, err);
	if (err) {
		status = no_trace(request->dir, clb_trace_why(trace), err);
	} else {
		status = exit_status(verify.verdict);
		if (request->json && !request->quiet)
			clb_verify_json(&verify, request->dir, stdout);
		else if (!request->quiet)
			clb_verify_text(&verify, request->dir, stdout);
		if (request->repair) {
			err = repair(request, &verify, trace);
			status = err ? err : status;
		}
	}
	clb_verify_free(&verify);
	clb_trace_close(trace);
	return status;
}

static int judge_chunks(const struct request *request, const struct clb_chunks *chunks)
{
	struct clb_verify_chunks verify;
	int err, status;

	if (request->repair)
		return clb_fail(CLB_EXIT_USAGE, "verify: %s is a directory of chunks; name one of"
				" them with --repair, such as %s/%06" PRIu32, request->dir,
				request->dir, chunks->list[0].number);
	err = clb_verify_chunks(&verify, request->dir, chunks);
	if (err) {
		status = no_trace(verify.failed ? verify.failed : request->dir, verify.why, err);
	} else {
		status = exit_status(verify.all.verdict);
		if (request->json && !request->quiet)
			clb_verify_chunks_json(&verify, request->dir, stdout);
		else if (!request->quiet)
			clb_verify_chunks_text(&verify, request->dir, stdout);
	}
	clb_verify_chunks_free(&verify);
	return status;
}

static int judge(const struct request *request)
{
	struct clb_chunks chunks;
	int status;

	/* What it is if it is none of chunks, clb_trace_open() says best. */
	status = clb_chunks_open(&chunks, request->dir) ? judge_trace(request) :
							  judge_chunks(request, &chunks);
	clb_chunks_free(&chunks);
	return status;
}

int clb_ctl_verify(int argc, char **argv)
{
	struct request request = { 0 };
	struct clb_options options;

	clb_options_init(&options, argc, argv, option_table);
	while (clb_options_next(&options)) {
		if (options.key == 'q')
			request.quiet = true;
		else if (options.key == OPTION_JSON)
			request.json = true;
		else
			request.repair = options.value;
	}
	if (options.status >= 0)
		return options.status;
	if (argc - optind > 1)
		return clb_options_usage("verify", "more than one directory");
	request.dir = argv[optind];
	if (!request.dir) {
		if (!clb_trace_dir_choose(request.newest, "verify"))
			return CLB_EXIT_NO_TRACE;
		request.dir = request.newest;
		if (!request.quiet)
			clb_say("verifying %s", request.dir);
	}
	return judge(&request);
}
