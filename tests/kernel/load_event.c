// SPDX-License-Identifier: GPL-2.0
/* clbench_load: its events. */

#include <linux/build_bug.h>
#include <linux/kdev_t.h>
#include <linux/smp.h>
#include <linux/string.h>

#include "load.h"

const struct clbench_label load_contexts[LOAD_NR_CONTEXT] = {
	{ CLBENCH_CONTEXT_TASK, "task" },
	{ CLBENCH_CONTEXT_SOFTIRQ, "softirq" },
	{ CLBENCH_CONTEXT_HARDIRQ, "hardirq" },
	{ CLBENCH_CONTEXT_NMI, "nmi" },
};

/* ------------------------------------------------------- numbered records */

/* @check follows from all others: a torn or mixed-up record does not pass. */
struct load_seq {
	u64 number;
	u64 check;
	u32 run;
	u16 cpu;
	u8 context;
} __packed;
static_assert(sizeof(struct load_seq) == 23);

static const struct clbench_field seq_fields[] = {
	{ "number", CLBENCH_FIELD_TYPE_U64 },
	{ "check", CLBENCH_FIELD_TYPE_U64 },
	{ "run", CLBENCH_FIELD_TYPE_U32 },
	{ "cpu", CLBENCH_FIELD_TYPE_U16 },
	{ "context", CLBENCH_FIELD_TYPE_U8, 0, NULL, load_contexts, ARRAY_SIZE(load_contexts) },
};

static struct clbench_event seq_event = {
	.name = "clbench_load_seq",
	.description = "test records, numbered by CPU and context",
	.fields = seq_fields,
	.nr_fields = ARRAY_SIZE(seq_fields),
	.contexts = CLBENCH_IN_TASK | CLBENCH_IN_SOFTIRQ | CLBENCH_IN_HARDIRQ | CLBENCH_IN_NMI,
	.owner = THIS_MODULE,
};

/* Context: @context, and no other CPU than this one. */
void load_push_seq(u32 run, unsigned int context, u64 number)
{
	struct load_seq seq = {
		.number = number,
		.run = run,
		.cpu = raw_smp_processor_id(),
		.context = context,
	};

	/* Knuth's and another odd number: every bit of all fields counts. */
	seq.check = (number ^ (u64)run << 32 ^ (u64)seq.cpu << 16 ^ (u64)context << 8) *
		    0x9e3779b97f4a7c15ull;
	clbench_push(&seq_event, &seq, sizeof(seq));
}

/* ---------------------------------------------------------------- two turns */

struct load_turn {
	u64 turn;
	u32 cpu;
} __packed;

static const struct clbench_field turn_fields[] = {
	{ "turn", CLBENCH_FIELD_TYPE_U64 },
	{ "cpu", CLBENCH_FIELD_TYPE_U32 },
};

static struct clbench_event turn_event = {
	.name = "clbench_load_turn",
	.description = "test records of two tasks that take turns",
	.fields = turn_fields,
	.nr_fields = ARRAY_SIZE(turn_fields),
	.contexts = CLBENCH_IN_TASK,
	.owner = THIS_MODULE,
};

void load_push_turn(u64 number)
{
	const struct load_turn turn = { number, raw_smp_processor_id() };

	clbench_push(&turn_event, &turn, sizeof(turn));
}

/* --------------------------------------------------------------- every type */

struct load_types {
	u8 a_u8;
	u16 a_u16;
	u32 a_u32;
	u64 a_u64;
	s8 a_s8;
	s16 a_s16;
	s32 a_s32;
	s64 a_s64;
	u8 color;
	u16 level;
	u32 mode;
	u32 dev;
	char text[12];
	char string[64];
} __packed;

#define TYPES_FIXED	offsetof(struct load_types, string)

static const struct clbench_label colors[] = {
	{ 0, "red" }, { 1, "green" }, { 2, "blue" },
};

static const struct clbench_label levels[] = {
	{ 0, "none" }, { 1, "half full" }, { 0xffff, "full" },
};

