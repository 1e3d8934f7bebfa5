// SPDX-License-Identifier: GPL-2.0
/*
 * The flush: chooses cuts, merges up to them, builds batches, drains the rest.
 *
 *	flush k:    cut = now(); cookie = start of a grace period
 *	flush k+1:  the grace period is over: everything stamped < cut is
 *	            published. Merge all lists, strictly < cut; choose a new cut.
 *
 * A probe reads the clock and publishes within one section with preemption off,
 * which the grace period waits for:
 *
 *	CPU 0 (probe)                   CPU 1 (session thread)
 *
 *	preempt_disable
 *	t = now()
 *	                                cut = now()		t < cut
 *	                                start_poll
 *	... write ...			not over: CPU 0 is inside
 *	publish
 *	preempt_enable
 *	                                over: merge sees t
 *
 * A section that starts after start_poll reads a time >= cut.
 *
 * A grace period has no bound: it also waits for every preempted reader on the
 * machine. After gp_limit_ms an IPI to all CPUs serves instead. A probe that
 * stamped < cut made busy odd before it read the clock, hence before the IPI's
 * barrier on its CPU; who sees busy even, or another value, sees its record.
 */

#include <linux/jiffies.h>
#include <linux/math64.h>
#include <linux/ktime.h>
#include <linux/rcupdate.h>
#include <linux/smp.h>

#include "chunk.h"
#include "flush.h"
#include "packet.h"
#include "param.h"
#include "session.h"

/* How often lists are let shrink. */
#define DECAY_NS	NSEC_PER_SEC

/* How often is looked at a seam. */
#define SEAM_STEP_MS	10u

/* ----------------------------------------------------------------- the cut */

static void choose_cut(struct clb_session *s)
{
	if (s->seam == CLB_SEAM_DUE)
		s->seam = CLB_SEAM_CUT;
	WRITE_ONCE(s->cut, clb_seam_limit(s, ktime_get_raw_fast_ns()));
	s->cookie = start_poll_synchronize_rcu();
	WRITE_ONCE(s->cut_state, CLB_CUT_RCU);
}

static void nothing(void *unused)
{
}

/* Notes which probes are inside; they will have published when busy changes. */
static void ask_cpus(struct clb_session *s)
{
	struct clb_list *l;

	WRITE_ONCE(s->cut, clb_seam_limit(s, ktime_get_raw_fast_ns()));
	on_each_cpu(nothing, NULL, 1);
	clb_list_for_each(l, s) {
		/* Pairs with the release in clist_leave(). */
		unsigned int busy = smp_load_acquire(&l->c.busy);

		l->busy_seen = busy & 1 ? busy : 0;
	}
	WRITE_ONCE(s->cut_state, CLB_CUT_BUSY);
}

static bool probes_have_left(struct clb_session *s)
{
	struct clb_list *l;

	clb_list_for_each(l, s) {
		/* Pairs with the release in clist_leave(). */
		if (l->busy_seen && smp_load_acquire(&l->c.busy) == l->busy_seen)
			return false;
		l->busy_seen = 0;
	}
	return true;
}

/* Moves @safe up if the cut allows it by now. */
static void check_cut(struct clb_session *s)
{
	if (s->cut_state == CLB_CUT_RCU && !poll_state_synchronize_rcu(s->cookie) &&
	    ktime_get_raw_fast_ns() - s->cut >= (u64)clb_param_gp_limit_ms() * NSEC_PER_MSEC)
		ask_cpus(s);
	if ((s->cut_state == CLB_CUT_RCU && poll_state_synchronize_rcu(s->cookie)) ||
	    (s->cut_state == CLB_CUT_BUSY && probes_have_left(s))) {
		s->safe = s->cut;
		WRITE_ONCE(s->cut_state, CLB_CUT_NONE);
	}
}

/* -------------------------------------------------------------- the batches */

