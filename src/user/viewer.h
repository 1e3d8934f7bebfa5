/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A viewer: sees the batches of a session that somebody else owns. It does not
 * acknowledge, so the kernel does not wait for it: what its receive buffer cannot
 * hold is missed, and shows in the batches' numbers.
 */
#ifndef CLB_VIEWER_H
#define CLB_VIEWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

struct clb_nl;

/**
 * typedef clb_viewer_see - takes a packet
 * @arg: from clb_viewer_open()
 * @missed: batches that are missing before it
 * @packet: the packet; lives until the return
 * @size: its bytes
 *
 * Return: 0, or a negative errno for clb_viewer_receive() to return.
 */
typedef int (*clb_viewer_see)(void *arg, uint64_t missed, const void *packet, size_t size);

/**
 * struct clb_viewer - a look at a session
 * @nl: the data socket
 * @session_id: the session
 * @see: takes packets
 * @arg: for @see
 * @seen: number of the last batch seen, 0 before the first
 * @last: it was the session's last
 */
struct clb_viewer {
	struct clb_nl *nl;
	uint32_t session_id;
	clb_viewer_see see;
	void *arg;
	uint64_t seen;
	bool last;
};

/**
 * clb_viewer_open() - begin to look
 * @viewer: the viewer; closed with clb_viewer_close() also after a failure
 * @session: the session, with its group
 * @see: takes packets
 * @arg: for it
 *
 * Return: 0; -EPERM without CAP_SYS_ADMIN; another negative errno, told by
 * clb_viewer_why().
 */
int clb_viewer_open(struct clb_viewer *viewer, const struct clb_session *session,
		    clb_viewer_see see, void *arg);

/**
 * clb_viewer_adopt() - begin to look through a socket that somebody else opened
 * @viewer: the viewer; closed with clb_viewer_close() also after a failure
 * @fd: a member of the session's group; belongs to the viewer unless its @nl is NULL
 * @session_id: the session
 * @see: takes packets
 * @arg: for it
 *
 * Needs no capability.
 *
 * Return: 0 or -ENOMEM.
 */
int clb_viewer_adopt(struct clb_viewer *viewer, int fd, uint32_t session_id, clb_viewer_see see,
		     void *arg);

/**
 * clb_viewer_close() - look no more
 * @viewer: the viewer
 */
void clb_viewer_close(struct clb_viewer *viewer);

/**
 * clb_viewer_fd() - tell the descriptor, to poll for input
 * @viewer: the viewer, open
 *
 * Return: the descriptor.
 */
int clb_viewer_fd(const struct clb_viewer *viewer);

/**
 * clb_viewer_why() - tell why the last call failed
 * @viewer: the viewer
 *
 * Return: in words.
 */
const char *clb_viewer_why(const struct clb_viewer *viewer);

/**
 * clb_viewer_receive() - see what has come
 * @viewer: the viewer, open
 *
 * Never waits. Leaves something unread if very much has come, so that the caller
 * can look at other things.
 *
 * Return: 1 if something may be left, 0 if not; what @see returned, or another
 * negative errno.
 */
int clb_viewer_receive(struct clb_viewer *viewer);

#ifdef __cplusplus
}
#endif

#endif /* CLB_VIEWER_H */
