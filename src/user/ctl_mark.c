/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl mark: put a text into the streams of sessions. */

#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "connect.h"
#include "daemon.h"
#include "message.h"
#include "nl.h"
#include "options.h"
#include "reach.h"

#define WHAT		"cannot mark"
#define NO_SESSION	WHAT ": no session took it; see clbench-ctl status"

static const struct clb_option option_table[] = {
	{ 's', "session", "SESSION", "into this session only" },
	{ 0 },
};

static int by_daemon(struct clb_daemon *daemon, const char *session, const char *text)
{
	json_t *request, *answer;
	json_int_t marked;
	int status;

	request = json_pack("{s:s, s:o}", "request", "mark", "text", clb_daemon_text(text));
	if (request && session)
		json_object_set_new(request, "name", clb_daemon_text(session));
	status = clb_daemon_ask(daemon, WHAT, request, &answer);
	if (status)
		return status;
	if (json_unpack(answer, "{s:I}", "marked", &marked))
		status = clb_daemon_not_understood(WHAT);
	else if (marked <= 0)
		status = clb_fail(CLB_EXIT_FAILED, NO_SESSION);
	json_decref(answer);
	return status;
}

static int by_kernel(struct clb_nl *nl, const char *session, const char *text)
{
	uint32_t marked;
	int ret;

	ret = clb_nl_mark(nl, session, text, &marked);
	if (ret)
		return clb_fail(CLB_EXIT_FAILED, WHAT ": %s%s", clb_nl_why(nl),
				ret == -EPERM ? clb_advice(ret) : "; see clbench-ctl status");
	if (!marked)
		return clb_fail(CLB_EXIT_FAILED, NO_SESSION);
	return CLB_EXIT_DONE;
}

static int mark(const char *session, const char *text)
{
	int status = CLB_EXIT_FAILED;
	struct clb_reach reach;

	if (!clb_reach(&reach, WHAT, false))
		status = reach.nl ? by_kernel(reach.nl, session, text) :
			 by_daemon(&reach.daemon, session, text);
	clb_reach_close(&reach);
	return status;
}

int clb_ctl_mark(int argc, char **argv)
{
	const char *session = NULL, *text;
	struct clb_options options;

	clb_options_init(&options, argc, argv, option_table);
	while (clb_options_next(&options))
		session = options.value;
	if (options.status >= 0)
		return options.status;
	if (optind + 1 != argc)
		return clb_options_usage("mark", optind == argc ? "no TEXT given" :
					 "more than one TEXT given, quote it");
	text = argv[optind];
	if (!*text)
		return clb_options_usage("mark", "TEXT is empty");
	if (strlen(text) > CLBENCH_MARK_MAX)
		return clb_options_usage("mark", "TEXT has %zu bytes, at most %d fit",
					 strlen(text), CLBENCH_MARK_MAX);
	if (session && (!*session || strlen(session) > CLBENCH_NAME_MAX))
		return clb_options_usage("mark", "\"%s\" is no session name", session);
	return mark(session, text);
}
