/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From a probe into the lists: the hot path.
 *
 *	struct clb_slot slot;
 *	struct clb_sub *sub;
 *
 *	clb_probe_enter();
 *	clb_for_each_sub(sub, event) {
 *		struct record *r = clb_record_begin(&slot, sub, sizeof(*r));
 *
 *		if (!r)
 *			continue;
 *		... fill *r ...
 *		clb_record_commit(&slot);
 *	}
 *	clb_probe_exit();
 *
 * Preemption is off from before the clock is read until the record is
 * published, on every kernel: the merge's cut waits for exactly such sections
 * (tracepoint probes are preemptible from 7.0 on). The walk over the sessions
 * is within it, so a session may be freed after a grace period.
 */
#ifndef CLB_RECORD_H
#define CLB_RECORD_H

#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/ktime.h>

#include <clbench/clist.h>
#include <clbench/event.h>

#include "compat/softirq.h"
#include "session.h"

/**
 * struct clb_slot - a record that is being written
 * @sub: for whom
 * @list: where to
 * @obj: the record
 * @space: that it takes in the list, bytes
 */
struct clb_slot {
	const struct clb_sub *sub;
	struct clb_list *list;
	struct clist_obj *obj;
	size_t space;
};

void clb_record_refused(const struct clb_sub *sub, struct clb_list *l, unsigned int context);
void clb_record_lost(const struct clb_sub *sub, struct clb_list *l, size_t space);
bool clb_record_define_task(struct clb_list *l, struct clb_list_task *t, u64 stamp);
int clb_record_mark(struct clb_session *s, const char *text, size_t size);

static __always_inline void clb_probe_enter(void)
{
	preempt_disable_notrace();
}

static __always_inline void clb_probe_exit(void)
{
	preempt_enable_notrace();
}

#define clb_for_each_sub(sub, event)						\
	for (sub = rcu_dereference_sched((event)->subs); sub;			\
	     sub = rcu_dereference_sched(sub->next))

/* interrupt_context_level(), which the common case leaves after one test. */
static __always_inline unsigned int clb_record_context(void)
{
	unsigned int pc = preempt_count();

	if (likely(!(pc & (NMI_MASK | HARDIRQ_MASK | SOFTIRQ_OFFSET))))
		return clb_task_serves_softirq() ? CLBENCH_CONTEXT_SOFTIRQ : CLBENCH_CONTEXT_TASK;
	if (pc & NMI_MASK)
		return CLBENCH_CONTEXT_NMI;
	return pc & HARDIRQ_MASK ? CLBENCH_CONTEXT_HARDIRQ : CLBENCH_CONTEXT_SOFTIRQ;
}

/* A half of a task's comm. Copied to an array of our own, it would cost the probe
 * a stack protector.
 */
static __always_inline u64 clb_record_comm(const struct task_struct *task, unsigned int half)
{
	u64 word;

	/* Another thread may be renaming it: then it differs from what is remembered once
	 * more, and is defined again.
	 */
	data_race(__builtin_memcpy(&word, task->comm + half * sizeof(word), sizeof(word)));
	return word;
}

/* Does the list know the current task as it is now? comm is compared whole, so
 * exec and rename define it again; each chunk has a table of its own, so that it
 * defines all that it names. Returns false if there was no room for that: a
 * record must not follow under another task's name.
 */
static __always_inline bool clb_record_check_task(struct clb_list *l, u64 stamp)
{
	const struct task_struct *task = current;
	/* Pairs with the releases in chunk.c: the tables are looked at behind it. */
	u64 seam = smp_load_acquire(&l->seam);
	struct clb_list_task *t = READ_ONCE(l->tasks[0]);

	BUILD_BUG_ON(sizeof(t->comm) != TASK_COMM_LEN);
	if (unlikely(stamp >= seam))
		t = READ_ONCE(l->tasks[1]);
	t += task->pid & (CLB_LIST_TASKS - 1);
	if (unlikely(t->tid != (u32)task->pid || t->tgid != (u32)task->tgid ||
		     t->comm[0] != clb_record_comm(task, 0) ||
		     t->comm[1] != clb_record_comm(task, 1)))
		return clb_record_define_task(l, t, stamp);
	return true;
}

/**
 * clb_record_begin() - a place for a record, stamped
 * @slot: filled in
 * @sub: for whom
 * @size: bytes of the record
 *
 * Context: between clb_probe_enter() and clb_probe_exit(); any context.
 * Return: where to write the record; the caller must call clb_record_commit().
 * NULL if it cannot be recorded, which was counted.
 */
static __always_inline void *clb_record_begin(struct clb_slot *slot, const struct clb_sub *sub,
					      u32 size)
{
	unsigned int context = clb_record_context();
	struct clb_list *l = this_cpu_read(sub->cpu->list[context]);
	size_t space = CLIST_SPACE(size);
	struct clist_obj *obj;
	u64 stamp;

	if (unlikely(!l || !clist_enter(&l->c))) {
		clb_record_refused(sub, l, context);
		return NULL;
	}
	/* Read before anything else is: less is alive across the call. */
	stamp = ktime_get_raw_fast_ns();
	obj = clb_record_check_task(l, stamp) ? clist_reserve(&l->c, space) : NULL;
	if (unlikely(!obj)) {
		clb_record_lost(sub, l, space);
		clist_leave(&l->c);
		return NULL;
	}
	obj->stamp = stamp;
	obj->aux = current->pid;
	obj->size = size;
	obj->tag = sub->id;
	slot->sub = sub;
	slot->list = l;
	slot->obj = obj;
	slot->space = space;
	return obj->data;
}

/**
 * clb_record_commit() - publish a record
 * @slot: from clb_record_begin()
 *
 * Context: as for clb_record_begin(), which it follows.
 */
static __always_inline void clb_record_commit(struct clb_slot *slot)
{
	clist_commit(&slot->list->c, slot->obj, slot->space);
	this_cpu_inc(slot->sub->counts->published);
	clist_leave(&slot->list->c);
}

#endif /* CLB_RECORD_H */
