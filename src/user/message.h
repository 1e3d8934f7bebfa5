/* SPDX-License-Identifier: GPL-2.0 */
/* What a program says to people: on stderr, one sentence a line. */
#ifndef CLB_MESSAGE_H
#define CLB_MESSAGE_H

#include <stdarg.h>
#include <stdbool.h>

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

/* How much a line matters, as syslog counts it. */
enum clb_level {
	CLB_LEVEL_ERROR = 3,
	CLB_LEVEL_WARNING = 4,
	CLB_LEVEL_NOTICE = 5,
	CLB_LEVEL_INFO = 6,
};

/**
 * clb_message_setup() - tell who speaks; before anything is said
 * @program: name in front of each line (clbench-ctl)
 * @journal: stderr is the journal: a level in angle brackets in its place
 */
void clb_message_setup(const char *program, bool journal);

/**
 * clb_log() - say something that matters so much
 * @level: how much
 * @format: as in clb_say()
 */
void clb_log(enum clb_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

/**
 * clb_say() - say "PROGRAM: ..." and a newline
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
