// SPDX-License-Identifier: GPL-2.0
/* Sessions: opening one, its two threads, its end. */

#define pr_fmt(fmt) "clbench: " fmt

#include <linux/kthread.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/ktime.h>
#include <linux/tracepoint.h>
#include <net/sock.h>

#include "change.h"
#include "counts.h"
#include "event.h"
#include "flush.h"
#include "netlink.h"
#include "packet.h"
#include "param.h"
#include "session.h"
#include "sub.h"
#include "table.h"

/* Largest node: what a list asks for in one piece. */
#define NODE_BYTES_MAX	(4u << 20)

/* How often is looked whether a change is done. */
#define CHANGE_STEP_MS	10u

/* Room for the string of an event that has one, when nodes are sized. */
#define TAIL_BYTES	64u

/* ------------------------------------------------------------------- wakes */

/**
 * clb_session_wake() - have the session thread look
 * @s: the session
 * @flag: why
 *
 * Context: any but NMI; not from within a probe.
 */
void clb_session_wake(struct clb_session *s, enum clb_session_flag flag)
{
	/* What the thread shall look at comes first. Pairs with
	 * test_and_clear_bit() in doze().
	 */
	smp_mb__before_atomic();
	set_bit(flag, &s->flags);
	set_bit(CLB_SESSION_WAKE, &s->flags);
	swake_up_one(&s->wait);
}

static bool asked(const struct clb_session *s, enum clb_session_flag flag)
{
	return test_bit(flag, &s->flags);
}

static void doze(struct clb_session *s, long timeout)
{
	swait_event_idle_timeout_exclusive(s->wait,
					   test_and_clear_bit(CLB_SESSION_WAKE, &s->flags),
					   timeout);
}

/* ------------------------------------------------------- the session thread */

/* Probes on. */
static void switch_on(struct clb_session *s)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < s->nr_subs && !err; i++) {
		err = clb_event_attach(s->subs[i]);
		if (!err)
			continue;
		snprintf(s->message, sizeof(s->message), "%s cannot be switched on",
			 s->subs[i]->event->name);
		/* Pairs with the acquire in put_state(). */
		smp_store_release(&s->error, err);
	}
}

/* Probes off; on return none is inside, everything is published. */
static void switch_off(struct clb_session *s)
{
	unsigned int i;

	for (i = 0; i < s->nr_subs; i++) {
		if (s->subs[i]->on)
			clb_event_detach(s->subs[i]);
	}
	tracepoint_synchronize_unregister();
	synchronize_rcu();
}

static void set_state(struct clb_session *s, enum clbench_state state)
{
	WRITE_ONCE(s->state, state);
	clb_netlink_session_send(clb_netlink_session_msg(s));
}

/* Tells when the owner is gone or another one has come; ends an orphan that has
 * waited long enough. Returns how long it may still wait, jiffies.
 */
static long mind_owner(struct clb_session *s)
{
	long left = clb_owner_left(s);
	bool orphan = left != MAX_SCHEDULE_TIMEOUT;

	if (!left) {
		s->expired = true;
		set_bit(CLB_SESSION_GIVE_UP, &s->flags);
		set_bit(CLB_SESSION_END, &s->flags);
	} else if (orphan != s->orphan_told) {
		s->orphan_told = orphan;
		clb_netlink_session_send(clb_netlink_session_msg(s));
	}
	return left;
}

/* Once, for who finds the trace unfinished. */
static void log_expired(struct clb_session *s)
{
	u64 abandoned = 0, discarded = 0;
	unsigned int i, cause;
	struct clb_counts c;

	for (i = 0; i < s->nr_subs; i++) {
		clb_counts_sum(s, i, &c);
		abandoned += c.published - s->window.delivered[i];
		for (cause = 0; cause < CLB_NR_CAUSE; cause++)
			discarded += c.discarded[cause];
	}
	pr_notice("session %s ended %u ms after its reader (%s, process %d) was gone: %llu records abandoned, %llu discarded\n",
		  s->config.name, s->config.linger_ms, s->owner.comm, s->owner.pid, abandoned,
		  discarded);
}

/* Repeats a step until it is done or the reader is gone for good. */
static void drain_step(struct clb_session *s, bool (*step)(struct clb_session *s))
{
	long left;

	for (;;) {
		left = mind_owner(s);
		if (asked(s, CLB_SESSION_GIVE_UP) || step(s))
			return;
		doze(s, min(left, (long)msecs_to_jiffies(s->config.flush_period_ms) + 1));
	}
}

