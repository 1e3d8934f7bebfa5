/* SPDX-License-Identifier: GPL-2.0 */
/* Architectures without kprobes cannot tell a function's arguments, either. */
#ifndef CLB_COMPAT_PTRACE_H
#define CLB_COMPAT_PTRACE_H

#include <linux/build_bug.h>
#include <linux/ptrace.h>

#ifndef CONFIG_HAVE_FUNCTION_ARG_ACCESS_API
static inline unsigned long regs_get_kernel_argument(struct pt_regs *regs, unsigned int n)
{
	BUILD_BUG_ON(IS_ENABLED(CONFIG_KPROBES));
	return 0;
}
#endif

#endif /* CLB_COMPAT_PTRACE_H */
