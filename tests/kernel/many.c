// SPDX-License-Identifier: GPL-2.0
/*
 * clbench_many: as many events as one likes, all alike, and CPUs that take turns.
 *
 * The events are many_1 to many_NR, of the parameter nr. /sys/kernel/debug/clbench_many/control
 * takes one command per write, and reading it tells the ns that the last one took:
 *
 *	push EVENT RECORDS	on the writer's CPU; of event 0 nothing is recorded
 *	turns CPUS RECORDS	each record on the next of the first CPUS CPUs that are online,
 *				in an interrupt there, of event 1
 *
 * With qemu -icount shift=0 a nanosecond is an instruction.
 */

#include <linux/cpumask.h>
#include <linux/debugfs.h>
#include <linux/delay.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include <clbench/event.h>

#define NAME_BYTES	16
#define BURST		256u	/* between two looks whether somebody else wants the CPU */

static unsigned int nr = 1;
module_param(nr, uint, 0444);
MODULE_PARM_DESC(nr, "events to register (1 to 10000)");

static unsigned long register_ns;
module_param(register_ns, ulong, 0444);
MODULE_PARM_DESC(register_ns, "that it took to register them");

static unsigned int fail_after_ms;
module_param(fail_after_ms, uint, 0444);
MODULE_PARM_DESC(fail_after_ms, "time that init takes, makes mistakes, and fails (0: none of it)");

struct many_record {
	u64 number;
	u64 words[2];
	u32 cpu;
} __packed;
static_assert(sizeof(struct many_record) == 28);

static const struct clbench_field fields[] = {
	{ "number", CLBENCH_FIELD_TYPE_U64 },
	{ "word0", CLBENCH_FIELD_TYPE_U64 },
	{ "word1", CLBENCH_FIELD_TYPE_U64 },
	{ "cpu", CLBENCH_FIELD_TYPE_U32 },
};

static struct clbench_event *events;
static struct clbench_event **registered;
static char (*names)[NAME_BYTES];

static DEFINE_MUTEX(control_mutex);
static struct dentry *folder;
static u64 took_ns;
static u64 number;

/* ------------------------------------------------------------------ pushing */

static noinline void push(struct clbench_event *event)
{
	const struct many_record r = {
		.number = ++number,
		.cpu = raw_smp_processor_id(),
	};

	clbench_push(event, &r, sizeof(r));
}

/* What a push costs without clbench. */
static noinline void push_nothing(struct clbench_event *event)
{
	const struct many_record r = {
		.number = ++number,
		.cpu = raw_smp_processor_id(),
	};
	const void *data = &r;

	barrier_data(data);
}

static u64 burst(unsigned int event, u64 count)
{
	u64 start = ktime_get_raw_fast_ns();

	while (count--) {
		if (event)
			push(&events[event - 1]);
		else
			push_nothing(NULL);
	}
	return ktime_get_raw_fast_ns() - start;
}

static int push_many(unsigned int event, u64 count)
{
	u64 part;

	if (event > nr)
		return -EINVAL;
	while (count && !fatal_signal_pending(current)) {
		part = min_t(u64, count, BURST);
		took_ns += burst(event, part);
		count -= part;
		cond_resched();
	}
	return 0;
}

static void push_here(void *unused)
{
	push(&events[0]);
}

static int take_turns(unsigned int cpus, u64 count)
{
	unsigned int cpu = nr_cpu_ids, left = 0;

	if (!cpus || cpus > num_online_cpus())
		return -EINVAL;
	while (count-- && !fatal_signal_pending(current)) {
		if (!left--) {
			cpu = -1;
			left = cpus - 1;
		}
		cpu = cpumask_next(cpu, cpu_online_mask);
		/* On this CPU it is no interrupt: the list is another one, no less busy. */
		if (smp_call_function_single(cpu, push_here, NULL, 1))
			return -ENXIO;
		cond_resched();
	}
	return 0;
}

/* -------------------------------------------------------------- the control */

static int obey(const char *line)
{
	unsigned long long count;
	unsigned int first;

	took_ns = 0;
	if (sscanf(line, "push %u %llu", &first, &count) == 2)
		return push_many(first, count);
	if (sscanf(line, "turns %u %llu", &first, &count) == 2)
		return take_turns(first, count);
	return -EINVAL;
}

static ssize_t control_write(struct file *file, const char __user *from, size_t size,
			     loff_t *offset)
{
	char line[64] = "";
	int err;

	if (size >= sizeof(line))
		return -EINVAL;
	if (copy_from_user(line, from, size))
		return -EFAULT;
	mutex_lock(&control_mutex);
	err = obey(line);
	mutex_unlock(&control_mutex);
	return err ? err : size;
}

static ssize_t control_read(struct file *file, char __user *to, size_t size, loff_t *offset)
{
	char text[24];
	int len = snprintf(text, sizeof(text), "%llu\n", took_ns);

	return simple_read_from_buffer(to, size, offset, text, len);
}

static const struct file_operations control_fops = {
	.owner = THIS_MODULE,
	.read = control_read,
	.write = control_write,
};

/* ------------------------------------------------------------ init and exit */

static int register_all(void)
{
	u64 start = ktime_get_raw_fast_ns();
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++) {
		snprintf(names[i], NAME_BYTES, "many_%u", i + 1);
		events[i] = (struct clbench_event) {
			.name = names[i],
			.group = "many",
			.description = "one of many events that are all alike",
			.fields = fields,
			.nr_fields = ARRAY_SIZE(fields),
			.contexts = CLBENCH_IN_TASK | CLBENCH_IN_HARDIRQ,
			.owner = THIS_MODULE,
		};
		err = clbench_event_register(&events[i]);
		if (err)
			goto err_unregister;
		registered[i] = &events[i];
	}
	register_ns = ktime_get_raw_fast_ns() - start;
	return 0;

err_unregister:
	clbench_events_unregister(registered, i);
	return err;
}

/* An event that exists is refused; one that was refused is not unregistered, and
 * no other in its place.
 */
static void make_mistakes(void)
{
	static struct clbench_event twin;

	twin = events[0];
	twin.id = 0;
	WARN_ON(clbench_event_register(&events[0]) != -EEXIST);
	WARN_ON(clbench_event_register(&twin) != -EEXIST);
	clbench_event_unregister(&twin);
}

static void free_all(void)
{
	kvfree(events);
	kvfree(registered);
	kvfree(names);
}

static int __init many_init(void)
{
	int err = -ENOMEM;

	if (!nr || nr > 10000)
		return -EINVAL;
	events = kvcalloc(nr, sizeof(*events), GFP_KERNEL);
	registered = kvcalloc(nr, sizeof(*registered), GFP_KERNEL);
	names = kvcalloc(nr, sizeof(*names), GFP_KERNEL);
	if (events && registered && names)
		err = register_all();
	if (!err && fail_after_ms) {
		msleep(fail_after_ms);
		make_mistakes();
		clbench_events_unregister(registered, nr);
		err = -ENODEV;
	}
	if (err) {
		free_all();
		return err;
	}
	folder = debugfs_create_dir("clbench_many", NULL);
	debugfs_create_file("control", 0600, folder, NULL, &control_fops);
	return 0;
}

static void __exit many_exit(void)
{
	debugfs_remove(folder);
	clbench_events_unregister(registered, nr);
	free_all();
}

module_init(many_init);
module_exit(many_exit);
MODULE_DESCRIPTION("Load of clbench's measurements of scale");
MODULE_LICENSE("GPL");
