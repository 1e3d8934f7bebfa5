/* SPDX-License-Identifier: GPL-2.0 */
/* The table of sessions: look-up, groups, memory, dead readers, new CPUs. */
#ifndef CLB_TABLE_H
#define CLB_TABLE_H

#include <linux/types.h>

struct clb_session;
struct netlink_ext_ack;

int clb_table_add(struct clb_session *s, struct netlink_ext_ack *extack);
int clb_table_widen(struct clb_session *s, unsigned int contexts);
void clb_table_remove(struct clb_session *s);
void __noreturn clb_table_thread_exit(void);

#endif /* CLB_TABLE_H */
