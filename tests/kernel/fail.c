// SPDX-License-Identifier: GPL-2.0
/*
 * clbench_fail: has allocations fail, on kernels without fault injection, too.
 *
 * /sys/kernel/debug/clbench_fail/control takes one command per write:
 *
 *	request PID N		of those that generic netlink makes for requests of
 *				the process PID, or a module that it loads at its
 *				start, the Nth fails
 *	threads K		of those of threads named clb/... and clbr/...,
 *				one of K fails, not always the same one of an
 *				effort that is made again and again
 *	off
 *
 * Reading it tells
 *
 *	points NAME...		functions that can fail here
 *	seen N			allocations since the last command
 *	failed N
 *	trace CALLER, ...	of the one that failed for a request, if one has
 */

#include <linux/debugfs.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/stacktrace.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define NO_GFP	(-1)

/**
 * struct fail_point - a function that can be left before it has begun
 * @probe: at its first instruction
 * @result: what it returns then
 * @gfp: index of the argument that tells how hard to try, or NO_GFP
 * @instead_of: the point is not needed where this one is there
 * @armed: the probe is registered
 */
struct fail_point {
	struct kprobe probe;
	long result;
	int gfp;
	struct fail_point *instead_of;
	bool armed;
};

static int on_point(struct kprobe *probe, struct pt_regs *regs);
static void after_point(struct kprobe *probe, struct pt_regs *regs, unsigned long flags);

/* With a post_handler the probe is not optimized away, and may change the ip. */
#define POINT(_symbol, _result, _gfp, _instead_of) {			\
	.probe = {							\
		.symbol_name = _symbol,					\
		.pre_handler = on_point,				\
		.post_handler = after_point,				\
	},								\
	.result = _result,						\
	.gfp = _gfp,							\
	.instead_of = _instead_of,					\
}

/* The names of several kernels: what is not there is left out. */
static struct fail_point points[] = {
	POINT("should_failslab", -ENOMEM, 1, NULL),
	POINT("__kmalloc", 0, 1, &points[0]),
	POINT("__kmalloc_noprof", 0, 1, &points[0]),
	POINT("__kmalloc_node_noprof", 0, 2, &points[0]),
	POINT("__kmalloc_cache_noprof", 0, 1, &points[0]),
	POINT("__kmalloc_cache_node_noprof", 0, 1, &points[0]),
	POINT("__kvmalloc_node_noprof", 0, 2, &points[0]),
	POINT("kmem_cache_alloc_node_noprof", 0, 1, &points[0]),
	POINT("__alloc_pages", 0, 0, NULL),
	POINT("__alloc_pages_noprof", 0, 0, NULL),
	POINT("__alloc_percpu", 0, NO_GFP, NULL),
	POINT("pcpu_alloc_noprof", 0, 3, NULL),
	POINT("kthread_create_on_node", -ENOMEM, NO_GFP, NULL),
};

/* What is to fail. Written while @mode is FAIL_OFF. */
enum fail_mode {
	FAIL_OFF,
	FAIL_REQUEST,
	FAIL_THREADS,
};

static enum fail_mode mode;
static pid_t process;
static u64 number;

static atomic64_t seen;
static atomic64_t failed;

/* Whose request generic netlink is at; one at a time is enough. */
static struct task_struct *inside;

/* Who called for what failed, innermost first; by name, for a module whose start
 * fails is soon gone. Written by @inside, once; read when its request is over.
 */
static char trace[4096];

static DEFINE_MUTEX(control_mutex);
static struct dentry *folder;

/* ----------------------------------------------------------------- the probes */

/* Returns to the caller of the function that it stands in for. The result is in
 * its register, which this leaves alone.
 */
static notrace noinline void just_return(void)
{
	barrier();
}

static bool is_ours(void)
{
	switch (READ_ONCE(mode)) {
	case FAIL_REQUEST:
		return READ_ONCE(inside) == current;
	case FAIL_THREADS:
		return !strncmp(current->comm, "clb/", 4) || !strncmp(current->comm, "clbr/", 5);
	default:
		return false;
	}
}

static void note_trace(void)
{
	unsigned long callers[32];
	unsigned int i, nr = stack_trace_save(callers, ARRAY_SIZE(callers), 0);
	size_t used = 0;

	for (i = 0; i < nr; i++)
		used += scnprintf(trace + used, sizeof(trace) - used, "%s%pS", i ? ", " : "",
				  (void *)callers[i]);
}

/* What each thread of the kernel begins with, and warns about if it cannot have it. */
static bool thread_begins(void)
{
	unsigned long callers[16];
	char name[KSYM_SYMBOL_LEN];
	unsigned int i, nr = stack_trace_save(callers, ARRAY_SIZE(callers), 0);

	for (i = 0; i < nr; i++) {
		sprint_symbol_no_offset(name, callers[i]);
		if (!strcmp(name, "kthread_affine_node"))
			return true;
	}
	return false;
}

