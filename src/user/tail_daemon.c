/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's part of tail: it lends a socket, and tells when the session ends. */

#include "tail_daemon.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "message.h"

static int take_answer(const struct clb_daemon *daemon, json_t *answer,
		       struct clb_session *session, struct clb_trace **trace)
{
	const char *name, *metadata;
	json_int_t id;

	if (json_unpack(answer, "{s:{s:s, s:I}, s:s}", "session", "name", &name, "id", &id,
			"metadata", &metadata) ||
	    id < 0 || id > UINT32_MAX || daemon->received < 0)
		return clb_daemon_not_understood(CLB_TAIL_WHAT);
	snprintf(session->name, sizeof(session->name), "%s", name);
	session->id = id;
	if (!clb_trace_open_text(trace, metadata, strlen(metadata)))
		return 0;
	return clb_fail(CLB_EXIT_FAILED, "cannot read session %s: %s", session->name,
			clb_trace_why(*trace));
}

int clb_tail_ask(struct clb_daemon *daemon, const char *name, struct clb_session *session,
		 struct clb_trace **trace)
{
	json_t *request, *answer;
	int status;

	request = json_pack("{s:s}", "request", "tail");
	if (request && name)
		json_object_set_new(request, "name", clb_daemon_text(name));
	status = clb_daemon_ask(daemon, CLB_TAIL_WHAT, request, &answer);
	if (!status)
		status = take_answer(daemon, answer, session, trace);
	json_decref(answer);
	return status;
}

int clb_tail_say_gone(const struct clb_session *session, int error)
{
	if (error != -EPIPE)
		return clb_daemon_say(CLB_TAIL_WHAT, error);
	return clb_fail(CLB_EXIT_FAILED,
			"cannot read session %s: the daemon has gone; tail it again when it is back",
			session->name);
}

/* Other events, which a newer daemon may tell, are left alone. */
int clb_tail_hear(struct clb_daemon *daemon, uint64_t *sent)
{
	const char *kind;
	json_int_t last;
	json_t *event;
	int ret;

	while ((ret = clb_daemon_receive(daemon, &event)) > 0) {
		if (!json_unpack(event, "{s:s, s:I}", "event", &kind, "sent", &last) &&
		    !strcmp(kind, "ended") && last >= 0) {
			*sent = last;
			json_decref(event);
			return 1;
		}
		json_decref(event);
	}
	return ret;
}
