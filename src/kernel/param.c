// SPDX-License-Identifier: GPL-2.0
/* Module parameters: defaults and limits of sessions. */

#include <linux/clbench.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sizes.h>

#include "param.h"
#include "session.h"

static unsigned int nr_node = 4;
module_param(nr_node, uint, 0644);
MODULE_PARM_DESC(nr_node, "nodes that a list of task context starts with (2..65536, default 4)");

static unsigned int node_nr_composed = 512;
module_param(node_nr_composed, uint, 0644);
MODULE_PARM_DESC(node_nr_composed,
		 "records of the largest enabled event per node (16..65536, default 512)");

static unsigned int flush_period_ms = 100;
module_param(flush_period_ms, uint, 0644);
MODULE_PARM_DESC(flush_period_ms, "latest time between two flushes in ms (1..60000, default 100)");

static unsigned long mem_max;
module_param(mem_max, ulong, 0644);
MODULE_PARM_DESC(mem_max,
		 "bytes for a session's lists and batches (default 0: RAM/32, 16 MiB to 1 GiB)");

static unsigned int window;
module_param(window, uint, 0644);
MODULE_PARM_DESC(window,
		 "batches under way (1..1024, default 0: what fits the reader's receive buffer)");

static unsigned int linger_ms = 30000;
module_param(linger_ms, uint, 0644);
MODULE_PARM_DESC(linger_ms,
		 "time that a session outlives its reader in ms (default 30000; 0: none)");

static unsigned int linger_max_ms = 3600000;
module_param(linger_max_ms, uint, 0644);
MODULE_PARM_DESC(linger_max_ms, "longest such time that is granted (ms, default 3600000)");

static unsigned long mem_total;
module_param(mem_total, ulong, 0644);
MODULE_PARM_DESC(mem_total, "bytes for all sessions together (default 0: RAM/8)");

static unsigned int sessions_max = CLBENCH_BATCH_GROUPS;
module_param(sessions_max, uint, 0644);
MODULE_PARM_DESC(sessions_max, "most sessions at a time (up to 32, default 32)");

static unsigned int gp_limit_ms = 250;
module_param(gp_limit_ms, uint, 0644);
MODULE_PARM_DESC(gp_limit_ms,
		 "an RCU grace period that takes longer is replaced by an IPI (ms, default 250)");

/**
 * clb_param_defaults() - a configuration as the parameters have it
 * @config: filled in, the name left empty
 *
 * Context: any.
 */
void clb_param_defaults(struct clb_config *config)
{
	u64 ram = (u64)totalram_pages() << PAGE_SHIFT;
	/* As in a request: half of what a long can count. */
	u64 mem = min_t(u64, READ_ONCE(mem_max), LONG_MAX / 2);

	*config = (struct clb_config) {
		.nr_node = clamp(READ_ONCE(nr_node), 2u, 65536u),
		.node_nr_composed = clamp(READ_ONCE(node_nr_composed), 16u, 65536u),
		.mem_max = mem ?: min_t(u64, clamp_t(u64, ram / 32, SZ_16M, SZ_1G),
					clb_param_mem_total()),
		.flush_period_ms = clamp(READ_ONCE(flush_period_ms), 1u, 60000u),
		.window = min(READ_ONCE(window), 1024u),
		.linger_ms = min(READ_ONCE(linger_ms), clb_param_linger_max_ms()),
	};
}

/**
 * clb_param_linger_max_ms() - how long a session may outlive its reader
 *
 * Context: any.
 * Return: milliseconds; their jiffies can be added up.
 */
unsigned int clb_param_linger_max_ms(void)
{
	return min(READ_ONCE(linger_max_ms), 7u * 24 * 3600 * 1000);
}

/**
 * clb_param_mem_total() - what all sessions together may hold
 *
 * Context: any.
 * Return: bytes, no more than a long can count.
 */
u64 clb_param_mem_total(void)
{
	u64 mem = READ_ONCE(mem_total);

	return min_t(u64, mem ?: ((u64)totalram_pages() << PAGE_SHIFT) / 8, LONG_MAX);
}

/**
 * clb_param_sessions_max() - how many sessions there may be
 *
 * Context: any.
 * Return: the number, which is never above the number of groups.
 */
unsigned int clb_param_sessions_max(void)
{
	return min_t(unsigned int, READ_ONCE(sessions_max), CLBENCH_BATCH_GROUPS);
}

/**
 * clb_param_gp_limit_ms() - how long the flush waits for a grace period
 *
 * Context: any.
 * Return: milliseconds.
 */
unsigned int clb_param_gp_limit_ms(void)
{
	return READ_ONCE(gp_limit_ms);
}
