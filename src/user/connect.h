/* SPDX-License-Identifier: GPL-2.0 */
/* The way from a command to the module, and what to say when there is none. */
#ifndef CLB_CONNECT_H
#define CLB_CONNECT_H

#include <stdbool.h>

#include "session.h"

struct clb_nl;

/**
 * clb_connect() - open a control socket and see that the module fits
 * @nl: the socket; closed with clb_nl_close() also after a failure
 * @info: gets what the module says of itself
 * @load: load the module if it is not there
 *
 * Return: 0; or a negative errno, and the user was told.
 */
int clb_connect(struct clb_nl **nl, struct clb_info *info, bool load);

/**
 * clb_connect_session() - find a session by its name
 * @nl: the control socket
 * @name: the name
 * @session: gets it; given back with clb_session_free(), empty on failure
 *
 * Return: 0; or a negative errno, and the user was told.
 */
int clb_connect_session(struct clb_nl *nl, const char *name, struct clb_session *session);

/**
 * clb_connect_events() - ask the kernel for all its events, and say it if that fails
 * @nl: the control socket
 * @events: gets them
 *
 * Return: 0 or a negative errno.
 */
int clb_connect_events(struct clb_nl *nl, struct clb_events *events);

/**
 * clb_advice() - tell what to do when the kernel refuses to record
 * @error: the negative errno
 *
 * Return: "; WHAT TO DO", or "" if nobody knows.
 */
const char *clb_advice(int error);

#endif /* CLB_CONNECT_H */
