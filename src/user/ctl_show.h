/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl show: what its command line asks for, and the printing of it. */
#ifndef CLB_CTL_SHOW_H
#define CLB_CTL_SHOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "show.h"
#include "trace_dir.h"
#include "when.h"

/**
 * struct clb_show_request - what the command line asks for
 * @dir: the trace
 * @newest: room for @dir if nobody named it
 * @events: values of -e
 * @nr_events: how many
 * @limit: most records
 * @from: start
 * @to: end
 * @has_from: @from was given
 * @has_to: @to was given
 * @time: how times are told
 * @has_time: @time was given
 * @csv: as CSV
 * @json: as JSON
 */
struct clb_show_request {
	const char *dir;
	char newest[CLB_TRACE_DIR_NAME];
	const char **events;
	size_t nr_events;
	uint64_t limit;
	struct clb_when from;
	struct clb_when to;
	bool has_from;
	bool has_to;
	enum clb_show_time time;
	bool has_time;
	bool csv;
	bool json;
};

/**
 * clb_show_print() - print the records of a trace, or of a directory of chunks
 * @request: what is asked for; times of day get their day
 *
 * Return: the exit status; what went wrong was said.
 */
int clb_show_print(struct clb_show_request *request);

#endif /* CLB_CTL_SHOW_H */
