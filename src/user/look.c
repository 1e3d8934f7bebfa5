/* SPDX-License-Identifier: GPL-2.0 */
/* Commands that only look on: a signal is the way to end them. */

#include "look.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "message.h"

static void on_signal(int number)
{
	(void)number;
	_exit(CLB_EXIT_DONE);
}

void clb_look_catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

bool clb_look_wait(int timeout_ms)
{
	/* Without events: tells only that nobody reads it any more. */
	struct pollfd out = { .fd = STDOUT_FILENO };

	poll(&out, 1, timeout_ms);
	return !(out.revents & (POLLERR | POLLHUP));
}
