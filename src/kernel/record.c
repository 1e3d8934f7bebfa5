// SPDX-License-Identifier: GPL-2.0
/* From a probe into the lists: what seldom happens there, and other modules. */

#include <linux/export.h>
#include <linux/string.h>

#include "event.h"
#include "record.h"

static void count_loss(const struct clb_sub *sub, unsigned int context, enum clbench_cause cause)
{
	this_cpu_inc(sub->counts->discarded[cause]);
	this_cpu_inc(sub->cpu->lost[context][cause]);
	/* odd may be set for another loss, and about to be cleared: who clears it
	 * finds this one, too, or it is set again. A release would not order the
	 * two stores of odd. Pairs with smp_store_mb() in have_odd().
	 */
	smp_mb();
	WRITE_ONCE(sub->session->odd, true);
}

/**
 * clb_record_refused() - count a record for which there is no list to write to
 * @sub: whose record
 * @l: the list, which is busy; NULL if there is none
 * @context: the current context
 *
 * Context: any, preemption off.
 */
void clb_record_refused(const struct clb_sub *sub, struct clb_list *l, unsigned int context)
{
	count_loss(sub, context, l ? CLBENCH_CAUSE_NESTED : CLBENCH_CAUSE_NO_MEMORY);
}

/**
 * clb_record_lost() - count a record for which the list has no room
 * @sub: whose record
 * @l: the list; the caller is its writer
 * @space: that was asked for, bytes
 *
 * Context: any, preemption off.
 */
void clb_record_lost(const struct clb_sub *sub, struct clb_list *l, size_t space)
{
	enum clbench_cause cause;

	if (space > l->c.node_size) {
		count_loss(sub, l->context, CLBENCH_CAUSE_OVERSIZE);
		return;
	}
	/* The list itself tells this loss, at its place. */
	cause = clist_lose(&l->c) == CLIST_LOST_CAP ? CLBENCH_CAUSE_FULL_CAP :
						      CLBENCH_CAUSE_FULL_REFILL;
	this_cpu_inc(sub->counts->discarded[cause]);
}

/**
 * clb_record_define_task() - write a clbench_task for the current task
 * @l: the list; the caller is its writer
 * @t: where the list remembers it
 * @stamp: time of the record that needs it
 *
 * Context: any, preemption off.
 * Return: false without room: the record is lost, too, even if room came since.
 */
bool clb_record_define_task(struct clb_list *l, struct clb_list_task *t, u64 stamp)
{
	const size_t space = CLIST_SPACE(sizeof(struct clbench_task));
	struct clbench_task *task;
	struct clist_obj *obj;

	obj = clist_reserve(&l->c, space);
	if (!obj)
		return false;
	t->tid = current->pid;
	t->tgid = current->tgid;
	/* Another thread may be renaming it: it is defined again with the next record. */
	data_race(memcpy(t->comm, current->comm, sizeof(t->comm)));
	obj->stamp = stamp;
	obj->aux = current->pid;
	obj->size = sizeof(*task);
	obj->tag = CLBENCH_ID_TASK;
	task = (struct clbench_task *)obj->data;
	task->tid = t->tid;
	task->tgid = t->tgid;
	memcpy(task->comm, t->comm, sizeof(task->comm));
	/* Another thread may be renaming it: still end it. */
	task->comm[sizeof(task->comm) - 1] = '\0';
	clist_commit(&l->c, obj, space);
	return true;
}

/**
 * clb_record_mark() - write a clbench_mark into a session
 * @s: the session
 * @text: with its NUL
 * @size: bytes, the NUL included
 *
 * Context: process.
 * Return: 0; -EAGAIN: the session does not record now; -ENOBUFS: the list has no
 * room; -EBUSY: it is being written.
 */
int clb_record_mark(struct clb_session *s, const char *text, size_t size)
{
	const size_t space = CLIST_SPACE(size);
	struct clist_obj *obj;
	struct clb_list *l;
	int err = -EAGAIN;
	u64 stamp;

	clb_probe_enter();
	/* Tested in here: the thread that stores the next state waits for a grace
	 * period before it reads the lists for the last time.
	 */
	if (READ_ONCE(s->state) != CLBENCH_STATE_RECORDING)
		goto out;
	err = -EBUSY;
	l = this_cpu_read(s->cpu->list[CLBENCH_CONTEXT_TASK]);
	if (!l || !clist_enter(&l->c))
		goto out;
	stamp = ktime_get_raw_fast_ns();
	obj = clb_record_check_task(l, stamp) ? clist_reserve(&l->c, space) : NULL;
	err = obj ? 0 : -ENOBUFS;
	if (obj) {
		obj->stamp = stamp;
		obj->aux = current->pid;
		obj->size = size;
		obj->tag = CLBENCH_ID_MARK;
		memcpy(obj->data, text, size);
		clist_commit(&l->c, obj, space);
	}
	clist_leave(&l->c);
out:
	clb_probe_exit();
	return err;
}

/* Short and of no constant size: words beat the start-up of a string move. The
 * list's objects are padded to 8 bytes, but the caller's data is not.
 */
static void copy_record(unsigned char *to, const unsigned char *from, size_t size)
{
	for (; size >= 8; size -= 8, to += 8, from += 8)
		memcpy(to, from, 8);
	while (size--)
		*to++ = *from++;
}

/* Fixed fields alone, or with a string behind them whose one NUL is its end: a
 * reader would take what stands behind another for the next record.
 */
static bool size_is_right(const struct clbench_event *event, const char *data, size_t size)
{
	size_t tail = size - event->size;

	if (!event->tailed)
		return size == event->size;
	return size > event->size && size <= CLB_RECORD_BYTES &&
	       strnlen(data + event->size, tail) == tail - 1;
}

/**
 * clbench_push() - record an event
 * @event: registered by clbench_event_register()
 * @data: the record: the event's fields, packed; nobody may write to it meanwhile
 * @size: bytes; more than the fixed fields only if the last one is a string,
 *	which then ends with its NUL
 *
 * Records go to every session that asked for the event; there may be none. A
 * record that cannot be kept is counted, never waited for.
 *
 * Context: any, NMI included; does not sleep, takes no lock.
 */
void clbench_push(struct clbench_event *event, const void *data, size_t size)
{
	struct clb_slot slot;
	struct clb_sub *sub;
	void *to;

	/* First: who unregisters the event waits for such sections. */
	clb_probe_enter();
	if (!rcu_access_pointer(event->subs))
		goto out;
	if (WARN_ON_ONCE(!size_is_right(event, data, size)))
		goto out;
	/* A CPU that dies is watched for a while after nobody waits for it, and its
	 * irq_work may not run any more.
	 */
	if (unlikely(!rcu_is_watching() || !cpu_online(raw_smp_processor_id()))) {
		/* The merge cannot know that this record is on its way, and a
		 * session may be freed while we look at it: touch none.
		 */
		atomic_long_inc(&event->no_rcu);
		goto out;
	}
	clb_for_each_sub(sub, event) {
		to = clb_record_begin(&slot, sub, size);
		if (!to)
			continue;
		copy_record(to, data, size);
		clb_record_commit(&slot);
	}
out:
	clb_probe_exit();
}
EXPORT_SYMBOL_GPL(clbench_push);
