/* SPDX-License-Identifier: GPL-2.0 */
/* A viewer: sees the batches of a session that somebody else owns. */

#include "viewer.h"

#include <errno.h>

#include "nl.h"

/* Asked for; there is no more harm in it than memory. */
#define BUFFER_BYTES	(8 * 1024 * 1024)

/* Rounds of clb_nl_receive() before others get their turn. */
#define ROUNDS_MAX	64

int clb_viewer_open(struct clb_viewer *viewer, const struct clb_session *session,
		    clb_viewer_see see, void *arg)
{
	int ret;

	*viewer = (struct clb_viewer){ .session_id = session->id, .see = see, .arg = arg };
	ret = clb_nl_open(&viewer->nl);
	if (!ret)
		ret = clb_nl_set_receiver(viewer->nl, BUFFER_BYTES);
	return ret ? ret : clb_nl_join(viewer->nl, session->group);
}

int clb_viewer_adopt(struct clb_viewer *viewer, int fd, uint32_t session_id, clb_viewer_see see,
		     void *arg)
{
	*viewer = (struct clb_viewer){ .session_id = session_id, .see = see, .arg = arg };
	return clb_nl_adopt(&viewer->nl, fd);
}

void clb_viewer_close(struct clb_viewer *viewer)
{
	clb_nl_close(viewer->nl);
	viewer->nl = NULL;
}

int clb_viewer_fd(const struct clb_viewer *viewer)
{
	return clb_nl_fd(viewer->nl);
}

const char *clb_viewer_why(const struct clb_viewer *viewer)
{
	return clb_nl_why(viewer->nl);
}

static int see(struct clb_viewer *viewer, const struct clb_batch *batch)
{
	uint64_t missed;

	/* The group may be lent to another session by now; and what the owner
	 * has missed is sent again to all.
	 */
	if (batch->error || batch->session_id != viewer->session_id || batch->seq <= viewer->seen)
		return 0;
	missed = viewer->seen ? batch->seq - viewer->seen - 1 : 0;
	viewer->seen = batch->seq;
	viewer->last = batch->last;
	return viewer->see(viewer->arg, missed, batch->packet, batch->size);
}

int clb_viewer_receive(struct clb_viewer *viewer)
{
	struct clb_batch batches[CLB_NL_ROUND];
	int nr, ret;

	for (int round = 0; round < ROUNDS_MAX; round++) {
		nr = clb_nl_receive(viewer->nl, batches);
		/* The numbers will tell how many. */
		if (nr == -ENOBUFS)
			continue;
		if (nr <= 0)
			return nr;
		for (int i = 0; i < nr; i++) {
			ret = see(viewer, &batches[i]);
			if (ret)
				return ret;
		}
	}
	return 1;
}
