/* SPDX-License-Identifier: GPL-2.0 */
/* What clbench-ctl says to people: on stderr, one sentence a line. */
#ifndef CLB_MESSAGE_H
#define CLB_MESSAGE_H

#include <stdarg.h>

enum clb_exit {
	CLB_EXIT_DONE = 0,
	CLB_EXIT_FAILED = 1,
	CLB_EXIT_USAGE = 2,
	CLB_EXIT_UNSOUND = 3,
	CLB_EXIT_NO_TRACE = 4,
	CLB_EXIT_RECORDING = 125,
	CLB_EXIT_NOT_RUNNABLE = 126,
	CLB_EXIT_NOT_FOUND = 127,
	CLB_EXIT_SIGNAL = 128,
};

/**
 * clb_say() - say "clbench-ctl: ..." and a newline
 * @format: as in printf; an error reads "WHAT: WHY; WHAT TO DO"
 */
void clb_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/**
 * clb_fail() - say it and tell the exit status
 * @status: the exit status
 * @format: as in clb_say()
 *
 * Return: @status.
 */
int clb_fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif /* CLB_MESSAGE_H */
