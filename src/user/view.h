/* SPDX-License-Identifier: GPL-2.0 */
/* A file seen through a buffer: any part of it, read in large pieces. */
#ifndef CLB_VIEW_H
#define CLB_VIEW_H

#include <stddef.h>
#include <stdint.h>

/* Most bytes that can be seen at once. */
#define CLB_VIEW_MAX	(1u << 20)

/**
 * struct clb_view - a file
 * @fd: its descriptor
 * @bytes: of the file, from @start on
 * @start: offset in the file
 * @len: how many
 *
 * Not mmap(): a file that gets shorter meanwhile would be a signal.
 */
struct clb_view {
	int fd;
	uint8_t *bytes;
	uint64_t start;
	size_t len;
};

/**
 * clb_view_init() - begin to look at a file
 * @view: the view; ended with clb_view_free()
 * @fd: the file, stays the caller's
 *
 * Return: 0 or -ENOMEM.
 */
int clb_view_init(struct clb_view *view, int fd);

/**
 * clb_view_free() - end it
 * @view: the view
 */
void clb_view_free(struct clb_view *view);

/**
 * clb_view_get() - see a part of the file
 * @view: the view
 * @offset: where, bytes
 * @len: how much, up to CLB_VIEW_MAX bytes
 * @bytes: gets them, valid until the next call
 * @there: gets how many there are, fewer than @len only if the file ends
 *
 * Return: 0 or the negative errno of pread().
 */
int clb_view_get(struct clb_view *view, uint64_t offset, size_t len, const uint8_t **bytes,
		 size_t *there);

#endif /* CLB_VIEW_H */
