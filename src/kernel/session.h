/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session: one subscriber's recording, from its lists to its batches.
 *
 * Threads. A session has two of its own: the session thread ("clb/NAME") turns
 * probes on and off, merges, builds and sends; the refiller ("clbr/NAME") only
 * brings nodes to the lists. Probes run anywhere and write into the lists. The
 * handlers of the netlink family read, mark and wake; they never wait.
 *
 * Lock order: cpus_read_lock > clb_sessions_mutex > clb_sessions_lock (spinlock) >
 * clb_window.lock (spinlock); change_lock (mutex) > clb_window.lock. Alone:
 * clb_event_lock (mutex), and attach_lock (mutex), which is held over grace periods
 * and so is for session threads only. All in process context. Probes take none.
 *
 * Lifetime. A session pins the module until its thread has unlinked it, and
 * module exit waits for the threads. The thread owns the first reference of
 * @ref; a handler that found the session in the table holds another one while
 * it looks. The last one frees lists, subscriptions and batches: probes are off
 * by then, and a grace period has passed.
 */
#ifndef CLB_SESSION_H
#define CLB_SESSION_H

#include <linux/atomic.h>
#include <linux/clbench.h>
#include <linux/clbench_record.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/swait.h>
#include <linux/types.h>
#include <linux/uuid.h>

#include "chunk.h"
#include "list.h"
#include "merge.h"
#include "owner.h"
#include "window.h"

struct clb_change;
struct clbench_event;
struct netlink_ext_ack;
struct sock;
struct task_struct;

#define CLB_NR_CAUSE	(CLBENCH_CAUSE_MAX + 1)

/* Most events of one session, those included that it records no more: their
 * totals are one batch.
 */
#define CLB_SUBS_MAX	256u

/**
 * struct clb_config - what a subscriber asks for, and gets
 * @name: of the session
 * @nr_node: nodes that a list of task context starts with
 * @node_nr_composed: records of the largest enabled event per node
 * @mem_max: bytes for lists and retained batches
 * @flush_period_ms: latest time between flushes
 * @window: most batches under way; 0 asks for what fits the receive buffer
 * @linger_ms: how long the session outlives its reader
 */
struct clb_config {
	char name[CLBENCH_NAME_MAX + 1];
	u32 nr_node;
	u32 node_nr_composed;
	u64 mem_max;
	u32 flush_period_ms;
	u32 window;
	u32 linger_ms;
};

/**
 * struct clb_counts - an event's records in one session, as its probes see it
 * @published: written into a list
 * @discarded: not written, by cause
 */
struct clb_counts {
	u64 published;
	u64 discarded[CLB_NR_CAUSE];
};

/**
 * struct clb_sub - a session records an event
 * @next: the next session that records it. RCU; written under attach_lock.
 * @cpu: the session's lists, looked up by the probe
 * @counts: this event's, by CPU; this_cpu_inc() only
 * @session: who records
 * @event: what
 * @id: of the event, close at hand
 * @on: it is recorded now. Stored by the session thread.
 * @no_rcu: the event's no_rcu when recording began, later by what came while it
 *	was off ...
 * @no_rcu_end: ... and when it ended; U64_MAX before. Protected by attach_lock;
 *	so for the following two.
 * @missed: the event's missed calls when recording began, later as above ...
 * @missed_end: ... and when it ended
 * @no_rcu_out: losses by it that stand in the stream. The session thread's; so
 *	for the following.
 * @merged: records put into batches
 * @merged_before: of them before this chunk
 * @discarded_now: records discarded, as told by the last clbench_total
 * @discarded_before: the same, as told by that of the chunk before
 */
struct clb_sub {
	struct clb_sub __rcu *next;
	struct clb_cpu __percpu *cpu;
	struct clb_counts __percpu *counts;
	struct clb_session *session;
	struct clbench_event *event;
	u16 id;
	bool on;
	u64 no_rcu;
	u64 no_rcu_end;
	u64 missed;
	u64 missed_end;
	u64 no_rcu_out;
	u64 merged;
	u64 merged_before;
	u64 discarded_now[CLB_NR_CAUSE];
	u64 discarded_before[CLB_NR_CAUSE];
};

/* Bits of clb_session.flags: somebody wants the session thread. */
enum clb_session_flag {
	CLB_SESSION_WAKE,	/* look again */
	CLB_SESSION_END,	/* stop recording, deliver the rest */
	CLB_SESSION_GIVE_UP,	/* do not even deliver: the reader is gone */
	CLB_SESSION_ROTATE,	/* end this chunk, begin the next */
};

/* What the flush waits for before it may merge up to @cut. */
enum clb_cut_state {
	CLB_CUT_NONE,		/* no cut was chosen */
	CLB_CUT_RCU,		/* a grace period */
	CLB_CUT_BUSY,		/* the probes that an IPI found inside */
};

