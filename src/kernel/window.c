// SPDX-License-Identifier: GPL-2.0
/* The window: sends batches, keeps them until acknowledged, sends them again. */

#include <linux/jiffies.h>
#include <linux/netlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <net/sock.h>

#include "netlink.h"
#include "packet.h"
#include "session.h"
#include "window.h"

/**
 * clb_window_fit() - how large a window a socket can take
 * @sk: the reader's data socket
 * @wanted: most batches, 0: as many as fit
 * @extack: for what is wrong
 *
 * Context: process.
 * Return: batches; -ENOBUFS: not even two fit into the receive buffer.
 */
int clb_window_fit(const struct sock *sk, u32 wanted, struct netlink_ext_ack *extack)
{
	unsigned int fit = READ_ONCE(sk->sk_rcvbuf) / CLB_BATCH_TRUESIZE;

	if (fit < 2) {
		NL_SET_ERR_MSG(extack, "the socket's receive buffer holds less than two batches; raise it to 130 KiB or more before asking");
		return -ENOBUFS;
	}
	fit = min(fit, 1024u);
	return wanted ? min(wanted, fit) : fit;
}

/**
 * clb_window_init() - an empty window, closed until the owner has joined
 * @w: the window
 * @max: most batches under way
 *
 * Context: process; may sleep.
 * Return: 0 or -ENOMEM.
 */
int clb_window_init(struct clb_window *w, u32 max)
{
	spin_lock_init(&w->lock);
	INIT_LIST_HEAD(&w->batches);
	w->max = max;
	w->now = max;
	w->delivered = kvcalloc(CLB_SUBS_MAX, sizeof(*w->delivered), GFP_KERNEL);
	return w->delivered ? 0 : -ENOMEM;
}

static void free_batches(struct clb_session *s, struct list_head *batches)
{
	struct clb_batch *b, *next;

	list_for_each_entry_safe(b, next, batches, node)
		clb_batch_free(s, b);
}

/**
 * clb_window_exit() - free what nobody has acknowledged
 * @s: the session; out of the table, no handler uses it any more
 *
 * Context: the last reference's.
 */
void clb_window_exit(struct clb_session *s)
{
	free_batches(s, &s->window.batches);
	kvfree(s->window.delivered);
}

/**
 * clb_window_open() - may another batch be built?
 * @s: the session
 *
 * Context: the session thread.
 * Return: whether it may.
 */
bool clb_window_open(struct clb_session *s)
{
	struct clb_window *w = &s->window;
	bool open;

	spin_lock(&w->lock);
	open = w->joined && !w->deaf && w->built - w->acked < w->now;
	spin_unlock(&w->lock);
	return open;
}

/**
 * clb_window_deaf() - was nobody in the group at the last try?
 * @s: the session
 *
 * Context: the session thread.
 * Return: whether nobody was: try again by and by.
 */
bool clb_window_deaf(struct clb_session *s)
{
	return READ_ONCE(s->window.deaf);
}

/**
 * clb_window_empty() - was everything acknowledged?
 * @s: the session
 *
 * Context: the session thread.
 * Return: whether it was.
 */
bool clb_window_empty(struct clb_session *s)
{
	struct clb_window *w = &s->window;
	bool empty;

	spin_lock(&w->lock);
	empty = w->acked == w->built;
	spin_unlock(&w->lock);
	return empty;
}

/**
 * clb_window_add() - take over a finished batch
 * @s: the session
 * @batch: the batch; its number is the last one plus 1
 *
 * Context: the session thread.
 */
void clb_window_add(struct clb_session *s, struct clb_batch *batch)
{
	struct clb_window *w = &s->window;

	spin_lock(&w->lock);
	/* From now on the owner owes something. */
	if (w->built == w->acked)
		s->owner.since = jiffies;
	list_add_tail(&batch->node, &w->batches);
	w->built = batch->seq;
	WRITE_ONCE(w->retained, w->retained + 1);
	spin_unlock(&w->lock);
}

/* The next batch to send, already noted as sent: its ack may come before the
 * multicast returns. The skb is held, for the same reason.
 */
static struct sk_buff *take(struct clb_window *w, u64 *seq, bool *fresh)
{
	struct sk_buff *skb = NULL;
	struct clb_batch *b;

	spin_lock(&w->lock);
	if (!w->joined || w->deaf || w->sent == w->built || w->sent - w->acked >= w->now)
		goto out;
	/* The window is short, and what is not sent yet is at its end. */
	list_for_each_entry_reverse(b, &w->batches, node) {
		if (b->seq == w->sent + 1) {
			skb = skb_get(b->skb);
			break;
		}
	}
	if (WARN_ON_ONCE(!skb))
		goto out;
	*seq = ++w->sent;
	*fresh = *seq > w->sent_high;
	if (*fresh)
		w->sent_high = *seq;
	else
		w->resent++;
out:
	spin_unlock(&w->lock);
	return skb;
}

