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
static struct clb_task_slot *find_slot(const struct clb_task_table *table, uint64_t key)
{
	/* Fibonacci hashing: Knuth, The Art of Computer Programming, vol. 3, 6.4. */
	size_t i = key * 0x9e3779b97f4a7c15u >> 32;

	for (;; i++) {
		struct clb_task_slot *slot = &table->slots[i & (table->nr_slots - 1)];

		if (!slot->used || slot->key == key)
			return slot;
	}
}

static int grow(struct clb_task_table *table)
{
	struct clb_task_table larger = {
		.nr_slots = table->nr_slots ? table->nr_slots * 2 : 256,
		.nr_used = table->nr_used,
	};

	larger.slots = calloc(larger.nr_slots, sizeof(*larger.slots));
	if (!larger.slots)
		return -ENOMEM;
	for (size_t i = 0; i < table->nr_slots; i++)
		if (table->slots[i].used)
			*find_slot(&larger, table->slots[i].key) = table->slots[i];
	free(table->slots);
	*table = larger;
	return 0;
}

int clb_task_table_set(struct clb_task_table *table, uint64_t key, const struct clb_task *task)
{
	struct clb_task_slot *slot;

	if (table->nr_used * 2 >= table->nr_slots) {
		int err = grow(table);

		if (err)
			return err;
	}
	slot = find_slot(table, key);
	table->nr_used += !slot->used;
	*slot = (struct clb_task_slot) { .key = key, .used = true, .task = *task };
	return 0;
}

const struct clb_task *clb_task_table_find(const struct clb_task_table *table, uint64_t key)
{
	const struct clb_task_slot *slot;

	if (!table->nr_slots)
		return NULL;
	slot = find_slot(table, key);
	return slot->used ? &slot->task : NULL;
}

void clb_task_table_free(struct clb_task_table *table)
{
	free(table->slots);
	*table = (struct clb_task_table) { 0 };
}