static int on_point(struct kprobe *probe, struct pt_regs *regs)
{
	struct fail_point *point = container_of(probe, struct fail_point, probe);
	u64 now;

	if (!in_task() || !is_ours())
		return 0;
	if (point->gfp != NO_GFP &&
	    (regs_get_kernel_argument(regs, point->gfp) & __GFP_NOFAIL))
		return 0;
	now = atomic64_inc_return(&seen);
	if (mode == FAIL_REQUEST ? now != number : hash_64(now, 32) % number)
		return 0;
	if (mode == FAIL_THREADS && thread_begins())
		return 0;
	if (mode == FAIL_REQUEST)
		note_trace();
	atomic64_inc(&failed);
	regs_set_return_value(regs, point->result);
	instruction_pointer_set(regs, (unsigned long)just_return);
	return 1;
}

static void after_point(struct kprobe *probe, struct pt_regs *regs, unsigned long flags)
{
}

static int on_enter(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if (READ_ONCE(mode) == FAIL_REQUEST && current->tgid == process)
		WRITE_ONCE(inside, current);
	return 0;
}

static int on_leave(struct kretprobe_instance *instance, struct pt_regs *regs)
{
	if (READ_ONCE(inside) == current)
		WRITE_ONCE(inside, NULL);
	return 0;
}

static struct kretprobe requests = {
	.kp.symbol_name = "genl_rcv",
	.entry_handler = on_enter,
	.handler = on_leave,
};

static struct kretprobe starts = {
	.kp.symbol_name = "do_one_initcall",
	.entry_handler = on_enter,
	.handler = on_leave,
};

/* ---------------------------------------------------------------- the control */

static int obey(char *line)
{
	enum fail_mode new = FAIL_OFF;
	unsigned long long n = 1;
	pid_t pid = 0;

	if (sscanf(line, "request %d %llu", &pid, &n) == 2)
		new = FAIL_REQUEST;
	else if (sscanf(line, "threads %llu", &n) == 1)
		new = FAIL_THREADS;
	else if (strcmp(line, "off"))
		return -EINVAL;
	if (!n)
		return -EINVAL;
	WRITE_ONCE(mode, FAIL_OFF);
	/* No probe is inside. */
	synchronize_rcu();
	if (new == FAIL_OFF)
		return 0;
	process = pid;
	number = n;
	atomic64_set(&seen, 0);
	atomic64_set(&failed, 0);
	trace[0] = 0;
	/* Pairs with nothing: who commands makes the requests, or waits. */
	WRITE_ONCE(mode, new);
	return 0;
}

static ssize_t control_write(struct file *file, const char __user *from, size_t size,
			     loff_t *offset)
{
	char line[64];
	int err;

	if (size >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, size))
		return -EFAULT;
	line[size] = 0;
	mutex_lock(&control_mutex);
	err = obey(strim(line));
	mutex_unlock(&control_mutex);
	return err ? err : size;
}

static int control_show(struct seq_file *seq, void *unused)
{
	unsigned int i;

	seq_puts(seq, "points");
	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if (points[i].armed)
			seq_printf(seq, " %s", points[i].probe.symbol_name);
	}
	seq_printf(seq, "\nseen %lld\nfailed %lld\n", (s64)atomic64_read(&seen),
		   (s64)atomic64_read(&failed));
	if (trace[0])
		seq_printf(seq, "trace %s\n", trace);
	return 0;
}

static int control_open(struct inode *inode, struct file *file)
{
	return single_open(file, control_show, NULL);
}

static const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.open = control_open,
	.read = seq_read,
	.write = control_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/* ------------------------------------------------------------- init and exit */

static void disarm(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(points); i++) {
		if (points[i].armed)
			unregister_kprobe(&points[i].probe);
		points[i].armed = false;
	}
}

static int __init fail_init(void)
{
	struct fail_point *point;
	int err;

	for (point = points; point < points + ARRAY_SIZE(points); point++) {
		if (!point->instead_of || !point->instead_of->armed)
			point->armed = !register_kprobe(&point->probe);
	}
	err = register_kretprobe(&requests);
	if (err)
		goto err_points;
	err = register_kretprobe(&starts);
	if (err)
		goto err_requests;
	folder = debugfs_create_dir("clbench_fail", NULL);
	debugfs_create_file("control", 0600, folder, NULL, &control_fops);
	return 0;

err_requests:
	unregister_kretprobe(&requests);
err_points:
	disarm();
	return err;
}

static void __exit fail_exit(void)
{
	debugfs_remove(folder);
	unregister_kretprobe(&starts);
	unregister_kretprobe(&requests);
	disarm();
}

module_init(fail_init);
module_exit(fail_exit);
MODULE_DESCRIPTION("Failing allocations, to test clbench");
MODULE_LICENSE("GPL");
