/* SPDX-License-Identifier: GPL-2.0 */
/* Values of options: read, or refused with a sentence. */
#ifndef CLB_OPTION_VALUE_H
#define CLB_OPTION_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "options.h"

/*
 * They return -1 to go on, else the exit status; what there was to say was said.
 * @what is the option as the user knows it, such as "--window".
 */

/**
 * clb_option_refuse() - tell that a value will not do
 * @o: the command line, at the option
 * @what: the option
 * @rule: how the value must be
 *
 * Return: CLB_EXIT_USAGE.
 */
int clb_option_refuse(const struct clb_options *o, const char *what, const char *rule);

/**
 * clb_option_number() - read a number
 * @o: the command line, at the option
 * @what: the option
 * @min: least
 * @max: most
 * @number: gets it
 *
 * Return: -1, or the exit status.
 */
int clb_option_number(const struct clb_options *o, const char *what, uint32_t min, uint32_t max,
		      uint32_t *number);

/**
 * clb_option_size() - read a size
 * @o: the command line, at the option
 * @what: the option
 * @zero: 0 will do
 * @bytes: gets it
 *
 * Return: -1, or the exit status.
 */
int clb_option_size(const struct clb_options *o, const char *what, bool zero, uint64_t *bytes);

/**
 * clb_option_time() - read a length of time
 * @o: the command line, at the option
 * @what: the option
 * @zero: 0 will do
 * @time_ns: gets it
 *
 * Return: -1, or the exit status.
 */
int clb_option_time(const struct clb_options *o, const char *what, bool zero, uint64_t *time_ns);

/**
 * clb_option_flush_period() - read the value of --flush-period
 * @o: the command line, at the option
 * @period_ms: gets it
 *
 * Return: -1, or the exit status.
 */
int clb_option_flush_period(const struct clb_options *o, uint32_t *period_ms);

/**
 * clb_option_linger() - read the value of --linger
 * @o: the command line, at the option
 * @linger_ms: gets it
 *
 * Return: -1, or the exit status.
 */
int clb_option_linger(const struct clb_options *o, uint32_t *linger_ms);

/**
 * clb_option_on_full() - read what to do when the disk is full
 * @o: the command line, at the option
 * @pause: set if it is to wait
 *
 * Return: -1, or the exit status.
 */
int clb_option_on_full(const struct clb_options *o, bool *pause);

/**
 * clb_option_session() - check the name of a session to be
 * @o: the command line
 * @name: the name
 *
 * Return: -1, or the exit status.
 */
int clb_option_session(const struct clb_options *o, const char *name);

#endif /* CLB_OPTION_VALUE_H */
