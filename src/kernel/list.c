// SPDX-License-Identifier: GPL-2.0
/* The lists of a session: one clist for each CPU and context. */

#include <linux/slab.h>
#include <linux/topology.h>

#include "list.h"
#include "session.h"

/* In hard interrupt context, raised by a writer: wake who it wants. */
static void list_kick(struct irq_work *work)
{
	struct clb_list *l = container_of(work, struct clb_list, c.kick);
	struct clb_session *s = l->session;

	if (READ_ONCE(l->c.want_refill)) {
		WRITE_ONCE(s->refill_wanted, true);
		swake_up_one(&s->refill_wait);
	}
	if (READ_ONCE(l->c.want_read))
		clb_session_wake(s, CLB_SESSION_WAKE);
}

static int add_list(struct clb_session *s, unsigned int cpu, unsigned int context)
{
	unsigned int nr_node = context == CLBENCH_CONTEXT_TASK ? s->config.nr_node : 2;
	struct clb_cpu *pcpu = per_cpu_ptr(s->cpu, cpu);
	struct clb_list *l;
	int err;

	l = kzalloc_node(sizeof(*l), GFP_KERNEL, cpu_to_node(cpu));
	if (!l)
		return -ENOMEM;
	err = clist_init(&l->c, nr_node, s->node_bytes, cpu_to_node(cpu), list_kick,
			 clb_session_charge, s);
	if (err) {
		kfree(l);
		return err;
	}
	l->session = s;
	l->cpu = cpu;
	l->context = context;
	/* The session may be idle: tell of the first record. */
	atomic_set(&l->c.flags, CLIST_ARMED);
	/* No task has this id: every slot starts as unknown. */
	memset(l->tables, 0xff, sizeof(l->tables));
	l->seam = U64_MAX;
	l->tasks[0] = l->tables[0];
	l->tasks[1] = l->tables[0];
	l->next = s->lists;
	/* Pairs with the acquire in clb_list_for_each(). */
	smp_store_release(&s->lists, l);
	/* Pairs with the address dependency of clb_record_begin(). */
	smp_store_release(&pcpu->list[context], l);
	return 0;
}

/**
 * clb_list_add_cpu() - make the lists of a CPU that are not there yet
 * @s: the session
 * @cpu: the CPU
 *
 * Context: process; may sleep. One caller at a time: clb_sessions_mutex, or the
 * session is not yet in the table.
 * Return: 0; -ENOMEM: no memory, or the session may not have more.
 */
int clb_list_add_cpu(struct clb_session *s, unsigned int cpu)
{
	struct clb_cpu *pcpu = per_cpu_ptr(s->cpu, cpu);
	unsigned int context;
	int err;

	for (context = 0; context < CLB_NR_CONTEXT; context++) {
		if (!(s->contexts & BIT(context)) || pcpu->list[context])
			continue;
		err = add_list(s, cpu, context);
		if (err)
			return err;
	}
	return 0;
}

/**
 * clb_list_free_all() - free all lists of a session
 * @s: the session; no probe, refiller or merge uses them any more
 *
 * Context: process; may sleep.
 */
void clb_list_free_all(struct clb_session *s)
{
	struct clb_list *l, *next;

	for (l = s->lists; l; l = next) {
		next = l->next;
		clist_exit(&l->c, clb_session_charge, s);
		kfree(l);
	}
	s->lists = NULL;
}