/**
 * struct clb_session - a session
 * @node: in the table. Protected by clb_sessions_lock.
 * @ref: see above
 * @id: unique while the module is loaded; constant, so for the next
 * @uuid: of the trace
 * @group: index of the batch group; lent under clb_sessions_lock
 * @config: what a clb_change may change is written by clb_change_limits() alone
 * @owner: who takes the batches; protected by clb_window.lock
 * @subs: one for each event that is or was recorded, room for CLB_SUBS_MAX; those
 *	below @nr_subs are constant
 * @nr_subs: how many. Stored by the session thread (release).
 * @index_of: event id to index of @subs plus 1; clbench's own ids map to 0. The
 *	session thread's.
 * @nr_ids: entries of @index_of
 * @contexts: contexts that have lists, a mask; protected by clb_sessions_mutex
 * @node_bytes: of each list's nodes
 * @cpu: by CPU
 * @odd: a probe has counted a loss that no list can tell. Stored by probes
 *	(release), cleared by the session thread.
 * @lists: all lists, newest first. Added under clb_sessions_mutex (release).
 * @state: enum clbench_state but orphaned, which the owner tells. Stored by the
 *	session thread.
 * @error: why the session could not start, negative errno. Stored by the thread
 *	(release), behind @message
 * @message: the same for people
 * @flags: enum clb_session_flag
 * @wait: where the session thread sleeps. Simple queues: hard interrupts wake
 *	them, also on PREEMPT_RT.
 * @thread: the session thread
 * @refill_wait: where the refiller sleeps
 * @refill_wanted: it shall run
 * @refiller: the refiller; stopped by the session thread
 * @mem_now: bytes charged. Atomic.
 * @mem_high: most bytes ever charged. Atomic.
 * @merge: the session thread's
 * @window: batches under way; has its own lock
 * @orphan_told: the session group was told that there is no owner. The session
 *	thread's; so for all that follow.
 * @expired: no reader came in time
 * @cut_state: see enum clb_cut_state
 * @cut: a time; when @cut_state allows, everything older is published
 * @cookie: of the grace period
 * @safe: everything older is published
 * @armed: lists will tell when they are written again
 * @last_out: time of the last record put out, or a later bound
 * @decayed: when lists were last let shrink
 * @stalled_since: time from which records wait for the reader's acks; 0
 * @stalled: how long they have waited so before, ns
 * @chunk: number of the chunk that is being built
 * @open: see enum clb_chunk_open
 * @seam: see enum clb_seam
 * @seam_at: time of the seam, ns
 * @seam_lead: lead of its announcement, ns
 * @seam_cookie: of the grace period that the announcement or its end takes
 * @ending: probes are off
 * @discarded_out: losses told in the stream
 * @discarded_before: of them in chunks before
 * @drained: records merged after recording ended
 * @late: records older than one already put out
 * @late_before: of them in chunks before
 * @change_lock: held while a change is prepared
 * @change: what the session thread is to carry out; stored by handlers (release),
 *	reset by the session thread (release)
 * @changes: changes asked for. Protected by @change_lock.
 * @changes_done: of them carried out or failed. Stored by the session thread.
 *	Protected by clb_window.lock, as is how the last one went.
 * @change_cookie: of the grace period behind the change; the session thread's, so is
 *	the next
 * @change_made: it was carried out or failed; the grace period is waited for
 * @change_error: why the last one failed, negative errno. Protected by
 *	clb_window.lock; so is the next.
 * @change_message: the same for people
 * @started_raw: clock at the start, ns
 * @started_real: CLOCK_REALTIME at the start, ns
 */
struct clb_session {
	struct list_head node;
	struct kref ref;
	u32 id;
	uuid_t uuid;
	unsigned int group;
	struct clb_config config;
	struct clb_owner owner;

	struct clb_sub **subs;
	unsigned int nr_subs;
	u16 *index_of;
	unsigned int nr_ids;
	unsigned int contexts;
	size_t node_bytes;
	struct clb_cpu __percpu *cpu;
	bool odd;
	struct clb_list *lists;

	enum clbench_state state;
	int error;
	char message[CLBENCH_EVENT_NAME_MAX + 48];
	unsigned long flags;
	struct swait_queue_head wait;
	struct task_struct *thread;
	struct swait_queue_head refill_wait;
	bool refill_wanted;
	struct task_struct *refiller;
	atomic_long_t mem_now;
	atomic_long_t mem_high;

	struct clb_merge merge;
	struct clb_window window;
	bool orphan_told;
	bool expired;
	enum clb_cut_state cut_state;
	u64 cut;
	unsigned long cookie;
	u64 safe;
	bool armed;
	u64 last_out;
	u64 decayed;
	u64 stalled_since;
	u64 stalled;
	u32 chunk;
	enum clb_chunk_open open;
	enum clb_seam seam;
	u64 seam_at;
	u64 seam_lead;
	unsigned long seam_cookie;
	bool ending;
	u64 discarded_out;
	u64 discarded_before;
	u64 drained;
	u64 late;
	u64 late_before;
	struct mutex change_lock; /* protects preparing a change; handlers only */
	struct clb_change *change;
	u32 changes;
	u32 changes_done;
	unsigned long change_cookie;
	bool change_made;
	int change_error;
	char change_message[CLBENCH_EVENT_NAME_MAX + 48];
	u64 started_raw;
	u64 started_real;
};

/* How many of @subs there are, for who is not the session thread. Pairs with the
 * release in clb_sub_add().
 */
static inline unsigned int clb_session_nr_subs(const struct clb_session *s)
{
	return smp_load_acquire(&s->nr_subs); /* see above */
}

int clb_session_open(const struct clb_config *config, struct clbench_event **events,
		     unsigned int nr_events, struct sock *owner, u32 portid,
		     struct clb_session **session, u64 *token,
		     struct netlink_ext_ack *extack);
int clb_session_check_mem_max(u64 mem_max, struct netlink_ext_ack *extack);
size_t clb_session_event_space(const struct clbench_event *event);
struct clb_session *clb_session_get(u32 id);
struct clb_session *clb_session_get_after(u32 id);
void clb_session_put(struct clb_session *s);
void clb_session_wake(struct clb_session *s, enum clb_session_flag flag);
int clb_session_mark(const char *name, const char *text, u32 *marked,
		     struct netlink_ext_ack *extack);
bool clb_session_charge(void *session, long bytes);
bool clb_session_charge_batch(struct clb_session *s, long bytes);
unsigned int clb_session_number(void);
long clb_session_memory(void);

int clb_sessions_init(void);
void clb_sessions_exit(void);
void clb_sessions_wait(void);

#endif /* CLB_SESSION_H */
