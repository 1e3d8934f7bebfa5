// SPDX-License-Identifier: GPL-2.0
/*
 * clbench_load: the control file.
 *
 * /sys/kernel/debug/clbench_load/control takes one command per write:
 *
 *	run cpus=LIST contexts=task,softirq,hardirq,nmi records=N [rate=R]
 *	push records=N [contexts=task,softirq,hardirq]
 *					in the writing task itself, wherever it is
 *	pingpong cpus=A,B turns=N
 *	types records=N [rate=R] [cpus=LIST]
 *	stop
 *
 * All but push return at once. Reading it tells
 *
 *	run idle|busy ID
 *	lane CPU CONTEXT PUSHED		for each of the last run
 *	pingpong idle|busy PUSHED
 *	types idle|busy PUSHED
 */

#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "load.h"

/* See load.h. Taken in process context only. */
DEFINE_MUTEX(load_mutex);

static struct dentry *folder;

/* ----------------------------------------------------------------- commands */

static int parse_contexts(char *list, unsigned int *contexts)
{
	char *word;
	int i;

	while ((word = strsep(&list, ","))) {
		for (i = 0; i < LOAD_NR_CONTEXT; i++) {
			if (!strcmp(word, load_contexts[i].name))
				break;
		}
		if (i == LOAD_NR_CONTEXT)
			return -EINVAL;
		*contexts |= BIT(i);
	}
	return 0;
}

static int parse_word(char *word, struct load_order *order)
{
	char *value = word;
	const char *key = strsep(&value, "=");

	if (!value)
		return -EINVAL;
	if (!strcmp(key, "cpus"))
		return cpulist_parse(value, &order->cpus);
	if (!strcmp(key, "contexts"))
		return parse_contexts(value, &order->contexts);
	if (!strcmp(key, "records") || !strcmp(key, "turns"))
		return kstrtou64(value, 10, &order->records);
	if (!strcmp(key, "rate"))
		return kstrtou64(value, 10, &order->rate);
	return -EINVAL;
}

static int stop_all(void)
{
	load_run_stop();
	load_turn_stop();
	load_types_stop();
	return 0;
}

static int obey(const char *command, const struct load_order *order)
{
	lockdep_assert_held(&load_mutex);
	if (!strcmp(command, "run"))
		return load_run_start(order);
	if (!strcmp(command, "push"))
		return load_run_push(order);
	if (!strcmp(command, "pingpong"))
		return load_turn_start(order);
	if (!strcmp(command, "types"))
		return load_types_start(order);
	if (!strcmp(command, "stop"))
		return stop_all();
	return -EINVAL;
}

static ssize_t control_write(struct file *file, const char __user *from, size_t size,
			     loff_t *offset)
{
	struct load_order *order = NULL;
	char *line, *rest, *command;
	int err = -ENOMEM;

	line = memdup_user_nul(from, min_t(size_t, size, PAGE_SIZE));
	if (IS_ERR(line))
		return PTR_ERR(line);
	order = kzalloc(sizeof(*order), GFP_KERNEL);
	if (!order)
		goto out;
	rest = strim(line);
	command = strsep(&rest, " ");
	for (err = 0; rest && !err; )
		err = parse_word(strsep(&rest, " "), order);
	if (!err) {
		mutex_lock(&load_mutex);
		err = obey(command, order);
		mutex_unlock(&load_mutex);
	}
out:
	kfree(order);
	kfree(line);
	return err ? err : size;
}

/* -------------------------------------------------------------------- state */

static const char *word(bool busy)
{
	return busy ? "busy" : "idle";
}

static int control_show(struct seq_file *seq, void *unused)
{
	unsigned int cpu, context;
	u64 pushed;

	/* First: what is idle has told its last number. */
	seq_printf(seq, "run %s %u\n", word(load_run_busy()), load_run_id());
	for_each_possible_cpu(cpu) {
		for (context = 0; context < LOAD_NR_CONTEXT; context++) {
			pushed = load_run_pushed(cpu, context);
			if (pushed)
				seq_printf(seq, "lane %u %s %llu\n", cpu,
					   load_contexts[context].name, pushed);
		}
	}
	seq_printf(seq, "pingpong %s %llu\n", word(load_turn_busy()), load_turn_pushed());
	seq_printf(seq, "types %s %llu\n", word(load_types_busy()), load_types_pushed());
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

/* ------------------------------------------------------------ init and exit */

static int __init load_init(void)
{
	int err;

	err = load_events_init();
	if (err)
		return err;
	err = load_nmi_init();
	if (err)
		goto err_events;
	folder = debugfs_create_dir("clbench_load", NULL);
	debugfs_create_file("control", 0600, folder, NULL, &control_fops);
	return 0;

err_events:
	load_events_exit();
	return err;
}

static void __exit load_exit(void)
{
	debugfs_remove(folder);
	mutex_lock(&load_mutex);
	stop_all();
	mutex_unlock(&load_mutex);
	load_nmi_exit();
	load_events_exit();
}

module_init(load_init);
module_exit(load_exit);
MODULE_DESCRIPTION("Test records for clbench");
MODULE_LICENSE("GPL");
