/* SPDX-License-Identifier: GPL-2.0 */
/* A set of events: find one, free all. */

#include "event.h"

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
