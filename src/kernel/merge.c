// SPDX-License-Identifier: GPL-2.0
/* The merge: a tree of losers over the lists; losses at their places. */

#include <linux/cpumask.h>
#include <linux/slab.h>

#include <clbench/event.h>

#include "merge.h"
#include "packet.h"
#include "session.h"

/* ---------------------------------------------------------------- one list */

/* Looks at a list again: what comes next, a loss or records? */
static void cursor_load(struct clb_cursor *c, u64 cut)
{
	struct clb_list *l = c->list;

	c->obj = clist_peek(&l->c);
	if (!l->has_loss)
		l->has_loss = clist_loss(&l->c, &l->loss);
	c->stamp = U64_MAX;
	if (l->has_loss) {
		c->obj = NULL;
		c->stamp = l->loss.last;
	} else if (c->obj) {
		/* What was published up to here; later records come with the
		 * next look. Pairs with the release in clist_commit().
		 */
		c->end = (const void *)smp_load_acquire(&l->c.r->end);
		c->stamp = c->obj->stamp;
	}
	if (c->stamp >= cut)
		c->stamp = U64_MAX;
}

static bool before(const struct clb_cursor *a, const struct clb_cursor *b)
{
	return a->stamp != b->stamp ? a->stamp < b->stamp : a->rank < b->rank;
}

/* ---------------------------------------------------------------- the tree */

/* The winner's list has moved: play its matches again, from its leaf upwards. */
static void replay(struct clb_merge *m, unsigned int winner)
{
	unsigned int node, loser;

	for (node = (winner + m->nr) / 2; node; node /= 2) {
		loser = m->tree[node];
		if (before(&m->cursors[loser], &m->cursors[winner])) {
			m->tree[node] = winner;
			winner = loser;
		}
	}
	m->tree[0] = winner;
}

/* Leaf i stands at place nr + i, its parent at half of that. Plays all matches,
 * from the last inner node to the first.
 */
static unsigned int play(struct clb_merge *m, unsigned int node)
{
	unsigned int a, b;

	if (node >= m->nr)
		return node - m->nr;
	a = play(m, 2 * node);
	b = play(m, 2 * node + 1);
	if (before(&m->cursors[b], &m->cursors[a]))
		swap(a, b);
	m->tree[node] = b;
	return a;
}

/* The winner may run up to the time of the best of those it beat. It may not
 * reach it unless it is before that one at equal times.
 */
static u64 run_limit(const struct clb_merge *m)
{
	const struct clb_cursor *winner = &m->cursors[m->tree[0]], *best = NULL, *c;
	unsigned int node;

	for (node = (m->tree[0] + m->nr) / 2; node; node /= 2) {
		c = &m->cursors[m->tree[node]];
		if (!best || before(c, best))
			best = c;
	}
	if (!best || best->stamp >= m->cut)
		return m->cut;
	return min(best->stamp + (winner->rank < best->rank), m->cut);
}

/* --------------------------------------------------------- losses by cause */

static bool put_discarded(struct clb_session *s, struct clb_packet *p, unsigned int cpu,
			  unsigned int context, enum clbench_cause cause,
			  const struct clist_loss *loss, u64 stamp)
{
	const struct clbench_event_context where = { .cpu_id = cpu, .context = context };
	const struct clbench_discarded d = {
		.cause = cause,
		.count = loss->count,
		.first_ts_ns = loss->first,
		.last_ts_ns = loss->last,
	};

	if (!clb_packet_put(p, &where, stamp, CLBENCH_ID_DISCARDED, &d, sizeof(d)))
		return false;
	s->discarded_out += loss->count;
	return true;
}

static enum clbench_cause list_cause(const struct clist_loss *loss)
{
	return loss->cause == CLIST_LOST_CAP ? CLBENCH_CAUSE_FULL_CAP : CLBENCH_CAUSE_FULL_REFILL;
}

static u64 now_or_later(const struct clb_session *s, const struct clb_packet *p, u64 stamp)
{
	return max(stamp, p->nr_records ? p->stamp : s->last_out);
}

/* A loss of a list whose records are read and whose writer is silent: no node
 * will come to tell it.
 */