static bool all_acked(struct clb_session *s)
{
	clb_window_retry(s);
	clb_window_send(s);
	return clb_window_empty(s);
}

static void drain(struct clb_session *s)
{
	s->ending = true;
	drain_step(s, clb_flush_rest);
	drain_step(s, clb_flush_end);
	drain_step(s, all_acked);
}

static int session_main(void *data)
{
	struct clb_session *s = data;
	struct sk_buff *ntf;
	long left;

	switch_on(s);
	if (!s->error) {
		set_state(s, CLBENCH_STATE_RECORDING);
		for (;;) {
			left = mind_owner(s);
			if (asked(s, CLB_SESSION_END))
				break;
			if (clb_change_carry_out(s))
				left = min(left, (long)msecs_to_jiffies(CHANGE_STEP_MS) + 1);
			doze(s, min(left, clb_flush(s)));
		}
		set_state(s, CLBENCH_STATE_DRAINING);
	}
	switch_off(s);
	kthread_stop(s->refiller);
	if (!s->error)
		drain(s);
	if (s->expired)
		log_expired(s);
	clb_table_remove(s);
	WRITE_ONCE(s->state, CLBENCH_STATE_ENDED);
	/* Who hears of the end may at once unload what the session held. */
	ntf = clb_netlink_session_msg(s);
	clb_session_put(s);
	clb_netlink_session_send(ntf);
	clb_table_thread_exit();
	return 0;
}

/* ------------------------------------------------------------- the refiller */

static int refiller_main(void *data)
{
	struct clb_session *s = data;
	struct clb_list *l;

	while (!kthread_should_stop()) {
		swait_event_idle_exclusive(s->refill_wait,
					   READ_ONCE(s->refill_wanted) || kthread_should_stop());
		/* Pairs with smp_mb() in feed(), and for list_kick() with the
		 * barrier of irq_work_queue().
		 */
		smp_store_mb(s->refill_wanted, false);
		clb_list_for_each(l, s) {
			if (READ_ONCE(l->c.want_refill))
				clist_refill(&l->c, clb_session_charge, s);
		}
	}
	return 0;
}

/* ------------------------------------------------------------------ opening */

/**
 * clb_session_check_mem_max() - may a session have this much memory?
 * @mem_max: bytes
 * @extack: for what is wrong
 *
 * Context: process.
 * Return: 0; -ERANGE: too much; -EINVAL: too little.
 */
int clb_session_check_mem_max(u64 mem_max, struct netlink_ext_ack *extack)
{
	if (mem_max > clb_param_mem_total()) {
		NL_SET_ERR_MSG(extack, "mem-max is above the module's parameter mem_total");
		return -ERANGE;
	}
	if (mem_max < 4 * CLB_BATCH_TRUESIZE) {
		NL_SET_ERR_MSG(extack, "mem-max is below 260 KiB, which four batches need");
		return -EINVAL;
	}
	return 0;
}

/**
 * clb_session_event_space() - what a record of an event takes in a list
 * @event: the event; its string, if it has one, counts as 64 bytes
 *
 * Context: any.
 * Return: bytes.
 */
size_t clb_session_event_space(const struct clbench_event *event)
{
	return CLIST_SPACE(event->size + (event->tailed ? TAIL_BYTES : 0));
}

static int check_config(struct clb_session *s, struct clbench_event **events,
			unsigned int nr_events, struct netlink_ext_ack *extack)
{
	size_t largest = 0;
	unsigned int i;

	for (i = 0; i < nr_events; i++) {
		largest = max(largest, clb_session_event_space(events[i]));
		s->contexts |= events[i]->contexts;
	}
	/* Marks are written in task context. */
	s->contexts |= CLBENCH_IN_TASK;
	s->node_bytes = clist_node_bytes(largest * s->config.node_nr_composed);
	if (s->node_bytes > NODE_BYTES_MAX) {
		NL_SET_ERR_MSG(extack, "a node of node-nr-composed records is larger than 4 MiB");
		return -E2BIG;
	}
	return clb_session_check_mem_max(s->config.mem_max, extack);
}

static int make_subs(struct clb_session *s, struct clbench_event **events,
		     unsigned int nr_events, u32 window)
{
	unsigned int i, nr_ids = 0;
	struct clb_sub *sub;

	for (i = 0; i < nr_events; i++)
		nr_ids = max(nr_ids, events[i]->id + 1u);
	s->cpu = alloc_percpu(struct clb_cpu);
	s->subs = kcalloc(CLB_SUBS_MAX, sizeof(*s->subs), GFP_KERNEL);
	s->index_of = clb_sub_index_alloc(s, nr_ids);
	if (!s->cpu || !s->subs || !s->index_of)
		return -ENOMEM;
	s->nr_ids = nr_ids;
	for (i = 0; i < nr_events; i++) {
		sub = clb_sub_alloc(s, events[i]);
		if (!sub)
			return -ENOMEM;
		clb_sub_add(s, sub);
	}
	return clb_window_init(&s->window, window);
}

