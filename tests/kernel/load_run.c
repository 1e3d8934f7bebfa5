// SPDX-License-Identifier: GPL-2.0
/*
 * clbench_load: numbered records on many CPUs and in many contexts.
 *
 * Each CPU has a pump, a kernel thread. It pushes bursts in task context, and
 * between them interrupts another CPU of the order at whatever it does there:
 * by an interrupt, which runs a hard irq_work, which pushes and raises a tasklet,
 * which runs when the interrupt returns. So all contexts interrupt each other,
 * and also in the middle of clbench_push().
 */

#include <linux/delay.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/percpu.h>
#include <linux/sched/task.h>
#include <linux/smp.h>

#include "load.h"

#define BURST	64		/* records in one go */
#define AHEAD	(8 * BURST)	/* that one context may be of another */

/**
 * struct load_lane - the records of one CPU and context
 * @pushed: number of the last one. Stored there only.
 * @due: how many may be pushed by now. Stored by the CPU's pump.
 */
struct load_lane {
	u64 pushed;
	u64 due;
};

/**
 * struct load_cpu - a CPU of the order
 * @lanes: by context
 * @csd: takes an interrupt here
 * @hard: pushes in hard interrupt context
 * @soft: pushes in soft interrupt context
 * @pump: the thread, or NULL
 * @cpu: which
 * @peer: the CPU that the pump interrupts
 */
struct load_cpu {
	struct load_lane lanes[LOAD_NR_CONTEXT];
	call_single_data_t csd;
	struct irq_work hard;
	struct tasklet_struct soft;
	struct task_struct *pump;
	unsigned int cpu;
	unsigned int peer;
};

static DEFINE_PER_CPU(struct load_cpu, load_cpus);

/* The order that runs or ran last, constant while pumps live. */
static struct load_order order;
static u32 run_id;
static u64 started_ns;
static atomic_t nr_pumps;

/* ------------------------------------------------------------------ pushing */

/* Context: the lane's. */
static void push_burst(struct load_cpu *c, unsigned int context)
{
	struct load_lane *lane = &c->lanes[context];
	u64 due = READ_ONCE(lane->due);
	unsigned int i;

	for (i = 0; i < BURST && lane->pushed < due; i++) {
		load_push_seq(run_id, context, lane->pushed + 1);
		/* Read by others, who must not find half of it. */
		WRITE_ONCE(lane->pushed, lane->pushed + 1);
	}
}

static void push_hard(struct irq_work *work)
{
	struct load_cpu *c = container_of(work, struct load_cpu, hard);

	push_burst(this_cpu_ptr(&load_cpus), CLBENCH_CONTEXT_HARDIRQ);
	if (order.contexts & CLBENCH_IN_SOFTIRQ)
		tasklet_schedule(&c->soft);
}

/* Another CPU inherits the tasklets of one that goes offline. */
static void push_soft(struct tasklet_struct *soft)
{
	push_burst(this_cpu_ptr(&load_cpus), CLBENCH_CONTEXT_SOFTIRQ);
}

/* Context: NMI. */
void load_run_nmi(void)
{
	push_burst(this_cpu_ptr(&load_cpus), CLBENCH_CONTEXT_NMI);
}

/* An idle CPU may run this outside of an interrupt: let it interrupt itself. */
static void raise_hard(void *data)
{
	struct load_cpu *c = data;

	irq_work_queue(&c->hard);
}

static void interrupt(struct load_cpu *c)
{
	preempt_disable();
	if (c->cpu == smp_processor_id())
		irq_work_queue(&c->hard);
	else
		/* Busy means that it is already on its way. */
		smp_call_function_single_async(c->cpu, &c->csd);
	preempt_enable();
	if (READ_ONCE(c->lanes[CLBENCH_CONTEXT_NMI].pushed) <
	    READ_ONCE(c->lanes[CLBENCH_CONTEXT_NMI].due))
		load_nmi_send(c->cpu);
}

