/* SPDX-License-Identifier: GPL-2.0 */
/* A set of events: find one, free all. */

#include "event.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int compare_id(const void *id, const void *event)
{
	uint32_t a = *(const uint32_t *)id;
	uint32_t b = ((const struct clb_event *)event)->id;

	return (a > b) - (a < b);
}

const struct clb_event *clb_events_find(const struct clb_events *events, uint32_t id)
{
	if (!events->nr)
		return NULL;
	return bsearch(&id, events->list, events->nr, sizeof(*events->list), compare_id);
}

static bool is_among(const struct clb_events *events, const char *name)
{
	for (size_t i = 0; i < events->nr; i++)
		if (!strcmp(events->list[i].name, name))
			return true;
	return false;
}

int clb_events_like(const struct clb_events *all, const struct clb_events *others,
		    struct clb_events *found)
{
	found->nr = 0;
	found->list = calloc(others->nr + 1, sizeof(*found->list));
	if (!found->list)
		return -ENOMEM;
	for (size_t i = 0; i < all->nr && found->nr < others->nr; i++)
		if (is_among(others, all->list[i].name))
			found->list[found->nr++] = all->list[i];
	return found->nr == others->nr ? 0 : -ENOENT;
}

static void free_field(struct clb_field *field)
{
	for (size_t i = 0; i < field->nr_labels; i++)
		free(field->labels[i].name);
	free(field->labels);
	free(field->name);
	free(field->unit);
}

static void free_event(struct clb_event *event)
{
	for (size_t i = 0; i < event->nr_fields; i++)
		free_field(&event->fields[i]);
	free(event->fields);
	free(event->name);
	free(event->group);
	free(event->source);
	free(event->module);
	free(event->description);
	free(event->why_not);
}

void clb_events_free(struct clb_events *events)
{
	for (size_t i = 0; i < events->nr; i++)
		free_event(&events->list[i]);
	free(events->list);
	memset(events, 0, sizeof(*events));
}
