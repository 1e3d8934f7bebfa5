// SPDX-License-Identifier: GPL-2.0
/* All events: clbench's own and those that other modules register. */

#include <linux/ctype.h>
#include <linux/export.h>
#include <linux/idr.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "event.h"
#include "netlink.h"
#include "session.h"
#include "source.h"

/* See event.h. */
DEFINE_MUTEX(clb_event_lock);

/* Held to change which sessions record an event, and to switch its source on and
 * off: over grace periods, so by session threads only.
 */
static DEFINE_MUTEX(attach_lock);

/* In the order of their ids. Protected by clb_event_lock. */
static DEFINE_IDR(all_events);

/* ------------------------------------------------- clbench's own records */

static const struct clbench_label cause_labels[] = {
	{ CLBENCH_CAUSE_FULL_CAP, "full_cap" },
	{ CLBENCH_CAUSE_FULL_REFILL, "full_refill" },
	{ CLBENCH_CAUSE_NESTED, "nested" },
	{ CLBENCH_CAUSE_OVERSIZE, "oversize" },
	{ CLBENCH_CAUSE_NO_MEMORY, "no_memory" },
	{ CLBENCH_CAUSE_NO_RCU, "no_rcu" },
};

static const struct clbench_field begin_fields[] = {
	{ "session_id", CLBENCH_FIELD_TYPE_U32 },
	{ "nr_cpus", CLBENCH_FIELD_TYPE_U32 },
	{ "nr_node", CLBENCH_FIELD_TYPE_U32, 0, "nodes" },
	{ "node_nr_composed", CLBENCH_FIELD_TYPE_U32, 0, "records" },
	{ "mem_max", CLBENCH_FIELD_TYPE_U64, 0, "bytes" },
	{ "flush_period_ms", CLBENCH_FIELD_TYPE_U32, 0, "ms" },
	{ "window", CLBENCH_FIELD_TYPE_U32, 0, "batches" },
	{ "chunk", CLBENCH_FIELD_TYPE_U32 },
	{ "discarded", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "session", CLBENCH_FIELD_TYPE_STRING },
	{ "module_version", CLBENCH_FIELD_TYPE_STRING },
	{ "kernel_release", CLBENCH_FIELD_TYPE_STRING },
};

static const struct clbench_field end_fields[] = {
	{ "delivered", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "discarded", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "drained", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "late", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "next_chunk", CLBENCH_FIELD_TYPE_U32 },
};

static const struct clbench_field discarded_fields[] = {
	{ "cause", CLBENCH_FIELD_TYPE_U8, 0, NULL, cause_labels, ARRAY_SIZE(cause_labels) },
	{ "count", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "first_ts_ns", CLBENCH_FIELD_TYPE_U64, 0, "ns" },
	{ "last_ts_ns", CLBENCH_FIELD_TYPE_U64, 0, "ns" },
};

static const struct clbench_field task_fields[] = {
	{ "tid", CLBENCH_FIELD_TYPE_U32 },
	{ "tgid", CLBENCH_FIELD_TYPE_U32 },
	{ "comm", CLBENCH_FIELD_TYPE_TEXT, sizeof_field(struct clbench_task, comm) },
};

static const struct clbench_field total_fields[] = {
	{ "event_id", CLBENCH_FIELD_TYPE_U32 },
	{ "delivered", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "full_cap", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "full_refill", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "nested", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "oversize", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "no_memory", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "no_rcu", CLBENCH_FIELD_TYPE_U64, 0, "records" },
	{ "event", CLBENCH_FIELD_TYPE_STRING },
};

static const struct clbench_field mark_fields[] = {
	{ "text", CLBENCH_FIELD_TYPE_STRING },
};

#define INTERNAL(_name, _fields, _description)				\
	{								\
		.name = _name,						\
		.description = _description,				\
		.fields = _fields,					\
		.nr_fields = ARRAY_SIZE(_fields),			\
		.internal = true,					\
		.owner = THIS_MODULE,					\
	}

static struct clbench_event internal_events[CLBENCH_ID_FIRST_FREE] = {
	[CLBENCH_ID_BEGIN] = INTERNAL("clbench_begin", begin_fields,
				      "a chunk begins, with this configuration"),
	[CLBENCH_ID_END] = INTERNAL("clbench_end", end_fields,
				    "a chunk has ended, nothing of it is missing"),
	[CLBENCH_ID_DISCARDED] = INTERNAL("clbench_discarded", discarded_fields,
					  "records are missing here"),
	[CLBENCH_ID_TASK] = INTERNAL("clbench_task", task_fields,
				     "names the task of the records that follow"),
	[CLBENCH_ID_TOTAL] = INTERNAL("clbench_total", total_fields,
				      "an event's records, delivered and discarded"),
	[CLBENCH_ID_MARK] = INTERNAL("clbench_mark", mark_fields,
				     "a text from user space"),
};