/* ----------------------------------------------------------------- the pump */

static bool wanted(unsigned int context)
{
	return order.contexts & BIT(context);
}

static bool finished(const struct load_cpu *c)
{
	unsigned int context;

	for (context = 0; context < LOAD_NR_CONTEXT; context++) {
		if (wanted(context) && READ_ONCE(c->lanes[context].pushed) < order.records)
			return false;
	}
	return true;
}

/* No lane may run away from the others: interrupts would leave nothing to tasks.
 * Returns whether one is a burst behind.
 */
static bool set_due(struct load_cpu *c)
{
	u64 due = order.records, last = U64_MAX;
	unsigned int context;

	for (context = 0; context < LOAD_NR_CONTEXT; context++) {
		if (wanted(context))
			last = min(last, READ_ONCE(c->lanes[context].pushed));
	}
	due = min(due, last + AHEAD);
	if (order.rate)
		due = min(due, mul_u64_u64_div_u64(ktime_get_raw_fast_ns() - started_ns,
						   order.rate, NSEC_PER_SEC));
	for (context = 0; context < LOAD_NR_CONTEXT; context++) {
		if (!wanted(context))
			continue;
		WRITE_ONCE(c->lanes[context].due, due);
	}
	return last + BURST <= due;
}

static int pump(void *data)
{
	struct load_cpu *c = data, *peer = per_cpu_ptr(&load_cpus, c->peer);
	bool interrupts = order.contexts & ~CLBENCH_IN_TASK;

	while (!kthread_should_stop() && !(finished(c) && finished(peer))) {
		bool behind = set_due(c);

		if (wanted(CLBENCH_CONTEXT_TASK))
			push_burst(c, CLBENCH_CONTEXT_TASK);
		if (interrupts)
			interrupt(peer);
		/* An interrupt for each record would leave no time for others. */
		if (!behind && order.rate)
			usleep_range(500, 1000);
		cond_resched();
	}
	atomic_dec(&nr_pumps);
	return 0;
}

/* --------------------------------------------------------- beginning and end */

static void nothing(void *data)
{
}

/* After this, nothing of the order runs on the CPU. */
static void settle(struct load_cpu *c)
{
	/* Interrupts of one CPU come in the order of the calls. One that is
	 * offline has none.
	 */
	smp_call_function_single(c->cpu, nothing, NULL, 1);
	irq_work_sync(&c->hard);
	tasklet_kill(&c->soft);
	load_nmi_wait(c->cpu);
}

/**
 * load_run_stop() - end the order that runs, if one does
 *
 * Context: process; may sleep.
 */
void load_run_stop(void)
{
	struct load_cpu *c;
	unsigned int cpu;

	lockdep_assert_held(&load_mutex);
	for_each_cpu(cpu, &order.cpus) {
		c = per_cpu_ptr(&load_cpus, cpu);
		if (!c->pump)
			continue;
		kthread_stop(c->pump);
		put_task_struct(c->pump);
		c->pump = NULL;
	}
	/* One that was stopped before it ever ran has not counted itself out. */
	atomic_set(&nr_pumps, 0);
	for_each_cpu(cpu, &order.cpus)
		settle(per_cpu_ptr(&load_cpus, cpu));
}

static unsigned int next_cpu(unsigned int cpu)
{
	cpu = cpumask_next(cpu, &order.cpus);
	return cpu < nr_cpu_ids ? cpu : cpumask_first(&order.cpus);
}

static void prepare(struct load_cpu *c, unsigned int cpu)
{
	memset(c, 0, sizeof(*c));
	c->cpu = cpu;
	c->peer = next_cpu(cpu);
	INIT_CSD(&c->csd, raise_hard, c);
	c->hard = IRQ_WORK_INIT_HARD(push_hard);
	tasklet_setup(&c->soft, push_soft);
}

