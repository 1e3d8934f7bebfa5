/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels differ in whether a sender is asked about each member of a group. */
#ifndef CLB_COMPAT_MULTICAST_H
#define CLB_COMPAT_MULTICAST_H

#include <linux/version.h>
#include <net/genetlink.h>

/* Linux 6.8: genetlink: introduce helpers to do filtered multicast. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0)
#define CLB_MULTICAST_ASKS	1
#else
#define CLB_MULTICAST_ASKS	0
typedef int (*netlink_filter_fn)(struct sock *member, struct sk_buff *skb, void *data);
#endif

/**
 * clb_multicast() - send to a group of a family in the initial network namespace
 * @family: the family
 * @skb: the message; this reference is consumed
 * @group: which of its groups
 * @passes_by: tells whether a member gets nothing; not asked if CLB_MULTICAST_ASKS
 *	is 0. It must not sleep.
 *
 * Context: process; may sleep.
 * Return: 0; -ESRCH: nobody is in the group, or nobody got it; -ENOBUFS: a member
 * that cares dropped it.
 */
static inline int clb_multicast(struct genl_family *family, struct sk_buff *skb,
				unsigned int group, netlink_filter_fn passes_by)
{
#if CLB_MULTICAST_ASKS
	return genlmsg_multicast_netns_filtered(family, &init_net, skb, 0, group, GFP_KERNEL,
						passes_by, NULL);
#else
	return genlmsg_multicast_netns(family, &init_net, skb, 0, group, GFP_KERNEL);
#endif
}

#endif /* CLB_COMPAT_MULTICAST_H */