static bool put_cold(struct clb_session *s, struct clb_packet *p, struct clb_list *l)
{
	struct clist_loss loss;

	if (clist_peek(&l->c) || l->has_loss)
		return true;
	/* Held where cursor_load() finds it, so that it is not told twice. */
	while (clist_loss(&l->c, &loss) || clist_loss_now(&l->c, &loss)) {
		l->loss = loss;
		l->has_loss = true;
		if (!put_discarded(s, p, l->cpu, l->context, list_cause(&loss), &loss,
				   now_or_later(s, p, 0)))
			return false;
		l->has_loss = false;
	}
	return true;
}

static bool put_by_cpu(struct clb_session *s, struct clb_packet *p, unsigned int cpu)
{
	struct clb_cpu *c = per_cpu_ptr(s->cpu, cpu);
	unsigned int context, cause;
	struct clist_loss loss = { .first = s->last_out, .last = s->merge.cut };
	u64 lost;

	if (loss.last == U64_MAX)
		loss.last = s->last_out;
	for (context = 0; context < CLB_NR_CONTEXT; context++) {
		for (cause = 0; cause < CLB_NR_CAUSE; cause++) {
			lost = READ_ONCE(c->lost[context][cause]);
			loss.count = lost - c->reported[context][cause];
			if (!loss.count)
				continue;
			if (!put_discarded(s, p, cpu, context, cause, &loss,
					   now_or_later(s, p, 0)))
				return false;
			c->reported[context][cause] = lost;
		}
	}
	return true;
}

static u64 no_rcu_lost(const struct clb_sub *sub)
{
	u64 now = min_t(u64, atomic_long_read(&sub->event->no_rcu), READ_ONCE(sub->no_rcu_end));

	return now - sub->no_rcu;
}

static bool put_no_rcu(struct clb_session *s, struct clb_packet *p, struct clb_sub *sub)
{
	struct clist_loss loss = { .first = s->last_out, .last = s->last_out };

	loss.count = no_rcu_lost(sub) - sub->no_rcu_out;
	if (!loss.count)
		return true;
	/* Such a call may not even ask where it is: told as of CPU 0. */
	if (!put_discarded(s, p, 0, CLBENCH_CONTEXT_TASK, CLBENCH_CAUSE_NO_RCU, &loss,
			   now_or_later(s, p, 0)))
		return false;
	sub->no_rcu_out += loss.count;
	return true;
}

static bool have_by_cpu(struct clb_session *s)
{
	unsigned int cpu, context, cause;
	struct clb_cpu *c;

	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(s->cpu, cpu);
		for (context = 0; context < CLB_NR_CONTEXT; context++) {
			for (cause = 0; cause < CLB_NR_CAUSE; cause++) {
				if (READ_ONCE(c->lost[context][cause]) !=
				    c->reported[context][cause])
					return true;
			}
		}
	}
	return false;
}

/* Is there a loss that no record or node of a list will tell? All CPUs are only
 * looked at when a probe said so; and again until nothing is found, since what
 * was found may still have to wait for room.
 */
static bool have_odd(struct clb_session *s)
{
	struct clb_list *l;
	unsigned int i;

	if (READ_ONCE(s->odd)) {
		/* Pairs with smp_mb() in count_loss(). */
		smp_store_mb(s->odd, false);
		if (have_by_cpu(s)) {
			WRITE_ONCE(s->odd, true);
			return true;
		}
	}
	for (i = 0; i < s->nr_subs; i++) {
		if (no_rcu_lost(s->subs[i]) != s->subs[i]->no_rcu_out)
			return true;
	}
	clb_list_for_each(l, s) {
		/* One that is held has a time, and its turn. */
		if (l->has_loss)
			continue;
		for (i = 0; i < CLIST_NR_LOST; i++) {
			if (READ_ONCE(l->c.lost[i]) != l->c.reported[i] && !clist_peek(&l->c))
				return true;
		}
	}
	return false;
}

static bool put_odd(struct clb_session *s, struct clb_packet *p)
{
	struct clb_list *l;
	unsigned int cpu, i;

	for_each_possible_cpu(cpu) {
		if (!put_by_cpu(s, p, cpu))
			return false;
	}
	for (i = 0; i < s->nr_subs; i++) {
		if (!put_no_rcu(s, p, s->subs[i]))
			return false;
	}
	clb_list_for_each(l, s) {
		if (!put_cold(s, p, l))
			return false;
	}
	return true;
}

/* ---------------------------------------------------------------- the merge */