/* @left: is there something to send? If it waits for an ack: from when on, and how
 * long in all. Nobody is slow where nobody is.
 */
static void note_stall(struct clb_session *s, bool left)
{
	bool stalled = left && !clb_window_open(s) && READ_ONCE(s->window.joined);
	u64 now;

	if (stalled == !!s->stalled_since)
		return;
	now = ktime_get_raw_fast_ns();
	if (stalled) {
		WRITE_ONCE(s->stalled_since, now);
	} else {
		WRITE_ONCE(s->stalled, s->stalled + now - s->stalled_since);
		WRITE_ONCE(s->stalled_since, 0);
	}
}

/* What a packet behind which the lists are merged up to a cut says of those that
 * follow. At a seam the chunk's last records still have to stand before it.
 */
static u64 promise(const struct clb_session *s, u64 cut)
{
	return cut == U64_MAX || s->seam == CLB_SEAM_CUT ? 0 : cut;
}

/* Builds and sends as long as there is something, room in the window, and
 * memory. Returns whether everything older than the cut is built.
 */
static bool merge_to(struct clb_session *s, u64 cut)
{
	struct clb_packet p;
	size_t estimate;
	bool done;

	if (!clb_chunk_open(s) || clb_merge_begin(s, cut))
		return false;
	estimate = s->merge.estimate;
	while (clb_merge_pending(s)) {
		if (!clb_window_open(s) || clb_packet_begin(&p, s, estimate))
			return false;
		done = clb_merge_fill(s, &p);
		if (!p.nr_records) {
			clb_packet_drop(&p);
			return done;
		}
		estimate -= min_t(size_t, estimate, CLB_PACKET_BYTES);
		clb_window_add(s, clb_packet_finish(&p, done ? promise(s, cut) : 0, false));
		clb_window_send(s);
		/* A backlog can be long, and a kernel that does not preempt waits. */
		cond_resched();
	}
	return true;
}

/* --------------------------------------------------------------- the flush */

/* Before a round: whoever raises a wish after this wakes us again. */
static void clear_wishes(struct clb_session *s)
{
	struct clb_list *l;

	clb_list_for_each(l, s) {
		if (!READ_ONCE(l->c.want_read))
			continue;
		/* Pairs with smp_mb() in kick(). */
		smp_store_mb(l->c.want_read, false);
		/* The wish may have used up CLIST_ARMED, and be older than
		 * the record that it is about: arm again, wait again.
		 */
		s->armed = false;
	}
}

static bool past_mark(struct clb_session *s)
{
	struct clb_list *l;

	clb_list_for_each(l, s) {
		if (READ_ONCE(l->c.w_seq) - l->c.r_seq >= READ_ONCE(l->c.nr_node) / 2)
			return true;
	}
	return false;
}

/* Acks have given memory back: lists that starve get another try. */
static void feed(struct clb_session *s)
{
	struct clb_list *l;
	bool any = false;

	clb_list_for_each(l, s)
		any |= clist_feed(&l->c);
	if (any) {
		/* The refiller finds the lists' wishes, or this one. Pairs with
		 * smp_store_mb() in refiller_main().
		 */
		smp_mb();
		WRITE_ONCE(s->refill_wanted, true);
		swake_up_one(&s->refill_wait);
	}
}

static void decay(struct clb_session *s)
{
	u64 now = ktime_get_raw_fast_ns();
	struct clb_list *l;

	if (now - s->decayed < DECAY_NS)
		return;
	s->decayed = now;
	clb_list_for_each(l, s)
		clist_decay(&l->c);
}

static long period(struct clb_session *s)
{
	u32 ms = READ_ONCE(s->config.flush_period_ms);

	/* While the window is closed, an ack is what is waited for. */
	if (s->seam != CLB_SEAM_NONE && (s->seam != CLB_SEAM_CUT || clb_window_open(s)))
		ms = min(ms, SEAM_STEP_MS);
	return msecs_to_jiffies(ms) + 1;
}

