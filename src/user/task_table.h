/* SPDX-License-Identifier: GPL-2.0 */
/* The names of tasks, as the definitions in a trace have told them so far. */
#ifndef CLB_TASK_TABLE_H
#define CLB_TASK_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "task.h"

/* Most definitions that are kept, a power of two. In 64 MiB. */
#define CLB_TASK_TABLE_MAX	(1u << 20)

struct clb_task_slot;

/**
 * struct clb_task_table - the definitions that hold now; all zero at first
 * @slots: hash table with open addressing
 * @nr_slots: a power of two, or 0
 * @nr_used: at most half of them
 * @old: the table before this one, full, of CLB_TASK_TABLE_MAX slots; holds where
 *	@slots tells nothing. NULL at first
 */
struct clb_task_table {
	struct clb_task_slot *slots;
	size_t nr_slots;
	size_t nr_used;
	struct clb_task_slot *old;
};

/**
 * clb_task_key() - where a definition holds
 * @cpu: the CPU
 * @context: the context
 * @tid: the thread
 *
 * Return: the key for the table.
 */
static inline uint64_t clb_task_key(uint16_t cpu, uint8_t context, uint32_t tid)
{
	return (uint64_t)cpu << 40 | (uint64_t)context << 32 | tid;
}

/**
 * clb_task_table_set() - let a definition hold from here on
 * @table: the table
 * @key: where it holds
 * @task: what it says
 *
 * If there are too many, those are forgotten that were not used for long.
 *
 * Return: 0 or -ENOMEM.
 */
int clb_task_table_set(struct clb_task_table *table, uint64_t key, const struct clb_task *task);

/**
 * clb_task_table_find() - look up the definition that holds
 * @table: the table
 * @key: where
 *
 * Return: the task, valid until the next call; NULL if there is none, or it was
 * forgotten.
 */
const struct clb_task *clb_task_table_find(struct clb_task_table *table, uint64_t key);

/**
 * clb_task_table_free() - forget everything
 * @table: the table; it is empty afterwards
 */
void clb_task_table_free(struct clb_task_table *table);

#endif /* CLB_TASK_TABLE_H */
