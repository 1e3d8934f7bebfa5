// SPDX-License-Identifier: GPL-2.0
/*
 * The load of the benchmark: calls the probes of one tracepoint, as the kernel
 * would, as often as it is told, for whichever tracer has registered there.
 *
 * The tracepoint is mm_filemap_add_to_page_cache, called for a folio of a real
 * file: ftrace, perf, LTTng and clbench all record device, inode, offset and
 * size of it. So they are compared on the same event, in the same run.
 *
 *	echo COUNT > /sys/kernel/debug/clbench_bench	on the writer's CPU
 *	cat /sys/kernel/debug/clbench_bench		ns that the calls took
 */

#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>

/* Calls between two looks whether somebody else wants the CPU. */
#define BURST	256u

static char *file;
module_param(file, charp, 0444);
MODULE_PARM_DESC(file, "a file, not on an overlay, whose first page is the event's folio");

static struct tracepoint *tracepoint;
static struct folio *folio;
static struct dentry *control;
static DEFINE_PER_CPU(u64, took_ns);

static void find(struct tracepoint *tp, void *unused)
{
	if (!strcmp(tp->name, "mm_filemap_add_to_page_cache"))
		tracepoint = tp;
}

static noinline void nothing(void *data, struct folio *folio)
{
	barrier();
}

static const struct tracepoint_func no_tracer[] = { { .func = nothing }, {} };

/* What the tracepoint's own iterator does. Without a tracer a probe that does
 * nothing is called, which is the price of calling one.
 */
static noinline void fire(void)
{
	const struct tracepoint_func *f;

	preempt_disable_notrace();
	f = rcu_dereference_sched(tracepoint->funcs) ?: no_tracer;
	do {
		((void (*)(void *, struct folio *))f->func)(f->data, folio);
	} while ((++f)->func);
	preempt_enable_notrace();
}

static u64 burst(u64 count)
{
	u64 start = ktime_get_raw_fast_ns();

	while (count--)
		fire();
	return ktime_get_raw_fast_ns() - start;
}

static ssize_t bench_write(struct file *filp, const char __user *buf, size_t size, loff_t *pos)
{
	u64 count, part, took = 0;
	int err = kstrtou64_from_user(buf, size, 0, &count);

	if (err)
		return err;
	while (count && !fatal_signal_pending(current)) {
		part = min_t(u64, count, BURST);
		took += burst(part);
		count -= part;
		cond_resched();
	}
	this_cpu_write(took_ns, took);
	return size;
}

static ssize_t bench_read(struct file *filp, char __user *buf, size_t size, loff_t *pos)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%llu\n", this_cpu_read(took_ns));

	return simple_read_from_buffer(buf, size, pos, text, len);
}

static const struct file_operations bench_fops = {
	.owner = THIS_MODULE,
	.read = bench_read,
	.write = bench_write,
};

static int __init bench_init(void)
{
	struct file *filp;
	loff_t pos = 0;
	char byte;

	for_each_kernel_tracepoint(find, NULL);
	if (!tracepoint)
		return -ENOENT;
	if (!file)
		return -EINVAL;
	filp = filp_open(file, O_RDONLY, 0);
	if (IS_ERR(filp))
		return PTR_ERR(filp);
	if (kernel_read(filp, &byte, 1, &pos) == 1)
		folio = filemap_get_folio(filp->f_mapping, 0);
	filp_close(filp, NULL);
	if (IS_ERR_OR_NULL(folio))
		return -ENODATA;
	control = debugfs_create_file("clbench_bench", 0600, NULL, NULL, &bench_fops);
	return 0;
}

static void __exit bench_exit(void)
{
	debugfs_remove(control);
	folio_put(folio);
}

module_init(bench_init);
module_exit(bench_exit);

MODULE_DESCRIPTION("Load of the clbench benchmark");
MODULE_LICENSE("GPL");