/* Everything older than the seam is built: the chunk may end, and the next begin,
 * at the seam. What is merged later is not older.
 */
static void pass_seam(struct clb_session *s)
{
	if (clb_chunk_close(s, max(s->last_out, s->seam_at - 1), false))
		clb_seam_done(s);
}

/* All lists are empty. They are asked to tell when that changes; a probe that
 * did not see the wish is over after a grace period, and then nothing needs to
 * run until one does.
 *
 *	CPU 0 (probe)                   CPU 1 (session thread)
 *	reads flags: 0
 *	                                sets CLIST_ARMED; start_poll
 *	publishes
 *	preempt_enable
 *	                                over: looks again, finds the record
 */
static long idle(struct clb_session *s, bool all_told)
{
	struct clb_list *l;

	if (all_told)
		return MAX_SCHEDULE_TIMEOUT;
	if (!s->armed) {
		clb_list_for_each(l, s)
			atomic_or(CLIST_ARMED, &l->c.flags);
		s->cookie = start_poll_synchronize_rcu();
		s->armed = true;
	}
	return period(s);
}

/**
 * clb_flush() - one round
 * @s: the session
 *
 * Context: the session thread; may sleep.
 * Return: the time until the next round is due, if nobody wakes us, jiffies.
 */
long clb_flush(struct clb_session *s)
{
	bool all, all_told;

	clear_wishes(s);
	/* Before the lists are looked at: who was not told by then has published. */
	all_told = s->armed && poll_state_synchronize_rcu(s->cookie);
	clb_window_retry(s);
	clb_window_send(s);
	check_cut(s);
	all = merge_to(s, s->safe);
	if (s->seam == CLB_SEAM_CUT && s->cut_state == CLB_CUT_NONE && all)
		pass_seam(s);
	note_stall(s, !all || s->open != CLB_CHUNK_OPEN || s->seam == CLB_SEAM_CUT);
	clb_seam_check(s);
	feed(s);
	decay(s);
	if (s->cut_state == CLB_CUT_NONE && s->seam != CLB_SEAM_CUT &&
	    (clb_lists_hold(s) || s->seam == CLB_SEAM_DUE)) {
		s->armed = false;
		choose_cut(s);
	}
	if (s->cut_state == CLB_CUT_NONE && s->seam == CLB_SEAM_NONE && all &&
	    s->open == CLB_CHUNK_OPEN && !clb_window_deaf(s))
		return idle(s, all_told);
	/* A chunk is closed when the next one is open. */
	if (s->open != CLB_CHUNK_OPEN && clb_window_open(s))
		return 1;
	/* Room is short: do not wait for the timer to see the cut allowed. While
	 * the window is closed that would not help; an ack wakes us.
	 */
	if (s->cut_state != CLB_CUT_NONE && clb_window_open(s) &&
	    (s->cut_state == CLB_CUT_BUSY || past_mark(s)))
		return 1;
	return period(s);
}

/**
 * clb_flush_rest() - merge what is left after the last probe has gone
 * @s: the session
 *
 * Context: the session thread; may sleep.
 * Return: whether everything is built; if not, acks or memory must come first.
 */
bool clb_flush_rest(struct clb_session *s)
{
	bool all;

	clb_window_retry(s);
	clb_window_send(s);
	all = merge_to(s, U64_MAX) && !clb_lists_hold(s);
	note_stall(s, !all);
	return all;
}

/**
 * clb_flush_end() - the last batch: totals and clbench_end
 * @s: the session, after clb_flush_rest()
 *
 * Context: the session thread; may sleep.
 * Return: whether it is built.
 */
bool clb_flush_end(struct clb_session *s)
{
	clb_window_retry(s);
	clb_window_send(s);
	return clb_chunk_close(s, max(s->last_out, ktime_get_raw_fast_ns()), true);
}
