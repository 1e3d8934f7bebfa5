/* SPDX-License-Identifier: GPL-2.0 */
/* What an event is: its name, where it comes from, its fields in order. */
#ifndef CLB_EVENT_H
#define CLB_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/clbench.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct clb_label - one value of an enumeration
 * @value: as in the record
 * @name: what it means
 */
struct clb_label {
	uint32_t value;
	char *name;
};

/**
 * struct clb_field - one field of an event
 * @name: without any prefix
 * @type: how it is stored
 * @size: bytes of a CLBENCH_FIELD_TYPE_TEXT, else unused
 * @unit: such as "bytes" or "device"; NULL if none
 * @labels: the values of an enumeration; NULL if it is none
 * @nr_labels: how many
 */
struct clb_field {
	char *name;
	enum clbench_field_type type;
	uint32_t size;
	char *unit;
	struct clb_label *labels;
	size_t nr_labels;
};

/**
 * struct clb_event - one event
 * @id: its number in event headers
 * @name: unique among the events
 * @group: as in "-e GROUP"; NULL if none
 * @source: what it comes from, NULL if unknown (read from a trace)
 * @module: the kernel module that registered it, NULL if unknown
 * @description: for people, NULL if unknown
 * @why_not: why it cannot be recorded here, NULL if it can
 * @internal: made by clbench itself, cannot be asked for
 * @fields: in the order of the record
 * @nr_fields: how many
 */
struct clb_event {
	uint32_t id;
	char *name;
	char *group;
	char *source;
	char *module;
	char *description;
	char *why_not;
	bool internal;
	struct clb_field *fields;
	size_t nr_fields;
};

/**
 * struct clb_events - all events of a kernel or of a trace
 * @list: sorted by id
 * @nr: how many
 */
struct clb_events {
	struct clb_event *list;
	size_t nr;
};

/**
 * clb_events_find() - find an event by its id
 * @events: where to look
 * @id: the id
 *
 * Return: the event, or NULL.
 */
const struct clb_event *clb_events_find(const struct clb_events *events, uint32_t id);

/**
 * clb_events_like() - find the events that have the names of others
 * @all: where to look
 * @others: those others
 * @found: gets them: views into @all, @found->list is to be freed; ids and fields
 *	may differ from those of @others, whose modules may have been loaded anew
 *
 * Return: 0; -ENOENT: one has no namesake; -ENOMEM.
 */
int clb_events_like(const struct clb_events *all, const struct clb_events *others,
		    struct clb_events *found);

/**
 * clb_events_free() - give back all memory behind a set of events
 * @events: the set; it is empty afterwards
 */
void clb_events_free(struct clb_events *events);

#ifdef __cplusplus
}
#endif

#endif /* CLB_EVENT_H */
