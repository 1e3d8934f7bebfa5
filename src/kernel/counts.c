// SPDX-License-Identifier: GPL-2.0
/* The sums over CPUs of what a session's probes have counted. */

#include <linux/cpumask.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include <clbench/event.h>

#include "counts.h"
#include "session.h"

/**
 * clb_counts_sum() - an event's records in a session, over all CPUs
 * @s: the session
 * @index: of the event
 * @sum: filled in; abandoned stays 0, for the reader's side to know
 *
 * While probes are on, each figure is right for some moment of the call.
 *
 * Context: any.
 */
void clb_counts_sum(struct clb_session *s, unsigned int index, struct clb_counts *sum)
{
	const struct clb_sub *sub = s->subs[index];
	/* Pairs with the release in clb_event_attach(). */
	u64 no_rcu = smp_load_acquire(&sub->no_rcu);
	unsigned int cpu, cause;
	struct clb_counts *c;

	memset(sum, 0, sizeof(*sum));
	for_each_possible_cpu(cpu) {
		c = per_cpu_ptr(sub->counts, cpu);
		sum->published += READ_ONCE(c->published);
		for (cause = 0; cause < CLB_NR_CAUSE; cause++)
			sum->discarded[cause] += READ_ONCE(c->discarded[cause]);
	}
	sum->discarded[CLBENCH_CAUSE_NO_RCU] +=
		min_t(u64, atomic_long_read(&sub->event->no_rcu), READ_ONCE(sub->no_rcu_end)) -
		no_rcu;
}
