/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes of a session that records: its events, its limits.
 *
 * A handler prepares a change, with all memory that it needs, and leaves it to
 * the session thread, which alone turns probes on and off. One change at a time.
 */
#ifndef CLB_CHANGE_H
#define CLB_CHANGE_H

#include <linux/types.h>

struct clb_change;
struct clb_session;
struct clbench_event;
struct netlink_ext_ack;

/**
 * struct clb_limits - what may change at once; U64_MAX, U32_MAX: stays
 * @mem_max: bytes
 * @flush_period_ms: latest time between two flushes
 * @linger_ms: how long the session outlives its reader
 */
struct clb_limits {
	u64 mem_max;
	u32 flush_period_ms;
	u32 linger_ms;
};

int clb_change_ask(struct clb_session *s, struct clbench_event **events, unsigned int nr_events,
		   const struct clb_limits *limits, u32 *number, struct netlink_ext_ack *extack);
bool clb_change_carry_out(struct clb_session *s);
void clb_change_free(struct clb_change *c);

#endif /* CLB_CHANGE_H */
