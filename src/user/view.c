/* SPDX-License-Identifier: GPL-2.0 */
/* A file seen through a buffer: any part of it, read in large pieces. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "view.h"

/* Read at once: not more than a processor's cache holds until it is used. */
#define PIECE	(256u << 10)

int clb_view_init(struct clb_view *view, int fd)
{
	*view = (struct clb_view) { .fd = fd, .bytes = malloc(CLB_VIEW_MAX) };
	return view->bytes ? 0 : -ENOMEM;
}

void clb_view_free(struct clb_view *view)
{
	free(view->bytes);
	view->bytes = NULL;
}

/* From @start on, @wanted bytes or up to the end of the file. */
static int fill(struct clb_view *view, size_t wanted)
{
	view->len = 0;
	while (view->len < wanted) {
		ssize_t n = pread(view->fd, view->bytes + view->len, wanted - view->len,
				  view->start + view->len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		view->len += n;
	}
	return 0;
}

int clb_view_get(struct clb_view *view, uint64_t offset, size_t len, const uint8_t **bytes,
		 size_t *there)
{
	uint64_t end = view->start + view->len;
	int err;

	if (offset < view->start || offset > end || end - offset < len) {
		view->start = offset;
		err = fill(view, len > PIECE ? len : PIECE);
		if (err) {
			view->len = 0;
			return err;
		}
	}
	*bytes = view->bytes + (offset - view->start);
	*there = view->start + view->len - offset;
	return 0;
}
