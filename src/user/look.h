/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that only look on: a signal is the way to end them. */
#ifndef CLB_LOOK_H
#define CLB_LOOK_H

#include <stdbool.h>

/**
 * clb_look_catch_signals() - let SIGINT, SIGTERM and SIGHUP end the program with 0
 *
 * At once: what it waits for may never come, and it leaves nothing behind.
 */
void clb_look_catch_signals(void);

/**
 * clb_look_wait() - wait while somebody reads standard output
 * @timeout_ms: how long
 *
 * Return: false if nobody does any more.
 */
bool clb_look_wait(int timeout_ms);

#endif /* CLB_LOOK_H */
