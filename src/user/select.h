/* SPDX-License-Identifier: GPL-2.0 */
/* Events as a user names them: words, shell globs, groups. */
#ifndef CLB_SELECT_H
#define CLB_SELECT_H

#include <stdbool.h>
#include <stddef.h>

#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What is recorded if nobody says what, for clb_select_add(). */
#define CLB_SELECT_DEFAULT	"pagecache_miss,block"

/* Longest reason that clb_select_add() gives, with its NUL. */
#define CLB_SELECT_WHY	256

/**
 * struct clb_select - a choice among events
 * @events: all that there are
 * @chosen: for each of them
 * @internal: clbench's own events can be chosen
 * @available: events that cannot be recorded here cannot be chosen
 */
struct clb_select {
	const struct clb_events *events;
	bool *chosen;
	bool internal;
	bool available;
};

/**
 * clb_select_init() - begin with no event
 * @select: the choice; @internal and @available are to be set after this
 * @events: what to choose from, must live as long
 *
 * Return: 0 or -ENOMEM.
 */
int clb_select_init(struct clb_select *select, const struct clb_events *events);

/**
 * clb_select_free() - give back a choice
 * @select: the choice, may be zeroed
 */
void clb_select_free(struct clb_select *select);

/**
 * clb_select_add() - add events
 * @select: the choice
 * @list: names, globs and groups with commas between them; "all" is every event
 * @why: gets the reason of a failure, CLB_SELECT_WHY bytes
 *
 * What a glob or a group names beside others is left out in silence if it cannot
 * be recorded; alone or by its name it is an error.
 *
 * Return: 0; -ENOENT if a word matches nothing; -EOPNOTSUPP if what it matches
 * cannot be recorded; -EINVAL if a word is empty.
 */
int clb_select_add(struct clb_select *select, const char *list, char *why);

/**
 * clb_select_count() - count the chosen events
 * @select: the choice
 *
 * Return: how many.
 */
size_t clb_select_count(const struct clb_select *select);

#ifdef __cplusplus
}
#endif

#endif /* CLB_SELECT_H */
