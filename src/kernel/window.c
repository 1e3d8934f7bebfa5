// SPDX-License-Identifier: GPL-2.0
/* The window: sends batches, keeps them until acknowledged, sends them again. */

#include <linux/netlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "netlink.h"
#include "packet.h"
#include "session.h"
#include "window.h"

/**
 * clb_window_init() - an empty window, closed until the owner has joined
 * @w: the window
 * @max: most batches under way
 * @nr_events: of the session
 *
 * Context: process; may sleep.
 * Return: 0 or -ENOMEM.
 */
int clb_window_init(struct clb_window *w, u32 max, unsigned int nr_events)
{
	spin_lock_init(&w->lock);
	INIT_LIST_HEAD(&w->batches);
	w->max = max;
	w->now = max;
	w->delivered = kvcalloc(nr_events + 1, sizeof(*w->delivered), GFP_KERNEL);
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
	list_add_tail(&batch->node, &w->batches);
	w->built = batch->seq;
	w->retained++;
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
	w->deaf = true;
	if (w->sent == seq && w->acked < seq) {
		w->sent--;
		w->sent_high -= fresh;
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
	s->window.deaf = false;
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

/**
 * clb_window_ack() - the owner has all batches up to one
 * @s: the session
 * @seq: the batch's number; 0 only says that the owner has joined
 * @resend: send again what follows
 * @extack: for what is wrong
 *
 * An ack of what was acknowledged before is not an error.
 *
 * Context: process.
 * Return: 0; -ERANGE: this batch was never sent.
 */
int clb_window_ack(struct clb_session *s, u64 seq, bool resend, struct netlink_ext_ack *extack)
{
	struct clb_window *w = &s->window;
	struct clb_batch *b, *next;
	unsigned int i;
	u64 before, nr_done = 0;
	LIST_HEAD(done);

	spin_lock(&w->lock);
	if (seq > w->sent_high) {
		spin_unlock(&w->lock);
		NL_SET_ERR_MSG(extack, "this batch was never sent");
		return -ERANGE;
	}
	before = w->acked;
	list_for_each_entry_safe(b, next, &w->batches, node) {
		if (b->seq > seq)
			break;
		list_move_tail(&b->node, &done);
		nr_done++;
		w->acked = b->seq;
		for (i = 0; i < s->nr_subs; i++)
			w->delivered[i] += b->counts[i];
	}
	w->joined = true;
	w->deaf = false;
	w->sent = resend ? w->acked : max(w->sent, w->acked);
	adapt(w, w->acked - before, resend);
	spin_unlock(&w->lock);
	free_batches(s, &done);
	/* Not before their memory is given back: clb_session_charge_batch() lets
	 * the first batches pass whatever the limit.
	 */
	spin_lock(&w->lock);
	w->retained -= nr_done;
	spin_unlock(&w->lock);
	clb_session_wake(s, CLB_SESSION_WAKE);
	return 0;
}
