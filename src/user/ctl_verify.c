/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl verify: judges a trace. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>

#include "ctl.h"
#include "message.h"
#include "options.h"
#include "trace_dir.h"
#include "verify.h"

enum {
	OPTION_JSON = CLB_OPTION_LONG,
};

static const struct clb_option option_table[] = {
	{ 'q', "quiet", NULL, "print errors only; the exit status tells" },
	{ OPTION_JSON, "json", NULL, "as JSON" },
	{ 0 },
};

/**
 * struct request - what the command line asks for
 * @dir: the trace
 * @newest: room for @dir if nobody named it
 * @quiet: errors only
 * @json: as JSON
 */
struct request {
	const char *dir;
	char newest[CLB_TRACE_DIR_NAME];
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

static int judge(const struct request *request)
{
	struct clb_verify verify;
	struct clb_trace *trace;
	int err, status;

	err = clb_trace_open(&trace, request->dir);
	err = clb_verify(&verify, trace, err);
	if (err == -EINVAL) {
		status = clb_fail(CLB_EXIT_NO_TRACE, "%s: not a clbench trace: %s; babeltrace2"
				  " reads the traces of others", request->dir,
				  clb_trace_why(trace));
	} else if (err) {
		status = clb_fail(CLB_EXIT_NO_TRACE, "%s: %s; name the directory of a trace",
				  request->dir, clb_trace_why(trace));
	} else {
		status = exit_status(verify.verdict);
		if (request->json && !request->quiet)
			clb_verify_json(&verify, trace, request->dir, stdout);
		else if (!request->quiet)
			clb_verify_text(&verify, trace, request->dir, stdout);
	}
	clb_verify_free(&verify);
	clb_trace_close(trace);
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
		else
			request.json = true;
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
