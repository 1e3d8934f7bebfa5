/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the packets of a session that lives. */

#include "trace_session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace_internal.h"

/* A trace that only tells why there is none. */
static int refuse(struct clb_trace **trace, int err, const char *what, const char *why)
{
	*trace = calloc(1, sizeof(**trace));
	if (!*trace)
		return -ENOMEM;
	(*trace)->fd = -1;
	return clb_trace_fail(*trace, err, "cannot ask for %s: %s", what, why);
}

int clb_trace_open_session(struct clb_trace **trace, struct clb_nl *nl, uint32_t id)
{
	struct clb_session session = { 0 };
	/* All, since a session may record others in a moment. */
	struct clb_events all = { 0 };
	struct clb_metadata metadata = { .events = &all, .session = session.name };
	int ret;

	ret = clb_nl_session(nl, id, &session);
	if (ret) {
		ret = refuse(trace, ret, "the session", clb_nl_why(nl));
		goto out;
	}
	ret = clb_nl_events(nl, &all);
	if (ret) {
		ret = refuse(trace, ret, "events", clb_nl_why(nl));
		goto out;
	}
	memcpy(metadata.uuid, session.uuid, sizeof(metadata.uuid));
	ret = clb_trace_open_live(trace, &metadata);
out:
	clb_events_free(&all);
	clb_session_free(&session);
	return ret;
}
