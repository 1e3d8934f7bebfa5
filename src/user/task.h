/* SPDX-License-Identifier: GPL-2.0 */
/* Who made a record, as the definitions in a trace tell. */
#ifndef CLB_TASK_H
#define CLB_TASK_H

#include <stdint.h>

#define CLB_COMM_MAX	16

/**
 * struct clb_task - what a definition says
 * @tgid: the process
 * @comm: its name, up to a NUL or to the end
 */
struct clb_task {
	uint32_t tgid;
	char comm[CLB_COMM_MAX];
};

#endif /* CLB_TASK_H */
