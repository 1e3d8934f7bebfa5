/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels differ in where preempt_count() says that a softirq is served. */
#ifndef CLB_COMPAT_SOFTIRQ_H
#define CLB_COMPAT_SOFTIRQ_H

#include <linux/preempt.h>
#include <linux/sched.h>

/*
 * Tells whether this task runs a softirq, and preempt_count() does not say so: with
 * PREEMPT_RT softirqs run in tasks, which count them by themselves. Elsewhere this is
 * no code. Not for interrupts, which may interrupt such a task.
 */
static __always_inline bool clb_task_serves_softirq(void)
{
	return IS_ENABLED(CONFIG_PREEMPT_RT) && in_serving_softirq();
}

#endif /* CLB_COMPAT_SOFTIRQ_H */