/**
 * load_run_start() - push numbered records
 * @new: what is to be done; replaces an order that is still at work
 *
 * Context: process; may sleep.
 * Return: 0; -EINVAL: no CPU, or one that is offline, or no context;
 * -EOPNOTSUPP: this kernel lets nobody send NMIs; -ENOMEM.
 */
int load_run_start(const struct load_order *new)
{
	struct load_cpu *c;
	unsigned int cpu;

	lockdep_assert_held(&load_mutex);
	if (cpumask_empty(&new->cpus) || !cpumask_subset(&new->cpus, cpu_online_mask) ||
	    !new->contexts)
		return -EINVAL;
	if (!LOAD_HAS_NMI && (new->contexts & CLBENCH_IN_NMI))
		return -EOPNOTSUPP;
	load_run_stop();
	order = *new;
	run_id++;
	/* What is pushed later, without an order, may fall on any. */
	for_each_possible_cpu(cpu)
		prepare(per_cpu_ptr(&load_cpus, cpu), cpu);
	started_ns = ktime_get_raw_fast_ns();
	for_each_cpu(cpu, &order.cpus) {
		c = per_cpu_ptr(&load_cpus, cpu);
		c->pump = kthread_create_on_node(pump, c, cpu_to_node(cpu), "load_pump/%u", cpu);
		if (IS_ERR(c->pump)) {
			c->pump = NULL;
			load_run_stop();
			return -ENOMEM;
		}
		get_task_struct(c->pump);
		kthread_bind(c->pump, cpu);
		atomic_inc(&nr_pumps);
		wake_up_process(c->pump);
	}
	return 0;
}

/* Pushes a record, and with the last of a burst has as many pushed in interrupts.
 * The number must be of the CPU that the record is of.
 */
static void push_here(bool interrupts)
{
	struct load_cpu *c;
	u64 number;

	preempt_disable();
	c = this_cpu_ptr(&load_cpus);
	number = c->lanes[CLBENCH_CONTEXT_TASK].pushed + 1;
	load_push_seq(run_id, CLBENCH_CONTEXT_TASK, number);
	WRITE_ONCE(c->lanes[CLBENCH_CONTEXT_TASK].pushed, number);
	if (interrupts && !(number % BURST)) {
		WRITE_ONCE(c->lanes[CLBENCH_CONTEXT_HARDIRQ].due, number);
		WRITE_ONCE(c->lanes[CLBENCH_CONTEXT_SOFTIRQ].due, number);
		irq_work_queue(&c->hard);
	}
	preempt_enable();
}

/**
 * load_run_push() - push numbered records from the calling task itself
 * @new: how many, and in which contexts; they continue the numbers of the CPUs
 *	where they fall, which may go offline meanwhile
 *
 * Context: process; may sleep.
 * Return: 0; -EBUSY: an order is at work; -EINVAL: in interrupts, too, but none
 * ever was; -EINTR.
 */
int load_run_push(const struct load_order *new)
{
	bool interrupts = new->contexts & ~CLBENCH_IN_TASK;
	unsigned int cpu;
	u64 i;

	lockdep_assert_held(&load_mutex);
	if (load_run_busy())
		return -EBUSY;
	if (interrupts && !run_id)
		return -EINVAL;
	order.contexts = new->contexts;
	for (i = 0; i < new->records && !signal_pending(current); i++) {
		push_here(interrupts);
		cond_resched();
	}
	for_each_possible_cpu(cpu) {
		if (interrupts)
			settle(per_cpu_ptr(&load_cpus, cpu));
	}
	return i < new->records ? -EINTR : 0;
}

u32 load_run_id(void)
{
	return run_id;
}

bool load_run_busy(void)
{
	return atomic_read(&nr_pumps);
}

u64 load_run_pushed(unsigned int cpu, unsigned int context)
{
	return READ_ONCE(per_cpu_ptr(&load_cpus, cpu)->lanes[context].pushed);
}
