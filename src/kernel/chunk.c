// SPDX-License-Identifier: GPL-2.0
/* Chunks: how one opens and ends, and the seam between two. */

#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <linux/utsname.h>

#include <clbench/event.h>

#include "chunk.h"
#include "counts.h"
#include "packet.h"
#include "session.h"
#include "version.h"

/* How long before its time a seam is announced: at first, and at most. */
#define LEAD_NS		(100 * NSEC_PER_MSEC)
#define LEAD_MAX_NS	(10 * NSEC_PER_SEC)

/* -------------------------------------------------------- clbench's records */

/* Appends a string with its NUL. */
static char *put_string(char *to, const char *from)
{
	size_t size = strlen(from) + 1;

	memcpy(to, from, size);
	return to + size;
}

static bool put_begin(struct clb_session *s, struct clb_packet *p)
{
	const struct clbench_event_context where = { .tid = current->pid };
	struct {
		struct clbench_begin r;
		char strings[CLBENCH_NAME_MAX + 1 + 2 * (__NEW_UTS_LEN + 1)];
	} __packed b = {
		.r = {
			.session_id = s->id,
			.nr_cpus = nr_cpu_ids,
			.nr_node = s->config.nr_node,
			.node_nr_composed = s->config.node_nr_composed,
			.mem_max = READ_ONCE(s->config.mem_max),
			.flush_period_ms = READ_ONCE(s->config.flush_period_ms),
			.window = READ_ONCE(s->window.max),
			.chunk = s->chunk,
			.discarded = s->discarded_before,
		},
	};
	char *end = b.strings;

	end = put_string(end, s->config.name);
	end = put_string(end, CLB_VERSION);
	end = put_string(end, init_utsname()->release);
	/* babeltrace2 turns packets round that begin at the same time. */
	return clb_packet_put(p, &where, s->last_out + 1, CLBENCH_ID_BEGIN, &b, end - (char *)&b);
}

static bool put_total(struct clb_session *s, struct clb_packet *p, unsigned int i, u64 stamp)
{
	const struct clbench_event_context where = { .tid = current->pid };
	struct clb_sub *sub = s->subs[i];
	struct {
		struct clbench_total r;
		char name[CLBENCH_EVENT_NAME_MAX + 1];
	} __packed t = {
		.r = {
			.event_id = sub->event->id,
			.delivered = sub->merged - sub->merged_before,
		},
	};
	struct clb_counts now;
	unsigned int cause;
	char *end;

	clb_counts_sum(s, i, &now);
	memcpy(sub->discarded_now, now.discarded, sizeof(now.discarded));
	BUILD_BUG_ON(ARRAY_SIZE(t.r.discarded) != CLBENCH_CAUSE_ABANDONED);
	for (cause = 0; cause < ARRAY_SIZE(t.r.discarded); cause++)
		t.r.discarded[cause] = sub->discarded_now[cause] - sub->discarded_before[cause];
	end = put_string(t.name, sub->event->name);
	return clb_packet_put(p, &where, stamp, CLBENCH_ID_TOTAL, &t, end - (char *)&t);
}

static bool put_end(struct clb_session *s, struct clb_packet *p, u64 stamp, bool last)
{
	const struct clbench_event_context where = { .tid = current->pid };
	struct clbench_end e = {
		.discarded = s->discarded_out - s->discarded_before,
		.drained = s->drained,
		.late = s->late - s->late_before,
		.next_chunk = last ? 0 : s->chunk + 1,
	};
	unsigned int i;

	for (i = 0; i < s->nr_subs; i++)
		e.delivered += s->subs[i]->merged - s->subs[i]->merged_before;
	return clb_packet_put(p, &where, stamp, CLBENCH_ID_END, &e, sizeof(e));
}

/* -------------------------------------------------------------- open, close */

/**
 * clb_chunk_open() - build a chunk's first packets, if that was not done yet
 * @s: the session
 *
 * A chunk opens with an empty packet, so that a reader can date a loss that
 * comes before the first record; the first one's arrival says that all probes
 * are on.
 *
 * Context: the session thread; may sleep.
 * Return: whether they are built; if not, acks or memory must come first.
 */
bool clb_chunk_open(struct clb_session *s)
{
	struct clb_packet p;

	if (s->open == CLB_CHUNK_OPEN)
		return true;
	if (s->open == CLB_CHUNK_CLOSED) {
		if (!clb_window_open(s) || clb_packet_begin(&p, s, 0))
			return false;
		clb_window_add(s, clb_packet_finish(&p, s->last_out, false));
		clb_window_send(s);
		s->open = CLB_CHUNK_EMPTY_PACKET;
	}
	if (!clb_window_open(s) || clb_packet_begin(&p, s, sizeof(struct clbench_begin)))
		return false;
	if (WARN_ON_ONCE(!put_begin(s, &p))) {
		clb_packet_drop(&p);
		return false;
	}
	clb_window_add(s, clb_packet_finish(&p, 0, false));
	clb_window_send(s);
	s->open = CLB_CHUNK_OPEN;
	return true;
}

/* Sums start again from here. */
static void begin_next(struct clb_session *s)
{
	struct clb_sub *sub;
	unsigned int i;

	for (i = 0; i < s->nr_subs; i++) {
		sub = s->subs[i];
		sub->merged_before = sub->merged;
		memcpy(sub->discarded_before, sub->discarded_now, sizeof(sub->discarded_before));
	}
	s->discarded_before = s->discarded_out;
	s->late_before = s->late;
	s->open = CLB_CHUNK_CLOSED;
	/* Who asked for the next chunk while this one still was has it now. Who has
	 * read the new number asks for another one: see rotate() of netlink.c.
	 */
	clear_bit(CLB_SESSION_ROTATE, &s->flags);
	/* Pairs with the barrier in clb_session_wake(). */
	smp_mb__after_atomic();
	WRITE_ONCE(s->chunk, s->chunk + 1);
}

