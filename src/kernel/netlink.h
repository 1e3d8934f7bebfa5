/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family: requests, notifications, batches. */
#ifndef CLB_NETLINK_H
#define CLB_NETLINK_H

#include <linux/types.h>

struct clb_session;
struct clbench_event;
struct genl_family;
struct sk_buff;

extern struct genl_family clb_family;

size_t clb_netlink_event_bytes(const struct clbench_event *event);
int clb_netlink_event_fill(struct sk_buff *skb, const struct clbench_event *event);
int clb_netlink_session_fill(struct sk_buff *skb, struct clb_session *s, unsigned int nr_counts);
struct sk_buff *clb_netlink_session_msg(struct clb_session *s);
struct sk_buff *clb_netlink_session_reply(struct clb_session *s, u32 portid, u32 seq);
void clb_netlink_session_send(struct sk_buff *skb);
struct sk_buff *clb_netlink_batch_head(struct clb_session *s, u64 seq, bool last, size_t bytes);
int clb_netlink_batch(struct clb_session *s, struct sk_buff *skb);
bool clb_netlink_listened(unsigned int group);

int clb_netlink_init(void);
void clb_netlink_exit(void);

#endif /* CLB_NETLINK_H */
