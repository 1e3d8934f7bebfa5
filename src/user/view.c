/* SPDX-License-Identifier: GPL-2.0 */
/* A file seen through a buffer: any part of it, read in large pieces. */
#include <errno.h>
#include <stdlib.h>

#include "read_at.h"
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

int clb_view_get(struct clb_view *view, uint64_t offset, size_t len, const uint8_t **bytes,
		 size_t *there)
{
	uint64_t end = view->start + view->len;
	ssize_t n;

	if (offset < view->start || offset > end || end - offset < len) {
		view->start = offset;
		view->len = 0;
		n = clb_read_at(view->fd, view->bytes, len > PIECE ? len : PIECE, offset);
		if (n < 0)
			return n;
		view->len = n;
	}
	*bytes = view->bytes + (offset - view->start);
	*there = view->start + view->len - offset;
	return 0;
}
