/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl start: lets the daemon record. */

#include "ctl.h"

#include <stdio.h>

#include "daemon.h"
#include "daemon_options.h"
#include "message.h"
#include "record_options.h"

/* As record says it when all probes are on. */
static int say_started(const char *what, json_t *answer)
{
	json_int_t nr_events, nr_cpus;
	const char *name, *dir;

	if (json_unpack(answer, "{s:{s:s, s:s, s:I, s:I}}", "session", "name", &name, "dir", &dir,
			"nr_events", &nr_events, "nr_cpus", &nr_cpus))
		return clb_daemon_not_understood(what);
	clb_say("recording %" JSON_INTEGER_FORMAT " event%s on %" JSON_INTEGER_FORMAT
		" CPU%s into %s (session %s)",
		nr_events, nr_events == 1 ? "" : "s", nr_cpus, nr_cpus == 1 ? "" : "s", dir, name);
	return CLB_EXIT_DONE;
}

static int start(const struct clb_record_options *options)
{
	struct clb_daemon daemon = CLB_DAEMON_INIT;
	json_t *request, *answer;
	char what[80];
	int status;

	snprintf(what, sizeof(what), "cannot start %s", options->name);
	request = json_pack("{s:s, s:s, s:o}", "request", "start", "name", options->name,
			    "options", clb_daemon_options(options));
	status = clb_daemon_ask(&daemon, what, request, &answer);
	if (!status)
		status = say_started(what, answer);
	json_decref(answer);
	clb_daemon_close(&daemon);
	return status;
}

int clb_ctl_start(int argc, char **argv)
{
	struct clb_record_options options;
	int status;

	status = clb_record_options_parse(&options, argc, argv);
	if (status < 0)
		status = start(&options);
	clb_record_options_free(&options);
	return status;
}
