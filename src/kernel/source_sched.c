// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduler: tasks that move to another CPU.
 *
 * The probe runs under the scheduler's own locks, before the move: the task's
 * CPU is still the old one.
 */

#include <linux/mm_types.h>
#include <linux/sched.h>
#include <trace/events/sched.h>

#include "record.h"
#include "source.h"

/* TASK_ON_RQ_MIGRATING, which kernel/sched/sched.h keeps to itself. */
#define ON_RQ_MIGRATING	2

static const struct clbench_label reasons[] = {
	{ CLBENCH_MIGRATE_OTHER, "other" },
	{ CLBENCH_MIGRATE_WAKEUP, "wakeup" },
	{ CLBENCH_MIGRATE_BALANCE, "balance" },
	{ CLBENCH_MIGRATE_STOPPER, "stopper" },
};

static const struct clbench_field migrate_fields[] = {
	{ "tid", CLBENCH_FIELD_TYPE_U32 },
	{ "prio", CLBENCH_FIELD_TYPE_S32 },
	{ "orig_cpu", CLBENCH_FIELD_TYPE_U32 },
	{ "dest_cpu", CLBENCH_FIELD_TYPE_U32 },
	{ "reason", CLBENCH_FIELD_TYPE_U8, 0, NULL, reasons, ARRAY_SIZE(reasons) },
};

static struct clbench_event migrate = {
	.name = "sched_migrate_task",
	.group = "sched",
	.description = "a task moves to another CPU",
	.fields = migrate_fields,
	.nr_fields = ARRAY_SIZE(migrate_fields),
	.contexts = CLBENCH_IN_TASK | CLBENCH_IN_SOFTIRQ | CLBENCH_IN_HARDIRQ,
	.owner = THIS_MODULE,
};

/* A task that is being woken is placed; one that is runnable is moved: by its
 * CPU's stopper thread, or by a balancing CPU.
 */
static enum clbench_migrate_reason reason_of(const struct task_struct *p)
{
	if (READ_ONCE(p->__state) == TASK_WAKING)
		return CLBENCH_MIGRATE_WAKEUP;
	if (READ_ONCE(p->on_rq) != ON_RQ_MIGRATING)
		return CLBENCH_MIGRATE_OTHER;
	if (!in_serving_softirq() && !strncmp(current->comm, "migration/", 10))
		return CLBENCH_MIGRATE_STOPPER;
	return CLBENCH_MIGRATE_BALANCE;
}

static void probe_migrate(void *data, struct task_struct *p, int dest_cpu)
{
	struct clbench_sched_migrate *r;
	struct clb_slot slot;
	struct clb_sub *sub;

	if (task_cpu(p) == dest_cpu)
		return;
	clb_probe_enter();
	clb_for_each_sub(sub, (struct clbench_event *)data) {
		r = clb_record_begin(&slot, sub, sizeof(*r));
		if (!r)
			continue;
		r->tid = p->pid;
		r->prio = p->prio;
		r->orig_cpu = task_cpu(p);
		r->dest_cpu = dest_cpu;
		r->reason = reason_of(p);
		clb_record_commit(&slot);
	}
	clb_probe_exit();
}

static void __maybe_unused check_prototypes(void)
{
	check_trace_callback_type_sched_migrate_task(probe_migrate);
}

const struct clb_source clb_source_sched[] = {
	{
		.event = &migrate,
		.tracepoint = "sched_migrate_task",
		.probe = probe_migrate,
		.state = &(struct clb_source_state){},
	},
	{}
};
