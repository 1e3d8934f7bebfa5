/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The window: batches that are built and not acknowledged, in order of number.
 *
 *	acked < ... <= sent < ... <= built
 *
 * The session thread builds and sends; the owner's acks come from the netlink
 * handler. A batch is kept until it is acknowledged, so it can be sent again.
 * Multicast loses where a receive buffer is full: the owner then reads it empty
 * and asks again by an ack with the resend flag. Nothing else re-sends.
 */
#ifndef CLB_WINDOW_H
#define CLB_WINDOW_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct clb_claim;
struct clb_session;
struct netlink_ext_ack;
struct sk_buff;
struct sock;

/**
 * struct clb_batch - a batch
 * @node: in the window
 * @seq: its number
 * @skb: the message; a reference of our own, so that senders clone it
 * @bytes: charged to the session
 * @nr_subs: events that the session had when it was built
 * @counts: records: of clbench's own events, then by index of the session's event
 */
struct clb_batch {
	struct list_head node;
	u64 seq;
	struct sk_buff *skb;
	u32 bytes;
	u32 nr_subs;
	u32 counts[];
};

/**
 * struct clb_window - a session's batches under way
 * @lock: see below; @max, @joined, @deaf and @retained are also read without it
 * @batches: not acknowledged, oldest first
 * @max: most batches between acked and sent
 * @now: the same, at present: halved by a re-send, grown by success
 * @joined: the owner has acknowledged something, at first batch 0: it is in the
 *	group
 * @deaf: nobody was in the group; tried again with the next flush
 * @built: number of the last batch built
 * @sent: number of the last batch sent, or asked to be sent again before
 * @sent_high: highest number ever sent
 * @acked: number of the last batch acknowledged
 * @good: acknowledged without a re-send since @now grew
 * @resent: batches sent again
 * @retained: batches kept now
 * @delivered: records acknowledged, by index of the session's event
 */
struct clb_window {
	spinlock_t lock; /* protects all of this, and the owner; process context only */
	struct list_head batches;
	u32 max;
	u32 now;
	bool joined;
	bool deaf;
	u64 built;
	u64 sent;
	u64 sent_high;
	u64 acked;
	u64 good;
	u64 resent;
	u64 retained;
	u64 *delivered;
};

int clb_window_fit(const struct sock *sk, u32 wanted, struct netlink_ext_ack *extack);
int clb_window_init(struct clb_window *w, u32 max);
void clb_window_exit(struct clb_session *s);
bool clb_window_open(struct clb_session *s);
bool clb_window_deaf(struct clb_session *s);
bool clb_window_empty(struct clb_session *s);
void clb_window_add(struct clb_session *s, struct clb_batch *batch);
void clb_window_send(struct clb_session *s);
void clb_window_retry(struct clb_session *s);
void clb_window_restart(struct clb_session *s, u64 seq, u32 max, struct list_head *done);
void clb_window_done(struct clb_session *s, struct list_head *done);
int clb_window_ack(struct clb_session *s, const struct clb_claim *claim, u64 seq, bool resend,
		   struct netlink_ext_ack *extack);

#endif /* CLB_WINDOW_H */
