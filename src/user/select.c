/* SPDX-License-Identifier: GPL-2.0 */
/* Events as a user names them: words, shell globs, groups. */

#include "select.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX	(CLBENCH_EVENT_NAME_MAX * 2)

int clb_select_init(struct clb_select *select, const struct clb_events *events)
{
	*select = (struct clb_select){ .events = events };
	select->chosen = calloc(events->nr ? events->nr : 1, sizeof(*select->chosen));
	return select->chosen ? 0 : -ENOMEM;
}

void clb_select_free(struct clb_select *select)
{
	free(select->chosen);
	select->chosen = NULL;
}

size_t clb_select_count(const struct clb_select *select)
{
	size_t nr = 0;

	for (size_t i = 0; i < select->events->nr; i++)
		nr += select->chosen[i];
	return nr;
}

static bool visible(const struct clb_select *select, const struct clb_event *event)
{
	return select->internal || !event->internal;
}

static bool matches(const struct clb_event *event, const char *word)
{
	if (!strcmp(word, "all") || (event->group && !strcmp(word, event->group)))
		return true;
	return !fnmatch(word, event->name, 0);
}

/*
 * How many letters to insert, delete or change to make b of a (Wagner, Fischer:
 * The String-to-String Correction Problem, 1974). Only one row is kept.
 */
static size_t edit_distance(const char *a, const char *b)
{
	size_t row[WORD_MAX + 1], length = strlen(b), diagonal, above, cost;

	for (size_t j = 0; j <= length; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		diagonal = row[0];
		row[0] = i + 1;
		for (size_t j = 0; j < length; j++) {
			above = row[j + 1];
			cost = diagonal + (a[i] != b[j]);
			if (above + 1 < cost)
				cost = above + 1;
			if (row[j] + 1 < cost)
				cost = row[j] + 1;
			diagonal = above;
			row[j + 1] = cost;
		}
	}
	return row[length];
}

/* The event or group that a mistyped word most likely means, or NULL. */
static const char *nearest(const struct clb_select *select, const char *word)
{
	const char *best = NULL, *names[2];
	size_t least = SIZE_MAX, distance;

	for (size_t i = 0; i < select->events->nr; i++) {
		const struct clb_event *event = &select->events->list[i];

		names[0] = event->name;
		names[1] = event->group;
		if (!visible(select, event))
			continue;
		for (size_t n = 0; n < 2; n++) {
			if (!names[n] || strlen(names[n]) > WORD_MAX)
				continue;
			distance = edit_distance(word, names[n]);
			if (distance < least) {
				least = distance;
				best = names[n];
			}
		}
	}
	return best;
}

static int not_found(const struct clb_select *select, const char *word, char *why)
{
	const char *other = strlen(word) <= WORD_MAX ? nearest(select, word) : NULL;
	/* A trace's events may be those of another kernel. */
	const char *advice = select->internal ? "name one of the trace's" :
						"see clbench-ctl list";

	if (strpbrk(word, "*?["))
		snprintf(why, CLB_SELECT_WHY, "no event matches \"%.64s\"; %s", word, advice);
	else if (other)
		snprintf(why, CLB_SELECT_WHY, "no event or group \"%.64s\"; the nearest is \"%s\"",
			 word, other);
	else
		snprintf(why, CLB_SELECT_WHY, "no event or group \"%.64s\"; %s", word, advice);
	return -ENOENT;
}

static int add_word(struct clb_select *select, const char *word, char *why)
{
	const struct clb_event *not_here = NULL;
	bool found = false;

	for (size_t i = 0; i < select->events->nr; i++) {
		const struct clb_event *event = &select->events->list[i];

		if (!visible(select, event) || !matches(event, word))
			continue;
		if (select->available && event->why_not) {
			not_here = event;
		} else {
			select->chosen[i] = true;
			found = true;
		}
	}
	if (found)
		return 0;
	if (!not_here)
		return not_found(select, word, why);
	snprintf(why, CLB_SELECT_WHY, "event %s: %.128s; see clbench-ctl list", not_here->name,
		 not_here->why_not);
	return -EOPNOTSUPP;
}

int clb_select_add(struct clb_select *select, const char *list, char *why)
{
	char *words, *rest, *word;
	int ret = 0;

	words = strdup(list);
	rest = words;
	if (!words) {
		snprintf(why, CLB_SELECT_WHY, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	while (!ret && (word = strsep(&rest, ","))) {
		if (*word) {
			ret = add_word(select, word, why);
		} else {
			snprintf(why, CLB_SELECT_WHY, "\"%.64s\" has an empty word; see clbench-ctl list",
				 list);
			ret = -EINVAL;
		}
	}
	free(words);
	return ret;
}
