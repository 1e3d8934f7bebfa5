// SPDX-License-Identifier: GPL-2.0
/* An event of one's own for clbench: ten times a second, a timer goes off. */

#include <linux/module.h>
#include <linux/timer.h>

#include <clbench/event.h>

struct tick {
	u64 number;
	u32 late;
} __packed;

static const struct clbench_field fields[] = {
	{ "number", CLBENCH_FIELD_TYPE_U64 },
	{ "late", CLBENCH_FIELD_TYPE_U32, 0, "jiffies" },
};

static struct clbench_event event = {
	.name = "example_tick",
	.group = "example",
	.description = "a timer went off",
	.fields = fields,
	.nr_fields = ARRAY_SIZE(fields),
	.contexts = CLBENCH_IN_SOFTIRQ,
	.owner = THIS_MODULE,
};

static void on_tick(struct timer_list *timer)
{
	static u64 number;
	const struct tick tick = { ++number, jiffies - timer->expires };

	clbench_push(&event, &tick, sizeof(tick));
	mod_timer(timer, jiffies + HZ / 10);
}

static DEFINE_TIMER(timer, on_tick);

static int __init example_init(void)
{
	int err = clbench_event_register(&event);

	if (!err)
		mod_timer(&timer, jiffies + HZ / 10);
	return err;
}

static void __exit example_exit(void)
{
	timer_shutdown_sync(&timer);
	clbench_event_unregister(&event);
}

module_init(example_init);
module_exit(example_exit);
MODULE_DESCRIPTION("Example of an event for clbench");
MODULE_LICENSE("GPL");
