/* SPDX-License-Identifier: GPL-2.0 */
/* Stops sessions of the daemon, which stores what is left and sums up. */

#include "stop_daemon.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "message.h"
#include "status_query.h"
#include "text.h"

bool clb_stop_is_daemons(json_t *document, const char *name)
{
	return json_is_object(json_object_get(clb_status_session(document, name), "trace"));
}

/* Lines as record writes them; within one, nothing drives the terminal. */
static void print_lines(const char *text)
{
	size_t length;

	for (; *text; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		clb_text_put(stderr, text, length);
		fputc('\n', stderr);
	}
}

int clb_stop_by_daemon(struct clb_daemon *daemon, const char *name, bool give_up, bool json)
{
	json_t *request, *answer, *summary;
	int strict_failed, status;
	const char *text;
	char what[80];

	snprintf(what, sizeof(what), "cannot stop %s", name);
	request = json_pack("{s:s, s:o}", "request", "stop", "name", clb_daemon_text(name));
	if (request && give_up)
		json_object_set_new(request, "give_up", json_true());
	status = clb_daemon_ask(daemon, what, request, &answer);
	if (status)
		return status;
	if (json_unpack(answer, "{s:s, s:b, s:o}", "text", &text, "strict_failed", &strict_failed,
			"summary", &summary) || !json_is_object(summary)) {
		status = clb_daemon_not_understood(what);
	} else {
		print_lines(text);
		if (json)
			clb_daemon_print(summary, stdout);
		status = strict_failed ? CLB_EXIT_FAILED : CLB_EXIT_DONE;
	}
	json_decref(answer);
	return status;
}
