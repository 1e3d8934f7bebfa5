// SPDX-License-Identifier: GPL-2.0
/* clbench_load: two CPUs that take turns; records of every type at a rate. */

#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/sched/task.h>

#include "load.h"

/* Looks at the other's turn before its CPU may not be running at all: two CPUs
 * of a virtual machine may share one of the host's.
 */
#define SPINS	500

/**
 * struct load_job - threads that do one order
 * @threads: two of them, or one and NULL
 * @order: constant while they live
 * @pushed: records so far. Stored by the thread that has the turn.
 * @busy: threads at work. Atomic.
 */
struct load_job {
	struct task_struct *threads[2];
	struct load_order order;
	u64 pushed;
	atomic_t busy;
};

static struct load_job turns;
static struct load_job types;

/* --------------------------------------------------------------------- jobs */

static void job_stop(struct load_job *job)
{
	unsigned int i;

	lockdep_assert_held(&load_mutex);
	for (i = 0; i < ARRAY_SIZE(job->threads); i++) {
		if (!job->threads[i])
			continue;
		kthread_stop(job->threads[i]);
		put_task_struct(job->threads[i]);
		job->threads[i] = NULL;
	}
	/* One that was stopped before it ever ran has not counted itself out. */
	atomic_set(&job->busy, 0);
}

/* Threads are made first and woken together: a turn cannot begin alone. */
static int job_start(struct load_job *job, const struct load_order *order,
		     int (*work)(void *data), unsigned int nr, const char *name)
{
	unsigned int i, cpu = cpumask_first(&order->cpus);
	struct task_struct *t;

	job_stop(job);
	job->order = *order;
	job->pushed = 0;
	for (i = 0; i < nr; i++) {
		t = kthread_create(work, (void *)(unsigned long)i, "%s/%u", name, i);
		if (IS_ERR(t)) {
			job_stop(job);
			return PTR_ERR(t);
		}
		job->threads[i] = get_task_struct(t);
		if (cpu < nr_cpu_ids)
			kthread_bind(t, cpu);
		cpu = cpumask_next(cpu, &order->cpus);
	}
	atomic_set(&job->busy, nr);
	for (i = 0; i < nr; i++)
		wake_up_process(job->threads[i]);
	return 0;
}

/* -------------------------------------------------------------------- turns */

static int take_turns(void *data)
{
	unsigned long me = (unsigned long)data;
	unsigned int spins = 0;
	u64 turn;

	while (!kthread_should_stop()) {
		/* Pairs with the release below: the other's record is done. */
		turn = smp_load_acquire(&turns.pushed);
		if (turn == turns.order.records)
			break;
		if (turn % 2 != me) {
			cpu_relax();
			cond_resched();
			if (!(++spins % SPINS))
				usleep_range(200, 400);
			continue;
		}
		spins = 0;
		load_push_turn(turn + 1);
		/* Pairs with the acquire above. */
		smp_store_release(&turns.pushed, turn + 1);
	}
	atomic_dec(&turns.busy);
	return 0;
}

/**
 * load_turn_start() - two tasks hand a token back and forth, a record per turn
 * @order: two CPUs, number of turns
 *
 * Context: process; may sleep.
 * Return: 0; -EINVAL: not two CPUs; -ENOMEM.
 */
int load_turn_start(const struct load_order *order)
{
	if (cpumask_weight(&order->cpus) != 2 || !cpumask_subset(&order->cpus, cpu_online_mask))
		return -EINVAL;
	return job_start(&turns, order, take_turns, 2, "load_turn");
}

void load_turn_stop(void)
{
	job_stop(&turns);
}

bool load_turn_busy(void)
{
	return atomic_read(&turns.busy);
}

u64 load_turn_pushed(void)
{
	return READ_ONCE(turns.pushed);
}

/* -------------------------------------------------------------------- types */

static int push_types(void *data)
{
	const struct load_order *order = &types.order;
	u64 start = ktime_get_raw_fast_ns(), due = order->records;

	while (!kthread_should_stop() && types.pushed < order->records) {
		if (order->rate)
			due = min(order->records,
				  mul_u64_u64_div_u64(ktime_get_raw_fast_ns() - start,
						      order->rate, NSEC_PER_SEC));
		if (types.pushed == due) {
			usleep_range(200, 400);
			continue;
		}
		load_push_types(types.pushed + 1);
		WRITE_ONCE(types.pushed, types.pushed + 1);
		cond_resched();
	}
	atomic_dec(&types.busy);
	return 0;
}

/**
 * load_types_start() - push records with a field of every type
 * @order: number and rate; the first CPU, if there is one
 *
 * Context: process; may sleep.
 * Return: 0; -EINVAL: the CPU is offline; -ENOMEM.
 */
int load_types_start(const struct load_order *order)
{
	if (!cpumask_subset(&order->cpus, cpu_online_mask))
		return -EINVAL;
	return job_start(&types, order, push_types, 1, "load_types");
}

void load_types_stop(void)
{
	job_stop(&types);
}

bool load_types_busy(void)
{
	return atomic_read(&types.busy);
}

u64 load_types_pushed(void)
{
	return READ_ONCE(types.pushed);
}
