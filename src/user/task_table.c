/* SPDX-License-Identifier: GPL-2.0 */
/* The names of tasks, as the definitions in a trace have told them so far. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "task_table.h"

struct clb_task_slot {
	uint64_t key;
	bool used;
	struct clb_task task;
};

/* The slot of @key, or the free one where it belongs. */
static struct clb_task_slot *find_slot(struct clb_task_slot *slots, size_t nr_slots, uint64_t key)
{
	/* Fibonacci hashing: Knuth, The Art of Computer Programming, vol. 3, 6.4. */
	size_t i = key * 0x9e3779b97f4a7c15u >> 32;

	for (;; i++) {
		struct clb_task_slot *slot = &slots[i & (nr_slots - 1)];

		if (!slot->used || slot->key == key)
			return slot;
	}
}

static int grow(struct clb_task_table *table)
{
	size_t nr_slots = table->nr_slots ? table->nr_slots * 2 : 256;
	struct clb_task_slot *slots = calloc(nr_slots, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < table->nr_slots; i++)
		if (table->slots[i].used)
			*find_slot(slots, nr_slots, table->slots[i].key) = table->slots[i];
	free(table->slots);
	table->slots = slots;
	table->nr_slots = nr_slots;
	return 0;
}

/* What is looked for comes back from @old, all else will be forgotten with it. */
static void retire(struct clb_task_table *table)
{
	free(table->old);
	*table = (struct clb_task_table) { .old = table->slots };
}

int clb_task_table_set(struct clb_task_table *table, uint64_t key, const struct clb_task *task)
{
	struct clb_task_slot *slot;

	if (table->nr_used * 2 >= table->nr_slots) {
		int err;

		if (table->nr_slots == CLB_TASK_TABLE_MAX)
			retire(table);
		err = grow(table);
		if (err)
			return err;
	}
	slot = find_slot(table->slots, table->nr_slots, key);
	table->nr_used += !slot->used;
	*slot = (struct clb_task_slot) { .key = key, .used = true, .task = *task };
	return 0;
}

const struct clb_task *clb_task_table_find(struct clb_task_table *table, uint64_t key)
{
	const struct clb_task_slot *slot;
	struct clb_task task;

	if (table->nr_slots) {
		slot = find_slot(table->slots, table->nr_slots, key);
		if (slot->used)
			return &slot->task;
	}
	if (!table->old)
		return NULL;
	slot = find_slot(table->old, CLB_TASK_TABLE_MAX, key);
	if (!slot->used)
		return NULL;
	/* A copy: @old may go. */
	task = slot->task;
	return clb_task_table_set(table, key, &task) ? NULL : clb_task_table_find(table, key);
}

void clb_task_table_free(struct clb_task_table *table)
{
	free(table->slots);
	free(table->old);
	*table = (struct clb_task_table) { 0 };
}
