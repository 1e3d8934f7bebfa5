/* SPDX-License-Identifier: GPL-2.0 */
/* Architectures differ in what a kprobe's trap does to the context. */
#ifndef CLB_COMPAT_KPROBE_H
#define CLB_COMPAT_KPROBE_H

#include <linux/kprobes.h>

/**
 * clb_kprobe_keeps_context() - do records from a kprobe tell the probed code's context?
 * @kp: registered
 *
 * At an ftrace site nothing traps. Elsewhere x86's int3 counts as an NMI in
 * preempt_count(); arm64's brk does not: RCU watches, interrupts and preemption
 * are off, and the context stays that of the function.
 *
 * Context: any.
 * Return: whether they do.
 */
static inline bool clb_kprobe_keeps_context(struct kprobe *kp)
{
	return IS_ENABLED(CONFIG_ARM64) || kprobe_ftrace(kp);
}

#endif /* CLB_COMPAT_KPROBE_H */
