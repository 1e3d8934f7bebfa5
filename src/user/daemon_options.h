/* SPDX-License-Identifier: GPL-2.0 */
/* The options of start and set as the daemon's protocol has them. */
#ifndef CLB_DAEMON_OPTIONS_H
#define CLB_DAEMON_OPTIONS_H

#include <jansson.h>

#include "record_options.h"

/**
 * clb_daemon_options() - write them as the member "options" of a request
 * @options: what was given on the command line; what was not is left out
 *
 * Return: an object, or NULL (out of memory).
 */
json_t *clb_daemon_options(const struct clb_record_options *options);

#endif /* CLB_DAEMON_OPTIONS_H */
