/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's part of tail: it lends a socket, and tells when the session ends. */
#ifndef CLB_TAIL_DAEMON_H
#define CLB_TAIL_DAEMON_H

#include <stdint.h>

#include "daemon.h"
#include "session.h"
#include "trace_reader.h"

#define CLB_TAIL_WHAT	"cannot look at a session"

/**
 * clb_tail_ask() - ask for a session's batches
 * @daemon: the connection; its @received is the socket that they come to
 * @name: the session, NULL: the only one
 * @session: gets name and id
 * @trace: gets what decodes its packets; closed with clb_trace_close(), also after
 *	a failure
 *
 * Return: 0; or the exit status, and the user was told.
 */
int clb_tail_ask(struct clb_daemon *daemon, const char *name, struct clb_session *session,
		 struct clb_trace **trace);

/**
 * clb_tail_hear() - read what the daemon tells meanwhile
 * @daemon: the connection
 * @sent: gets the number of the last batch, if the session has ended
 *
 * Never waits.
 *
 * Return: 1: the session has ended; 0: it has not; -EPIPE: the daemon has gone;
 * another negative errno.
 */
int clb_tail_hear(struct clb_daemon *daemon, uint64_t *sent);

/**
 * clb_tail_say_gone() - tell that the daemon will tell no more
 * @session: the session
 * @error: what clb_tail_hear() returned
 *
 * Return: CLB_EXIT_FAILED.
 */
int clb_tail_say_gone(const struct clb_session *session, int error);

#endif /* CLB_TAIL_DAEMON_H */