/**
 * clb_chunk_close() - build a chunk's last packet: totals and clbench_end
 * @s: the session; the chunk is open, and all of it is built
 * @stamp: time of these records; nothing later is older
 * @last: nothing follows; else the next chunk
 *
 * Context: the session thread; may sleep.
 * Return: whether it is built; if not, acks or memory must come first.
 */
bool clb_chunk_close(struct clb_session *s, u64 stamp, bool last)
{
	struct clb_packet p;
	unsigned int i;

	if (!clb_window_open(s) ||
	    clb_packet_begin(&p, s, (s->nr_subs + 1) * sizeof(struct clbench_total)))
		return false;
	for (i = 0; i < s->nr_subs; i++) {
		if (!put_total(s, &p, i, stamp))
			goto err_drop;
	}
	if (!put_end(s, &p, stamp, last))
		goto err_drop;
	clb_window_add(s, clb_packet_finish(&p, stamp, last));
	clb_window_send(s);
	if (!last)
		begin_next(s);
	return true;

err_drop:
	clb_packet_drop(&p);
	return false;
}

/* ------------------------------------------------------------------ the seam */

static void announce(struct clb_session *s)
{
	struct clb_list_task *idle;
	struct clb_list *l;

	s->seam_lead = s->seam_lead ? min_t(u64, 2 * s->seam_lead, LEAD_MAX_NS) : LEAD_NS;
	s->seam_at = ktime_get_raw_fast_ns() + s->seam_lead;
	clb_list_for_each(l, s) {
		/* Of the last chunk but one, or never used: nobody looks there. */
		idle = l->tasks[0] == l->tables[0] ? l->tables[1] : l->tables[0];
		memset(idle, 0xff, sizeof(l->tables[0]));
		WRITE_ONCE(l->tasks[1], idle);
		/* Pairs with the acquire in clb_record_check_task(). */
		smp_store_release(&l->seam, s->seam_at);
	}
	s->seam_cookie = start_poll_synchronize_rcu();
	s->seam = CLB_SEAM_ANNOUNCED;
}

/* From now on all records go by the new tables. */
static void settle(struct clb_session *s)
{
	struct clb_list *l;

	clb_list_for_each(l, s) {
		if (l->seam == U64_MAX)
			continue;
		WRITE_ONCE(l->tasks[0], l->tasks[1]);
		/* Pairs with the acquire in clb_record_check_task(). */
		smp_store_release(&l->seam, U64_MAX);
	}
}

static bool all_know(struct clb_session *s)
{
	struct clb_list *l;

	clb_list_for_each(l, s) {
		if (l->seam != s->seam_at)
			return false;
	}
	return true;
}

/* Some writers may have gone by the old tables behind the seam. */
static void miss(struct clb_session *s)
{
	settle(s);
	s->seam_cookie = start_poll_synchronize_rcu();
	s->seam = CLB_SEAM_MISSED;
}

/**
 * clb_seam_check() - move a seam on that was asked for
 * @s: the session
 *
 * Context: the session thread.
 */
void clb_seam_check(struct clb_session *s)
{
	bool over = poll_state_synchronize_rcu(s->seam_cookie);
	u64 now = ktime_get_raw_fast_ns();

	switch (s->seam) {
	case CLB_SEAM_ANNOUNCED:
		if (over && now < s->seam_at)
			s->seam = CLB_SEAM_AHEAD;
		else if (over)
			miss(s);
		break;
	case CLB_SEAM_AHEAD:
		/* All CPUs' clocks are past it. */
		if (now < s->seam_at + NSEC_PER_USEC)
			break;
		if (all_know(s))
			s->seam = CLB_SEAM_DUE;
		else
			miss(s);
		break;
	case CLB_SEAM_MISSED:
		if (over)
			announce(s);
		break;
	case CLB_SEAM_PASSED:
		if (!over)
			break;
		s->seam = CLB_SEAM_NONE;
		/* Who has asked meanwhile does not wake us again. */
		fallthrough;
	case CLB_SEAM_NONE:
		if (test_and_clear_bit(CLB_SESSION_ROTATE, &s->flags))
			announce(s);
		break;
	case CLB_SEAM_DUE:
	case CLB_SEAM_CUT:
		break;
	}
}

/**
 * clb_seam_limit() - keep a cut from going past the seam, or up to it too early
 * @s: the session
 * @cut: where it would be
 *
 * Context: the session thread.
 * Return: where it may be.
 */
u64 clb_seam_limit(const struct clb_session *s, u64 cut)
{
	switch (s->seam) {
	case CLB_SEAM_AHEAD:
	case CLB_SEAM_DUE:
		return min(cut, s->seam_at - NSEC_PER_USEC);
	case CLB_SEAM_CUT:
		return s->seam_at;
	default:
		return cut;
	}
}

/**
 * clb_seam_done() - the chunk before the seam was closed
 * @s: the session
 *
 * Context: the session thread.
 */
void clb_seam_done(struct clb_session *s)
{
	settle(s);
	s->seam_lead = 0;
	s->seam_cookie = start_poll_synchronize_rcu();
	s->seam = CLB_SEAM_PASSED;
}
