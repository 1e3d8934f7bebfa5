/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How a session of the daemon shall be: from its section of the configuration
 * file, from a request, from the file that remembers it. One table has the keys
 * of all three.
 */
#ifndef CLBD_PLAN_H
#define CLBD_PLAN_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/clbench.h>

/* Longest reason that these functions give, with its NUL. */
#define CLBD_WHY	512

/**
 * struct clbd_plan - how a session shall be; 0 and NULL are defaults
 * @name: the session's name
 * @events: words as behind -e
 * @nr_events: how many
 * @output: name of its directory below the trace directory
 * @duration_ns: it ends by itself after this time
 * @max_size_bytes: and at this size of all chunks that were written
 * @nr_node: as in struct clb_config; so for the following
 * @node_nr_composed: records
 * @window: batches
 * @mem_max_bytes: bytes
 * @flush_period_ms: time
 * @linger_ms: time; only with @has_linger
 * @has_linger: not the kernel's default
 * @sync: the kernel forgets only what is on the disk
 * @strict: to stop it fails if a record was discarded
 * @stop_when_full: does not wait for room on a full disk
 * @rotate_size_bytes: a chunk as large as this is the last one's end
 * @rotate_time_ns: so is one as old as this
 * @keep: closed chunks that are kept at most
 * @keep_size_bytes: bytes of them
 * @keep_age_ns: time since they were closed
 */
struct clbd_plan {
	char name[CLBENCH_NAME_MAX + 1];
	char **events;
	size_t nr_events;
	char *output;
	uint64_t duration_ns;
	uint64_t max_size_bytes;
	uint64_t nr_node;
	uint64_t node_nr_composed;
	uint64_t window;
	uint64_t mem_max_bytes;
	uint64_t flush_period_ms;
	uint64_t linger_ms;
	bool has_linger;
	bool sync;
	bool strict;
	bool stop_when_full;
	uint64_t rotate_size_bytes;
	uint64_t rotate_time_ns;
	uint64_t keep;
	uint64_t keep_size_bytes;
	uint64_t keep_age_ns;
};

/**
 * clbd_plan_init() - begin with the defaults
 * @plan: the plan; freed with clbd_plan_free()
 * @name: the session's name
 *
 * Return: 0; -EINVAL: this is no name for a session.
 */
int clbd_plan_init(struct clbd_plan *plan, const char *name);

/**
 * clbd_plan_free() - give back what is behind a plan
 * @plan: the plan; is the zeroed one afterwards
 */
void clbd_plan_free(struct clbd_plan *plan);

/**
 * clbd_plan_copy() - copy a plan
 * @to: becomes the same; freed with clbd_plan_free()
 * @from: the plan
 *
 * Return: 0 or -ENOMEM.
 */
int clbd_plan_copy(struct clbd_plan *to, const struct clbd_plan *from);

/**
 * clbd_plan_read() - take one key of the configuration file
 * @plan: the plan
 * @key: such as "rotate_size"
 * @text: such as "1G"
 * @why: gets what is wrong, CLBD_WHY bytes
 *
 * "events" adds to those before.
 *
 * Return: 0; -ENOENT: there is no such key; -EINVAL; -ENOMEM.
 */
int clbd_plan_read(struct clbd_plan *plan, const char *key, const char *text, char *why);

/**
 * clbd_plan_take() - take the options of a request
 * @plan: the plan
 * @options: an object, see doc/control.md; NULL: none
 * @live: only what can be changed while a session records
 * @why: gets what is wrong, CLBD_WHY bytes
 *
 * Return: 0; -EINVAL; -ENOMEM. After a failure some may have been taken.
 */
int clbd_plan_take(struct clbd_plan *plan, const json_t *options, bool live, char *why);

/**
 * clbd_plan_options() - tell a plan as the options of a request
 * @plan: the plan
 *
 * Return: an object with all keys that are not the default, or NULL.
 */
json_t *clbd_plan_options(const struct clbd_plan *plan);

/**
 * clbd_plan_differs() - compare what can, or cannot, be changed in a live session
 * @a: a plan
 * @b: another one
 * @live: compare what can be changed; else what cannot
 *
 * Return: the first key that differs, or NULL.
 */
const char *clbd_plan_differs(const struct clbd_plan *a, const struct clbd_plan *b, bool live);

#endif /* CLBD_PLAN_H */