static const struct clbench_label modes[] = {
	{ 1, "low" }, { 0x80000000, "high" }, { 0xffffffff, "all" },
};

static const struct clbench_field types_fields[] = {
	{ "a_u8", CLBENCH_FIELD_TYPE_U8 },
	{ "a_u16", CLBENCH_FIELD_TYPE_U16 },
	{ "a_u32", CLBENCH_FIELD_TYPE_U32, 0, "pages" },
	{ "a_u64", CLBENCH_FIELD_TYPE_U64, 0, "bytes" },
	{ "a_s8", CLBENCH_FIELD_TYPE_S8 },
	{ "a_s16", CLBENCH_FIELD_TYPE_S16 },
	{ "a_s32", CLBENCH_FIELD_TYPE_S32 },
	{ "a_s64", CLBENCH_FIELD_TYPE_S64 },
	{ "color", CLBENCH_FIELD_TYPE_U8, 0, NULL, colors, ARRAY_SIZE(colors) },
	{ "level", CLBENCH_FIELD_TYPE_U16, 0, NULL, levels, ARRAY_SIZE(levels) },
	{ "mode", CLBENCH_FIELD_TYPE_U32, 0, NULL, modes, ARRAY_SIZE(modes) },
	{ "dev", CLBENCH_FIELD_TYPE_U32, 0, "device" },
	{ "text", CLBENCH_FIELD_TYPE_TEXT, sizeof_field(struct load_types, text) },
	{ "string", CLBENCH_FIELD_TYPE_STRING },
};

static struct clbench_event types_event = {
	.name = "clbench_load_types",
	.group = "load",
	.description = "test records with a field of every type",
	.fields = types_fields,
	.nr_fields = ARRAY_SIZE(types_fields),
	.contexts = CLBENCH_IN_TASK,
	.owner = THIS_MODULE,
};

/* What readers may stumble over: quotes, control, UTF-8 whole and broken. */
static const char awkward[] =
	"plain \"quoted\" back\\slash, comma\ttab\nline \xc3\xa9 \xe2\x82\xac \xff \x1b[1m end";
static_assert(sizeof(awkward) <= sizeof_field(struct load_types, string));

void load_push_types(u64 number)
{
	/* All ones, all zeros, the largest and the smallest signed, and others. */
	static const u64 edges[] = { 0, U64_MAX, 0x7f7f7f7f7f7f7f7full, 0x8080808080808080ull };
	u64 value = number % 5 < 4 ? edges[number % 5] : number * 0x9e3779b97f4a7c15ull;
	/* Never empty, for babeltrace2 2.0 then shows that of an earlier record. */
	size_t length = 1 + number % (sizeof(awkward) - 1);
	struct load_types types = {
		.a_u8 = value,
		.a_u16 = value,
		.a_u32 = value,
		.a_u64 = number,
		.a_s8 = value,
		.a_s16 = value,
		.a_s32 = value,
		.a_s64 = value,
		/* Now and then a value without a label. */
		.color = number % 4,
		.level = number % 3 ? 0xffff : number % 2,
		.mode = number % 3 ? U32_MAX : 1u << number % 32,
		.dev = MKDEV(number % 4096, number % 1048576),
	};

	/* Sometimes without a NUL. */
	memcpy(types.text, "twelve bytes", 1 + number % sizeof(types.text));
	memcpy(types.string, awkward, length);
	clbench_push(&types_event, &types, TYPES_FIXED + length + 1);
}

/* ------------------------------------------------------------ init and exit */

static struct clbench_event *const events[] = { &seq_event, &turn_event, &types_event };

void load_events_exit(void)
{
	unsigned int i = ARRAY_SIZE(events);

	while (i--)
		clbench_event_unregister(events[i]);
}

int load_events_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(events); i++) {
		err = clbench_event_register(events[i]);
		if (err)
			goto err_unregister;
	}
	return 0;

err_unregister:
	while (i--)
		clbench_event_unregister(events[i]);
	return err;
}
