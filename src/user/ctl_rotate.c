/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl rotate: lets the daemon begin a new chunk of a trace. */

#include "ctl.h"

#include <getopt.h>
#include <stdio.h>

#include "daemon.h"
#include "message.h"
#include "option_value.h"
#include "options.h"

static const struct clb_option option_table[] = {
	{ 0 },
};

static int rotate(const char *name)
{
	struct clb_daemon daemon = CLB_DAEMON_INIT;
	json_t *request, *answer;
	json_int_t chunk;
	const char *closed;
	char what[80];
	int status;

	snprintf(what, sizeof(what), "cannot rotate %s", name);
	request = json_pack("{s:s, s:s}", "request", "rotate", "name", name);
	status = clb_daemon_ask(&daemon, what, request, &answer);
	if (!status && json_unpack(answer, "{s:s, s:I}", "closed", &closed, "chunk", &chunk))
		status = clb_daemon_not_understood(what);
	if (!status)
		clb_say("%s is closed; session %s goes on in chunk %" JSON_INTEGER_FORMAT, closed,
			name, chunk);
	json_decref(answer);
	clb_daemon_close(&daemon);
	return status;
}

int clb_ctl_rotate(int argc, char **argv)
{
	struct clb_options options;
	int status;

	clb_options_init(&options, argc, argv, option_table);
	while (clb_options_next(&options))
		;
	if (options.status >= 0)
		return options.status;
	if (optind + 1 != argc)
		return clb_options_usage("rotate", "name one session");
	status = clb_option_session(&options, argv[optind]);
	return status < 0 ? rotate(argv[optind]) : status;
}
