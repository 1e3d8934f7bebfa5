/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events of your own, recorded by clbench: for any kernel module.
 *
 * Declare a packed struct without padding, a table of its fields in the same
 * order, and an event; register it at init, unregister it at exit, and call
 * clbench_push() where it happens. User space needs nothing new: the table is
 * what describes the records in the trace. doc/your-own-event.md has a whole
 * module.
 */
#ifndef _CLBENCH_EVENT_H
#define _CLBENCH_EVENT_H

#include <linux/atomic.h>
#include <linux/bits.h>
#include <linux/clbench.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/types.h>

struct clb_sub;
struct clb_source;

/**
 * struct clbench_label - a value of an enumeration
 * @value: as in the record
 * @name: what it means, up to CLBENCH_EVENT_NAME_MAX bytes
 */
struct clbench_label {
	u32 value;
	const char *name;
};

/**
 * struct clbench_field - a field of an event
 * @name: up to CLBENCH_EVENT_NAME_MAX bytes of [A-Za-z0-9_]
 * @type: how it is stored
 * @size: bytes of a CLBENCH_FIELD_TYPE_TEXT; else 0
 * @unit: such as "bytes", or "device" for a dev_t in 32 bits; or NULL
 * @labels: the values of an enumeration (u8, u16, u32 only), or NULL
 * @nr_labels: how many
 *
 * A CLBENCH_FIELD_TYPE_STRING must be the last field.
 */
struct clbench_field {
	const char *name;
	enum clbench_field_type type;
	u32 size;
	const char *unit;
	const struct clbench_label *labels;
	unsigned int nr_labels;
};

/* For clbench_event.contexts. */
#define CLBENCH_IN_TASK		BIT(CLBENCH_CONTEXT_TASK)
#define CLBENCH_IN_SOFTIRQ	BIT(CLBENCH_CONTEXT_SOFTIRQ)
#define CLBENCH_IN_HARDIRQ	BIT(CLBENCH_CONTEXT_HARDIRQ)
#define CLBENCH_IN_NMI		BIT(CLBENCH_CONTEXT_NMI)

/**
 * struct clbench_event - an event that can be recorded
 * @name: unique, up to CLBENCH_EVENT_NAME_MAX bytes of [A-Za-z0-9_]
 * @group: a name to select several events by, or NULL
 * @description: for people, one line
 * @fields: in the order of the record
 * @nr_fields: how many
 * @contexts: where it can occur, CLBENCH_IN_...; elsewhere its records are
 *	discarded as no_memory
 * @owner: THIS_MODULE
 * @source: clbench's own sources only: how to switch the event on
 * @why_not: why it cannot be recorded here, or NULL
 * @internal: made by clbench itself
 * @id: in the trace's event headers
 * @size: bytes of the fixed fields
 * @tailed: a string follows them
 * @subs: the sessions that record it. RCU; written under attach_lock.
 * @no_rcu: calls of clbench_push() that RCU did not watch
 * @users: sessions and requests that hold it. Raised under clb_event_lock.
 * @node: in the list of all events. Protected by clb_event_lock.
 *
 * All from @source on is clbench's.
 */
struct clbench_event {
	const char *name;
	const char *group;
	const char *description;
	const struct clbench_field *fields;
	unsigned int nr_fields;
	unsigned int contexts;
	struct module *owner;

	const struct clb_source *source;
	const char *why_not;
	bool internal;
	u16 id;
	u32 size;
	bool tailed;
	struct clb_sub __rcu *subs;
	atomic_long_t no_rcu;
	atomic_t users;
	struct list_head node;
};

int clbench_event_register(struct clbench_event *event);
int clbench_event_unregister(struct clbench_event *event);
int clbench_events_unregister(struct clbench_event *const *events, unsigned int nr);
void clbench_push(struct clbench_event *event, const void *data, size_t size);

/**
 * clbench_event_on() - does any session record this event?
 * @event: the event
 *
 * To spare the work of filling a record that nobody wants.
 *
 * Context: any.
 * Return: whether one does, or did a moment ago.
 */
static inline bool clbench_event_on(const struct clbench_event *event)
{
	return rcu_access_pointer(event->subs);
}

#endif /* _CLBENCH_EVENT_H */
