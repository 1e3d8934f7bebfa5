/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl mark: put a text into the streams of sessions. */

#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <string.h>

#include "connect.h"
#include "message.h"
#include "nl.h"
#include "options.h"

static const struct clb_option option_table[] = {
	{ 's', "session", "SESSION", "into this session only" },
	{ 0 },
};

static int mark(const char *session, const char *text)
{
	struct clb_nl *nl = NULL;
	struct clb_info info;
	int status = CLB_EXIT_FAILED;
	uint32_t marked;
	int ret;

	if (clb_connect(&nl, &info, false))
		goto out;
	ret = clb_nl_mark(nl, session, text, &marked);
	if (ret)
		clb_say("cannot mark: %s%s", clb_nl_why(nl),
			ret == -EPERM ? clb_advice(ret) : "; see clbench-ctl status");
	else if (!marked)
		clb_say("cannot mark: no session took it; see clbench-ctl status");
	else
		status = CLB_EXIT_DONE;
out:
	clb_nl_close(nl);
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
