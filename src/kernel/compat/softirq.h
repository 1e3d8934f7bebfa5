/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels differ in where preempt_count() says that a softirq is served. */
#ifndef CLB_COMPAT_SOFTIRQ_H
#define CLB_COMPAT_SOFTIRQ_H

#include <linux/preempt.h>
#include <linux/sched.h>

/**
 * clb_task_serves_softirq() - does this task run a softirq, and preempt_count() not say so?
 *
 * With PREEMPT_RT softirqs run in tasks, which count them by themselves. Elsewhere
 * this is no code.
 *
 * Context: any, but interrupts, which interrupt such a task.
 * Return: whether it does.
 */
static __always_inline bool clb_task_serves_softirq(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) && in_serving_softirq();
}

#endif /* CLB_COMPAT_SOFTIRQ_H */
