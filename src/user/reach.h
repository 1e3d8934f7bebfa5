/* SPDX-License-Identifier: GPL-2.0 */
/* Whom a command asks: the kernel if it may, else the daemon. */
#ifndef CLB_REACH_H
#define CLB_REACH_H

#include <stdbool.h>

#include "daemon.h"
#include "session.h"

struct clb_nl;

/**
 * struct clb_reach - who is asked
 * @nl: the control socket, NULL if the daemon is asked
 * @info: what the module says of itself, if @nl is not NULL
 * @daemon: the connection, open if @nl is NULL
 */
struct clb_reach {
	struct clb_nl *nl;
	struct clb_info info;
	struct clb_daemon daemon;
};

/**
 * clb_reach() - find out whom to ask
 * @reach: closed with clb_reach_close() also after a failure
 * @what: what cannot be done if neither answers
 * @load: load the module if it is not there
 *
 * The kernel answers if it is there and the caller has the right. The daemon is
 * asked if the kernel does not, or if the environment names its socket.
 *
 * Return: 0; or -1, and the user was told.
 */
int clb_reach(struct clb_reach *reach, const char *what, bool load);

/**
 * clb_reach_close() - ask no more
 * @reach: who was asked
 */
void clb_reach_close(struct clb_reach *reach);

#endif /* CLB_REACH_H */
