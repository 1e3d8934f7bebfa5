/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl set: changes a session of the daemon while it records. */

#include "ctl.h"

#include <stdio.h>

#include "daemon.h"
#include "daemon_options.h"
#include "message.h"
#include "record_options.h"

static int say_set(const char *what, json_t *answer)
{
	json_int_t nr_events;
	const char *name;

	if (json_unpack(answer, "{s:{s:s, s:I}}", "session", "name", &name, "nr_events",
			&nr_events))
		return clb_daemon_not_understood(what);
	clb_say("session %s is set and records %" JSON_INTEGER_FORMAT " event%s", name, nr_events,
		nr_events == 1 ? "" : "s");
	return CLB_EXIT_DONE;
}

static int set(const struct clb_record_options *options)
{
	struct clb_daemon daemon = CLB_DAEMON_INIT;
	json_t *request, *answer;
	char what[80];
	int status;

	snprintf(what, sizeof(what), "cannot set %s", options->name);
	request = json_pack("{s:s, s:s, s:o}", "request", "set", "name", options->name,
			    "options", clb_daemon_options(options));
	status = clb_daemon_ask(&daemon, what, request, &answer);
	if (!status)
		status = say_set(what, answer);
	json_decref(answer);
	clb_daemon_close(&daemon);
	return status;
}

int clb_ctl_set(int argc, char **argv)
{
	struct clb_record_options options;
	int status;

	status = clb_record_options_parse(&options, argc, argv);
	if (status < 0)
		status = set(&options);
	clb_record_options_free(&options);
	return status;
}
