/* SPDX-License-Identifier: GPL-2.0 */
/* The sums over CPUs of what a session's probes have counted. */
#ifndef CLB_COUNTS_H
#define CLB_COUNTS_H

#include <linux/types.h>

struct clb_counts;
struct clb_session;

void clb_counts_sum(struct clb_session *s, unsigned int index, struct clb_counts *sum);

#endif /* CLB_COUNTS_H */
