// SPDX-License-Identifier: GPL-2.0
/* clbench_load: NMIs that one CPU sends to another, as the kernel's own do. */

#include <linux/atomic.h>
#include <linux/delay.h>
#include <linux/percpu.h>

#include <asm/apic.h>
#include <asm/nmi.h>

#include "load.h"

/* An NMI is on its way to the CPU. */
static DEFINE_PER_CPU(atomic_t, expected);

static int handle(unsigned int type, struct pt_regs *regs)
{
	if (!atomic_xchg(this_cpu_ptr(&expected), 0))
		return NMI_DONE;
	load_run_nmi();
	return NMI_HANDLED;
}

/* One at a time: two that come together would be one. */
void load_nmi_send(unsigned int cpu)
{
	if (!atomic_xchg(per_cpu_ptr(&expected, cpu), 1))
		apic->send_IPI(cpu, NMI_VECTOR);
}

/* One that would come after this would be an unknown one. */
void load_nmi_wait(unsigned int cpu)
{
	unsigned int ms;

	for (ms = 0; atomic_read(per_cpu_ptr(&expected, cpu)) && ms < 1000; ms++)
		usleep_range(1000, 2000);
}

int load_nmi_init(void)
{
	return register_nmi_handler(NMI_LOCAL, handle, 0, "clbench_load");
}

void load_nmi_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "clbench_load");
}