/* ------------------------------------------------------------ registration */

static const u8 type_bytes[] = {
	[CLBENCH_FIELD_TYPE_U8] = 1,
	[CLBENCH_FIELD_TYPE_U16] = 2,
	[CLBENCH_FIELD_TYPE_U32] = 4,
	[CLBENCH_FIELD_TYPE_U64] = 8,
	[CLBENCH_FIELD_TYPE_S8] = 1,
	[CLBENCH_FIELD_TYPE_S16] = 2,
	[CLBENCH_FIELD_TYPE_S32] = 4,
	[CLBENCH_FIELD_TYPE_S64] = 8,
};

static bool name_is_right(const char *name)
{
	size_t i;

	if (!name || !name[0] || strlen(name) > CLBENCH_EVENT_NAME_MAX)
		return false;
	for (i = 0; name[i]; i++) {
		/* isalnum() alone takes Latin-1 letters, too. */
		if (!isascii(name[i]) || (!isalnum(name[i]) && name[i] != '_'))
			return false;
	}
	return !isdigit(name[0]);
}

static bool labels_are_right(const struct clbench_field *f)
{
	unsigned int i;

	if (f->nr_labels && f->type != CLBENCH_FIELD_TYPE_U8 &&
	    f->type != CLBENCH_FIELD_TYPE_U16 && f->type != CLBENCH_FIELD_TYPE_U32)
		return false;
	for (i = 0; i < f->nr_labels; i++) {
		if (!f->labels[i].name || !f->labels[i].name[0] ||
		    strlen(f->labels[i].name) > CLBENCH_EVENT_NAME_MAX)
			return false;
	}
	return true;
}

static bool is_doubled(const struct clbench_event *event, unsigned int i)
{
	unsigned int j;

	for (j = 0; j < i; j++) {
		if (!strcmp(event->fields[j].name, event->fields[i].name))
			return true;
	}
	return false;
}

/* Checks the fields and works out the record's size. */
static int measure(struct clbench_event *event)
{
	const struct clbench_field *f;
	unsigned int i;
	u32 size = 0;

	for (i = 0; i < event->nr_fields; i++) {
		f = &event->fields[i];
		if (!name_is_right(f->name) || is_doubled(event, i) || !labels_are_right(f))
			return -EINVAL;
		if (f->type == CLBENCH_FIELD_TYPE_STRING) {
			/* Another module's record has one tail at most. */
			if (!event->internal && i + 1 < event->nr_fields)
				return -EINVAL;
			event->tailed = true;
		} else if (f->type == CLBENCH_FIELD_TYPE_TEXT) {
			if (!f->size || f->size > 4096)
				return -EINVAL;
			size += f->size;
		} else if ((u32)f->type < ARRAY_SIZE(type_bytes)) {
			size += type_bytes[f->type];
		} else {
			return -EINVAL;
		}
	}
	event->size = size;
	return size > CLB_RECORD_BYTES ? -E2BIG : 0;
}

static struct clbench_event *find(const char *name)
{
	struct clbench_event *event;
	int id;

	lockdep_assert_held(&clb_event_lock);
	idr_for_each_entry(&all_events, event, id) {
		if (!strcmp(event->name, name))
			return event;
	}
	return NULL;
}

/**
 * clbench_event_register() - make an event known
 * @event: lives until clbench_event_unregister(); name, group, description,
 *	fields, contexts and owner are filled in
 *
 * Sessions can record it once the owner's init function has returned 0.
 *
 * Context: process; may sleep.
 * Return: 0; -EINVAL: a name, a field or the contexts are wrong; -EEXIST: there
 * is an event of this name; -E2BIG: the record is larger than 16 KiB, or the
 * description of all fields than 3 KiB; -ENOMEM; -ENOSPC: 65,535 ids are used.
 */
int clbench_event_register(struct clbench_event *event)
{
	int id, err;

	if (!name_is_right(event->name) || (event->group && !name_is_right(event->group)) ||
	    !event->description || (!event->internal && !event->contexts) ||
	    event->contexts >= BIT(CLB_NR_CONTEXT))
		return -EINVAL;
	err = measure(event);
	if (!err && clb_netlink_event_bytes(event) > 3072)
		err = -E2BIG;
	if (err)
		return err;

	mutex_lock(&clb_event_lock);
	err = -EEXIST;
	if (find(event->name))
		goto out;
	/* Not before: it may be this one, and recorded. */
	RCU_INIT_POINTER(event->subs, NULL);
	atomic_long_set(&event->no_rcu, 0);
	atomic_set(&event->users, 0);
	/* Cyclic: an id that a trace knows is not given to another event soon. */
	id = idr_alloc_cyclic(&all_events, event, event->internal ? 0 : CLBENCH_ID_FIRST_FREE,
			      U16_MAX, GFP_KERNEL);
	err = min(id, 0);
	if (!err)
		event->id = id;
out:
	mutex_unlock(&clb_event_lock);
	return err;
}
EXPORT_SYMBOL_GPL(clbench_event_register);