/* Nobody was in the group: as if it had not been sent. */
static void untake(struct clb_window *w, u64 seq, bool fresh)
{
	spin_lock(&w->lock);
	WRITE_ONCE(w->deaf, true);
	if (w->acked < seq) {
		/* Unless the owner has asked for earlier ones in between. */
		if (w->sent == seq)
			w->sent--;
		if (fresh)
			w->sent_high--;
		else
			w->resent--;
	}
	spin_unlock(&w->lock);
}

/**
 * clb_window_send() - send what was built or asked for again
 * @s: the session
 *
 * The reference that the window keeps makes the skb a shared one, which a
 * broadcast clones for each member and never changes.
 *
 * Context: the session thread; may sleep.
 */
void clb_window_send(struct clb_session *s)
{
	struct clb_window *w = &s->window;
	struct sk_buff *skb;
	bool fresh;
	u64 seq;

	while ((skb = take(w, &seq, &fresh))) {
		/* Other errors mean that it was dropped at a member: the owner
		 * knows, and asks.
		 */
		if (clb_netlink_batch(s, skb) == -ESRCH)
			untake(w, seq, fresh);
	}
}

/**
 * clb_window_retry() - look again whether somebody is in the group
 * @s: the session
 *
 * Context: the session thread.
 */
void clb_window_retry(struct clb_session *s)
{
	spin_lock(&s->window.lock);
	WRITE_ONCE(s->window.deaf, false);
	spin_unlock(&s->window.lock);
}

/* Half as much after a loss, one more after a whole window without. */
static void adapt(struct clb_window *w, u64 acked, bool resend)
{
	if (resend && w->sent_high > w->acked) {
		w->now = max(w->now / 2, 1u);
		w->good = 0;
		return;
	}
	w->good += acked;
	if (w->good >= w->now && w->now < w->max) {
		w->now++;
		w->good = 0;
	}
}

/* Moves the batches up to @seq to @done: somebody has stored them. */
static void take_done(struct clb_session *s, u64 seq, struct list_head *done)
{
	struct clb_window *w = &s->window;
	struct clb_batch *b, *next;
	unsigned int i;

	list_for_each_entry_safe(b, next, &w->batches, node) {
		if (b->seq > seq)
			break;
		list_move_tail(&b->node, done);
		w->acked = b->seq;
		for (i = 0; i < b->nr_subs; i++)
			w->delivered[i] += b->counts[i + 1];
	}
}

/**
 * clb_window_restart() - as if all behind a batch had never been sent
 * @s: the session
 * @seq: the batch; it and those before count as acknowledged
 * @max: most batches under way from now on
 * @done: what was acknowledged, for clb_window_done()
 *
 * Context: clb_window.lock is held, @acked <= @seq <= @sent_high.
 */
void clb_window_restart(struct clb_session *s, u64 seq, u32 max, struct list_head *done)
{
	struct clb_window *w = &s->window;

	take_done(s, seq, done);
	w->sent = w->acked;
	WRITE_ONCE(w->max, max);
	w->now = max;
	w->good = 0;
	WRITE_ONCE(w->joined, false);
	WRITE_ONCE(w->deaf, false);
}

/**
 * clb_window_done() - free what was acknowledged
 * @s: the session
 * @done: batches out of the window
 *
 * Context: process; clb_window.lock is not held.
 */
void clb_window_done(struct clb_session *s, struct list_head *done)
{
	struct clb_batch *b;
	u64 nr = 0;

	list_for_each_entry(b, done, node)
		nr++;
	free_batches(s, done);
	/* Not before their memory is given back: clb_session_charge_batch() lets
	 * the first batches pass whatever the limit.
	 */
	spin_lock(&s->window.lock);
	WRITE_ONCE(s->window.retained, s->window.retained - nr);
	spin_unlock(&s->window.lock);
}

/**
 * clb_window_ack() - the owner has all batches up to one
 * @s: the session
 * @claim: who says so
 * @seq: the batch's number; 0 only says that the owner has joined
 * @resend: send again what follows
 * @extack: for what is wrong
 *
 * An ack of what was acknowledged before is not an error.
 *
 * Context: process.
 * Return: 0; -EPERM: it is not the owner who says so; -ERANGE: this batch was
 * never sent.
 */
int clb_window_ack(struct clb_session *s, const struct clb_claim *claim, u64 seq, bool resend,
		   struct netlink_ext_ack *extack)
{
	struct clb_window *w = &s->window;
	LIST_HEAD(done);
	u64 before;
	int err = 0;

	spin_lock(&w->lock);
	if (!clb_owner_is(&s->owner, claim)) {
		NL_SET_ERR_MSG(extack, "only the session's owner may, or who sends its token");
		err = -EPERM;
	} else if (seq > w->sent_high) {
		NL_SET_ERR_MSG(extack, "this batch was never sent");
		err = -ERANGE;
	} else {
		before = w->acked;
		take_done(s, seq, &done);
		WRITE_ONCE(w->joined, true);
		WRITE_ONCE(w->deaf, false);
		w->sent = resend ? w->acked : max(w->sent, w->acked);
		adapt(w, w->acked - before, resend);
		s->owner.since = jiffies;
	}
	spin_unlock(&w->lock);
	if (err)
		return err;
	clb_window_done(s, &done);
	clb_session_wake(s, CLB_SESSION_WAKE);
	return 0;
}
