// SPDX-License-Identifier: GPL-2.0
/* A session's subscriptions to events: made, added, looked up, freed. */

#include <linux/mm.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "event.h"
#include "session.h"
#include "sub.h"

/**
 * clb_sub_alloc() - make a subscription that is off
 * @s: who subscribes; its probes' side (clb_session.cpu) is there
 * @event: to what, held by clb_event_get(); held once more
 *
 * Context: process; may sleep.
 * Return: the subscription, or NULL.
 */
struct clb_sub *clb_sub_alloc(struct clb_session *s, struct clbench_event *event)
{
	struct clb_sub *sub = kzalloc(sizeof(*sub), GFP_KERNEL);

	if (!sub)
		return NULL;
	sub->counts = alloc_percpu(struct clb_counts);
	if (!sub->counts) {
		kfree(sub);
		return NULL;
	}
	sub->session = s;
	sub->cpu = s->cpu;
	sub->event = event;
	sub->id = event->id;
	clb_event_hold(event);
	clb_event_close_sub(sub);
	sub->no_rcu = sub->no_rcu_end;
	sub->missed = sub->missed_end;
	return sub;
}

/**
 * clb_sub_free() - let go of a subscription
 * @sub: off for a grace period; may be NULL
 *
 * Context: process; may sleep.
 */
void clb_sub_free(struct clb_sub *sub)
{
	if (!sub)
		return;
	clb_event_put(sub->event);
	free_percpu(sub->counts);
	kfree(sub);
}

/**
 * clb_sub_index_alloc() - a copy of a session's index with room for more ids
 * @s: the session; its index does not change meanwhile
 * @nr_ids: entries, no fewer than it has
 *
 * Context: process; may sleep.
 * Return: the index, or NULL.
 */
u16 *clb_sub_index_alloc(const struct clb_session *s, unsigned int nr_ids)
{
	u16 *index = kvcalloc(nr_ids, sizeof(*index), GFP_KERNEL);

	if (index && s->nr_ids)
		memcpy(index, s->index_of, s->nr_ids * sizeof(*index));
	return index;
}

/**
 * clb_sub_add() - make a subscription one of its session's
 * @s: the session; its index has room for the event's id, and there are fewer
 *	than CLB_SUBS_MAX subscriptions
 * @sub: the subscription
 *
 * Context: the session thread, or nobody knows the session yet.
 */
void clb_sub_add(struct clb_session *s, struct clb_sub *sub)
{
	s->subs[s->nr_subs] = sub;
	s->index_of[sub->id] = s->nr_subs + 1;
	/* Pairs with the acquire in clb_session_nr_subs(). */
	smp_store_release(&s->nr_subs, s->nr_subs + 1);
}