static bool any_used(struct clbench_event *const *events, unsigned int nr)
{
	lockdep_assert_held(&clb_event_lock);
	while (nr--) {
		if (atomic_read(&events[nr]->users))
			return true;
	}
	return false;
}

/**
 * clbench_events_unregister() - make several events unknown, all or none
 * @events: from clbench_event_register(); what that refused is passed over
 * @nr: how many
 *
 * As clbench_event_unregister(), but waits once for all of them: each wait is a
 * grace period, 20 ms and more.
 *
 * Context: process; may sleep.
 * Return: 0; -EBUSY: a session records one of them, or still delivers its records.
 */
int clbench_events_unregister(struct clbench_event *const *events, unsigned int nr)
{
	unsigned int i;

	mutex_lock(&clb_event_lock);
	if (any_used(events, nr)) {
		mutex_unlock(&clb_event_lock);
		return -EBUSY;
	}
	/* The id of one that is not registered may be another's. */
	for (i = 0; i < nr; i++) {
		if (idr_find(&all_events, events[i]->id) == events[i])
			idr_remove(&all_events, events[i]->id);
	}
	mutex_unlock(&clb_event_lock);
	synchronize_rcu();
	return 0;
}
EXPORT_SYMBOL_GPL(clbench_events_unregister);

/**
 * clbench_event_unregister() - make an event unknown
 * @event: from clbench_event_register()
 *
 * A session that records the event holds a reference on its owner, so a module
 * that calls this from its exit function is never refused. On return no
 * clbench_push() of this event that another CPU began is inside any more.
 *
 * Context: process; may sleep.
 * Return: 0; -EBUSY: a session records the event, or still delivers its records.
 */
int clbench_event_unregister(struct clbench_event *event)
{
	return clbench_events_unregister(&event, 1);
}
EXPORT_SYMBOL_GPL(clbench_event_unregister);

/* ---------------------------------------------------------------- look-ups */

/* Our own module is pinned by the session as such. */

static int hold_module(struct module *owner)
{
	if (owner == THIS_MODULE)
		return 0;
	if (!try_module_get(owner))
		return -ENOENT;
	/* If a module's init fails, it is freed whoever holds it. */
	if (!owner || READ_ONCE(owner->state) != MODULE_STATE_COMING)
		return 0;
	module_put(owner);
	return -EAGAIN;
}

/**
 * clb_event_get() - find an event that can be recorded, and hold its module
 * @name: of the event
 *
 * Context: process; may sleep.
 * Return: the event; -ENOENT: none of this name, or its module is leaving;
 * -EAGAIN: the init of its module has not ended; -EPERM: one of clbench's own;
 * -EOPNOTSUPP: not on this kernel, see why_not.
 */
struct clbench_event *clb_event_get(const char *name)
{
	struct clbench_event *event;
	int err;

	mutex_lock(&clb_event_lock);
	event = find(name);
	if (!event)
		err = -ENOENT;
	else if (event->internal)
		err = -EPERM;
	else if (event->why_not)
		err = -EOPNOTSUPP;
	else
		err = hold_module(event->owner);
	if (!err)
		atomic_inc(&event->users);
	mutex_unlock(&clb_event_lock);
	return err ? ERR_PTR(err) : event;
}

/**
 * clb_event_hold() - hold an event's module once more
 * @event: from clb_event_get()
 *
 * Context: any.
 */
void clb_event_hold(struct clbench_event *event)
{
	atomic_inc(&event->users);
	if (event->owner != THIS_MODULE)
		__module_get(event->owner);
}

/**
 * clb_event_put() - undo clb_event_get() or clb_event_hold()
 * @event: the event
 *
 * Context: any.
 */
void clb_event_put(struct clbench_event *event)
{
	struct module *owner = event->owner;

	/* First, so that the owner's exit is not refused to unregister. */
	atomic_dec(&event->users);
	if (owner != THIS_MODULE)
		module_put(owner);
}

/**
 * clb_event_next() - the event with the lowest id that is not below this
 * @id: where to start
 *
 * Context: process; clb_event_lock is held, and protects the result.
 * Return: the event, or NULL if there is none.
 */