static int make_threads(struct clb_session *s)
{
	s->refiller = kthread_create(refiller_main, s, "clbr/%s", s->config.name);
	if (IS_ERR(s->refiller))
		return PTR_ERR(s->refiller);
	s->thread = kthread_create(session_main, s, "clb/%s", s->config.name);
	if (IS_ERR(s->thread)) {
		kthread_stop(s->refiller);
		return PTR_ERR(s->thread);
	}
	return 0;
}

static struct clb_session *session_alloc(const struct clb_config *config, struct sock *owner,
					 u32 portid)
{
	struct clb_session *s = kzalloc(sizeof(*s), GFP_KERNEL);

	if (!s)
		return NULL;
	kref_init(&s->ref);
	s->config = *config;
	uuid_gen(&s->uuid);
	clb_owner_init(&s->owner, owner, portid);
	mutex_init(&s->change_lock);
	init_swait_queue_head(&s->wait);
	init_swait_queue_head(&s->refill_wait);
	INIT_LIST_HEAD(&s->window.batches);
	s->started_raw = ktime_get_raw_fast_ns();
	s->started_real = ktime_get_real_ns();
	s->last_out = s->started_raw;
	s->safe = s->started_raw;
	s->decayed = s->started_raw;
	s->chunk = 1;
	s->seam_at = U64_MAX;
	return s;
}

/**
 * clb_session_open() - open a session and start its threads
 * @config: what is asked for; window 0 means what fits
 * @events: what to record, each held by clb_event_get()
 * @nr_events: how many
 * @owner: the subscriber's data socket
 * @portid: its port
 * @session: the session; the caller must clb_session_put() it
 * @token: the owner's; by now, the session may have another one
 * @extack: for what is wrong
 *
 * Probes are switched on by the session's thread: the first batch, or an
 * "ended" notification with an error, tells how that went.
 *
 * Context: process; may sleep.
 * Return: 0; -EINVAL, -E2BIG, -ERANGE: a size is wrong; -ENOBUFS: the receive buffer is
 * too small; -ENOMEM: no memory, or mem_max, mem_total do not allow the start
 * sizes; -EEXIST: there is a session of this name; -EBUSY: no more sessions.
 */
int clb_session_open(const struct clb_config *config, struct clbench_event **events,
		     unsigned int nr_events, struct sock *owner, u32 portid,
		     struct clb_session **session, u64 *token,
		     struct netlink_ext_ack *extack)
{
	int window = clb_window_fit(owner, config->window, extack);
	struct clb_session *s;
	int err;

	if (window < 0)
		return window;
	s = session_alloc(config, owner, portid);
	if (!s)
		return -ENOMEM;
	*token = s->owner.token;
	err = check_config(s, events, nr_events, extack);
	if (!err)
		err = make_subs(s, events, nr_events, window);
	if (!err)
		err = make_threads(s);
	if (err)
		goto err_put;
	err = clb_table_add(s, extack);
	if (err)
		goto err_threads;
	kref_get(&s->ref);
	/* Room must not run out while a fair task waits for its turn. */
	sched_set_fifo_low(s->refiller);
	wake_up_process(s->refiller);
	wake_up_process(s->thread);
	*session = s;
	return 0;

err_threads:
	kthread_stop(s->thread);
	kthread_stop(s->refiller);
err_put:
	clb_session_put(s);
	return err;
}

/* ------------------------------------------------------------------ the end */

static void session_release(struct kref *ref)
{
	struct clb_session *s = container_of(ref, struct clb_session, ref);
	unsigned int i;

	clb_window_exit(s);
	clb_merge_free(&s->merge);
	clb_list_free_all(s);
	clb_change_free(s->change);
	for (i = 0; i < s->nr_subs; i++)
		clb_sub_free(s->subs[i]);
	free_percpu(s->cpu);
	kfree(s->subs);
	kvfree(s->index_of);
	clb_owner_exit(&s->owner);
	kfree(s);
}

/**
 * clb_session_put() - let go of a session
 * @s: from clb_session_get() and the like
 *
 * Context: process; may sleep.
 */
void clb_session_put(struct clb_session *s)
{
	kref_put(&s->ref, session_release);
}