static int make_room(struct clb_session *s, unsigned int nr)
{
	struct clb_merge *m = &s->merge;

	if (nr <= m->max)
		return 0;
	clb_merge_free(m);
	m->cursors = kvcalloc(nr, sizeof(*m->cursors), GFP_KERNEL);
	m->tree = kvcalloc(nr, sizeof(*m->tree), GFP_KERNEL);
	if (!m->cursors || !m->tree) {
		clb_merge_free(m);
		return -ENOMEM;
	}
	m->max = nr;
	return 0;
}

/**
 * clb_merge_begin() - look at all lists
 * @s: the session
 * @cut: what is older than this is published, and will be merged
 *
 * Context: the session thread; may sleep.
 * Return: 0; -ENOMEM: there is no room for so many lists; try later.
 */
int clb_merge_begin(struct clb_session *s, u64 cut)
{
	struct clb_merge *m = &s->merge;
	struct clb_cursor *c;
	unsigned int nr = 0;
	struct clb_list *l;

	m->nr = 0;
	m->cut = cut;
	m->estimate = 0;
	m->odd = have_odd(s);
	clb_list_for_each(l, s)
		nr++;
	if (make_room(s, nr))
		return -ENOMEM;
	clb_list_for_each(l, s) {
		/* A CPU may have come meanwhile: its turn is next time. */
		if (m->nr == m->max)
			break;
		c = &m->cursors[m->nr];
		c->list = l;
		c->rank = l->cpu * CLB_NR_CONTEXT + l->context;
		cursor_load(c, cut);
		if (c->stamp == U64_MAX)
			continue;
		m->estimate += clist_unread(&l->c);
		m->nr++;
	}
	if (m->nr)
		m->tree[0] = m->nr > 1 ? play(m, 1) : 0;
	return 0;
}

/**
 * clb_merge_pending() - is something left to merge?
 * @s: the session, after clb_merge_begin()
 *
 * Context: the session thread.
 * Return: whether there is.
 */
bool clb_merge_pending(const struct clb_session *s)
{
	const struct clb_merge *m = &s->merge;

	return m->odd || (m->nr && m->cursors[m->tree[0]].stamp != U64_MAX);
}

/* One run of the winner, or its loss. Returns false if the packet is full. */
static bool put_winner(struct clb_session *s, struct clb_packet *p)
{
	struct clb_merge *m = &s->merge;
	struct clb_cursor *c = &m->cursors[m->tree[0]];
	struct clb_list *l = c->list;
	u64 limit;

	if (!c->obj) {
		if (!put_discarded(s, p, l->cpu, l->context, list_cause(&l->loss), &l->loss,
				   now_or_later(s, p, c->stamp)))
			return false;
		l->has_loss = false;
	} else {
		limit = run_limit(m);
		c->obj = clb_packet_put_run(p, l, c->obj, c->end, limit);
		clist_consume(&l->c, c->obj);
		if (c->obj != c->end) {
			c->stamp = c->obj->stamp < m->cut ? c->obj->stamp : U64_MAX;
			if (c->stamp < limit)
				return false;
			goto out;
		}
	}
	cursor_load(c, m->cut);
out:
	replay(m, m->tree[0]);
	return true;
}

/**
 * clb_merge_fill() - append what comes next to a packet
 * @s: the session, after clb_merge_begin()
 * @p: the packet
 *
 * Context: the session thread; may sleep.
 * Return: true if everything was appended; false if the packet is full.
 */
bool clb_merge_fill(struct clb_session *s, struct clb_packet *p)
{
	struct clb_merge *m = &s->merge;

	if (m->odd) {
		if (!put_odd(s, p))
			return false;
		m->odd = false;
	}
	while (m->nr && m->cursors[m->tree[0]].stamp != U64_MAX) {
		if (!put_winner(s, p))
			return false;
	}
	return true;
}

/**
 * clb_lists_hold() - does any list hold a record or an untold loss?
 * @s: the session
 *
 * Context: the session thread.
 * Return: whether one does, of whatever age.
 */
bool clb_lists_hold(struct clb_session *s)
{
	struct clb_list *l;

	clb_list_for_each(l, s) {
		if (clist_peek(&l->c) || l->has_loss)
			return true;
	}
	return have_odd(s);
}

/**
 * clb_merge_free() - free what the merge works with
 * @m: the merge
 *
 * Context: process.
 */
void clb_merge_free(struct clb_merge *m)
{
	kvfree(m->cursors);
	kvfree(m->tree);
	m->cursors = NULL;
	m->tree = NULL;
	m->max = 0;
	m->nr = 0;
}