struct clbench_event *clb_event_next(u32 id)
{
	int next = id;

	lockdep_assert_held(&clb_event_lock);
	return idr_get_next(&all_events, &next);
}

/**
 * clb_event_may_miss() - can the kernel fail to call the event's probe?
 * @event: the event
 *
 * Context: any.
 * Return: whether clb_event_missed() means something.
 */
bool clb_event_may_miss(const struct clbench_event *event)
{
	return event->source && clb_source_is_kprobe(event->source);
}

/**
 * clb_event_missed() - calls that the kernel did not make to the event's probe
 * @event: the event
 *
 * Context: any.
 * Return: how many since the module was loaded.
 */
u64 clb_event_missed(const struct clbench_event *event)
{
	return event->source ? clb_source_missed(event->source) : 0;
}

/* ------------------------------------------------------------ subscriptions */

/**
 * clb_event_close_sub() - note up to where an event's counters concern a session
 * @sub: that does not record it, or no more
 *
 * Context: process; attach_lock is held, or nobody knows @sub yet.
 */
void clb_event_close_sub(struct clb_sub *sub)
{
	WRITE_ONCE(sub->no_rcu_end, atomic_long_read(&sub->event->no_rcu));
	WRITE_ONCE(sub->missed_end, clb_event_missed(sub->event));
}

/**
 * clb_event_attach() - let a session's records of an event begin, or go on
 * @sub: filled in; if it was detached, a grace period has passed since
 *
 * Context: the session thread; may sleep.
 * Return: 0, or why the event's source could not be switched on.
 */
int clb_event_attach(struct clb_sub *sub)
{
	struct clbench_event *event = sub->event;
	bool first;
	int err = 0;
	u64 off;

	mutex_lock(&attach_lock);
	first = !rcu_access_pointer(event->subs);
	/* What came while it was off is not its. Who reads between the two stores of
	 * a pair counts it, but never less than nothing.
	 */
	off = clb_event_missed(event) - sub->missed_end;
	WRITE_ONCE(sub->on, true);
	/* Pairs with the acquire in missed(). */
	smp_store_release(&sub->missed, sub->missed + off);
	off = atomic_long_read(&event->no_rcu) - sub->no_rcu_end;
	WRITE_ONCE(sub->no_rcu_end, U64_MAX);
	/* Pairs with the acquire in clb_counts_sum(). */
	smp_store_release(&sub->no_rcu, sub->no_rcu + off);
	rcu_assign_pointer(sub->next, rcu_dereference_protected(event->subs, true));
	rcu_assign_pointer(event->subs, sub);
	if (first && event->source)
		err = clb_source_start(event->source);
	if (err) {
		RCU_INIT_POINTER(event->subs, NULL);
		clb_event_close_sub(sub);
		/* Pairs with the acquire in missed(). */
		smp_store_release(&sub->on, false);
	}
	mutex_unlock(&attach_lock);
	return err;
}

/**
 * clb_event_detach() - let a session's records of an event end
 * @sub: from clb_event_attach()
 *
 * A probe may still be writing one: everything is published, and @sub may be
 * freed, after a grace period.
 *
 * Context: the session thread; may sleep.
 */
void clb_event_detach(struct clb_sub *sub)
{
	struct clbench_event *event = sub->event;
	struct clb_sub __rcu **p = &event->subs;
	struct clb_sub *next;

	mutex_lock(&attach_lock);
	while (rcu_access_pointer(*p) != sub)
		p = &rcu_dereference_protected(*p, true)->next;
	next = rcu_dereference_protected(sub->next, true);
	rcu_assign_pointer(*p, next);
	clb_event_close_sub(sub);
	/* Pairs with the acquire in missed(). */
	smp_store_release(&sub->on, false);
	if (!rcu_access_pointer(event->subs) && event->source)
		clb_source_stop(event->source);
	mutex_unlock(&attach_lock);
}

/* ------------------------------------------------------------ init and exit */

/**
 * clb_events_init() - register clbench's own records under their fixed ids
 *
 * Context: module init.
 * Return: 0, or what clbench_event_register() returns.
 */
int clb_events_init(void)
{
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(internal_events); i++) {
		err = clbench_event_register(&internal_events[i]);
		if (!err && WARN_ON_ONCE(internal_events[i].id != i))
			err = -EINVAL;
		if (err) {
			clb_events_exit();
			return err;
		}
	}
	return 0;
}

/**
 * clb_events_exit() - forget all events
 *
 * Context: module exit; no session lives and no other module uses us.
 */
void clb_events_exit(void)
{
	idr_destroy(&all_events);
}
