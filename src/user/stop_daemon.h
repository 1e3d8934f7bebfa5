/* SPDX-License-Identifier: GPL-2.0 */
/* Stops sessions of the daemon, which stores what is left and sums up. */
#ifndef CLB_STOP_DAEMON_H
#define CLB_STOP_DAEMON_H

#include <stdbool.h>

#include "daemon.h"

/**
 * clb_stop_is_daemons() - tell whether the daemon records a session
 * @document: from clb_status_of_daemon(), may be NULL
 * @name: the session
 *
 * Return: true if it does.
 */
bool clb_stop_is_daemons(json_t *document, const char *name);

/**
 * clb_stop_by_daemon() - stop a session of the daemon and print what it says
 * @daemon: the connection
 * @name: the session
 * @give_up: do not store what is left
 * @json: print the summary on standard output, too
 *
 * Return: the exit status; what there was to say was said.
 */
int clb_stop_by_daemon(struct clb_daemon *daemon, const char *name, bool give_up, bool json);

#endif /* CLB_STOP_DAEMON_H */
