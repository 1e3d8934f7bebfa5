// SPDX-License-Identifier: GPL-2.0
/* Changes of a session that records: its events, its limits. */

#include <linux/bitmap.h>
#include <linux/netlink.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "change.h"
#include "event.h"
#include "record.h"
#include "session.h"
#include "sub.h"
#include "table.h"

/**
 * struct clb_change - what the session thread is to do
 * @wanted: events to record, by index of the session's subscriptions
 * @fresh: further subscriptions, in the order of their indices
 * @nr_fresh: how many
 * @index_of: event id to index, with room for @fresh; NULL: there is room
 * @nr_ids: its entries
 * @contexts: in which @fresh can occur
 * @text: the mark that tells of it
 * @err: how it went, 0 or a negative errno
 * @what: the event that could not be switched on; NULL: it was something else
 */
struct clb_change {
	DECLARE_BITMAP(wanted, CLB_SUBS_MAX);
	struct clb_sub *fresh[CLB_SUBS_MAX];
	unsigned int nr_fresh;
	u16 *index_of;
	unsigned int nr_ids;
	unsigned int contexts;
	char text[CLBENCH_MARK_MAX + 1];
	int err;
	const char *what;
};

/**
 * clb_change_free() - forget a change that was not carried out, or what is left
 * @c: the change, may be NULL
 *
 * Context: process; may sleep.
 */
void clb_change_free(struct clb_change *c)
{
	unsigned int i;

	if (!c)
		return;
	for (i = 0; i < c->nr_fresh; i++)
		clb_sub_free(c->fresh[i]);
	kvfree(c->index_of);
	kvfree(c);
}

/* ---------------------------------------------------------------- preparing */

static int find_sub(const struct clb_session *s, const struct clbench_event *event)
{
	unsigned int i;

	for (i = 0; i < s->nr_subs; i++) {
		if (s->subs[i]->event == event)
			return i;
	}
	return -1;
}

static int add_fresh(struct clb_change *c, struct clb_session *s, struct clbench_event *event,
		     struct netlink_ext_ack *extack)
{
	unsigned int index = s->nr_subs + c->nr_fresh;

	if (clb_session_event_space(event) > s->node_bytes - sizeof(struct clist_node)) {
		NL_SET_ERR_MSG(extack, "a record of the event is larger than the session's nodes: it must be recorded from the start");
		return -E2BIG;
	}
	if (index == CLB_SUBS_MAX) {
		NL_SET_ERR_MSG(extack, "a session records up to 256 events, those that it recorded before included");
		return -E2BIG;
	}
	c->fresh[c->nr_fresh] = clb_sub_alloc(s, event);
	if (!c->fresh[c->nr_fresh])
		return -ENOMEM;
	c->nr_fresh++;
	c->contexts |= event->contexts;
	c->nr_ids = max(c->nr_ids, event->id + 1u);
	__set_bit(index, c->wanted);
	return 0;
}

static int prepare(struct clb_change *c, struct clb_session *s, struct clbench_event **events,
		   unsigned int nr_events, struct netlink_ext_ack *extack)
{
	unsigned int i;
	int index, err;

	for (i = 0; i < nr_events; i++) {
		index = find_sub(s, events[i]);
		if (index >= 0) {
			__set_bit(index, c->wanted);
			continue;
		}
		err = add_fresh(c, s, events[i], extack);
		if (err)
			return err;
	}
	if (c->nr_ids <= s->nr_ids)
		return 0;
	c->index_of = clb_sub_index_alloc(s, c->nr_ids);
	return c->index_of ? 0 : -ENOMEM;
}

static int ask_events(struct clb_session *s, struct clbench_event **events,
		      unsigned int nr_events, struct netlink_ext_ack *extack)
{
	struct clb_change *c;
	int err;

	lockdep_assert_held(&s->change_lock);
	/* Pairs with the release in clb_change_carry_out(): the subscriptions are
	 * as that one has left them, and stay so until there is another change.
	 */
	if (smp_load_acquire(&s->change)) {
		NL_SET_ERR_MSG(extack, "the session is carrying out another change; try again");
		return -EBUSY;
	}
	c = kvzalloc(sizeof(*c), GFP_KERNEL);
	if (!c)
		return -ENOMEM;
	err = prepare(c, s, events, nr_events, extack);
	if (err) {
		clb_change_free(c);
		return err;
	}
	s->changes++;
	/* Pairs with the acquire in clb_change_carry_out(). */
	smp_store_release(&s->change, c);
	return 0;
}

static void set_limits(struct clb_session *s, const struct clb_limits *limits)
{
	if (limits->mem_max != U64_MAX)
		WRITE_ONCE(s->config.mem_max, limits->mem_max);
	if (limits->flush_period_ms != U32_MAX)
		WRITE_ONCE(s->config.flush_period_ms, limits->flush_period_ms);
	if (limits->linger_ms != U32_MAX)
		WRITE_ONCE(s->config.linger_ms, limits->linger_ms);
}

/**
 * clb_change_ask() - have a session changed
 * @s: the session
 * @events: what to record from now on, each held by clb_event_get()
 * @nr_events: how many; 0: as before
 * @limits: take effect at once
 * @number: of the last change asked for, which clb_session.changes_done reaches
 *	when it is carried out or has failed
 * @extack: for what is wrong; then nothing changes
 *
 * Context: process; may sleep, but waits for nobody who does.
 * Return: 0; -EBUSY: another change is under way; -ESHUTDOWN: the session ends;
 * -E2BIG: too many events or too large a record; -ERANGE, -EINVAL: mem_max is
 * wrong; -ENOMEM.
 */
int clb_change_ask(struct clb_session *s, struct clbench_event **events, unsigned int nr_events,
		   const struct clb_limits *limits, u32 *number, struct netlink_ext_ack *extack)
{
	int err = 0;

	if (READ_ONCE(s->state) != CLBENCH_STATE_RECORDING ||
	    test_bit(CLB_SESSION_END, &s->flags)) {
		NL_SET_ERR_MSG(extack, "the session does not record now");
		return -ESHUTDOWN;
	}
	if (limits->mem_max != U64_MAX)
		err = clb_session_check_mem_max(limits->mem_max, extack);
	if (err)
		return err;
	mutex_lock(&s->change_lock);
	if (nr_events)
		err = ask_events(s, events, nr_events, extack);
	if (!err)
		set_limits(s, limits);
	*number = s->changes;
	mutex_unlock(&s->change_lock);
	if (!err)
		clb_session_wake(s, CLB_SESSION_WAKE);
	return err;
}

/* -------------------------------------------------------------- carrying out */

static void tell(struct clb_change *c, char sign, const struct clb_sub *sub)
{
	size_t used = strlen(c->text);

	scnprintf(c->text + used, sizeof(c->text) - used, " %c%s", sign, sub->event->name);
}

static void add_subs(struct clb_session *s, struct clb_change *c)
{
	unsigned int i;

	if (c->index_of) {
		swap(s->index_of, c->index_of);
		s->nr_ids = c->nr_ids;
	}
	for (i = 0; i < c->nr_fresh; i++)
		clb_sub_add(s, c->fresh[i]);
	c->nr_fresh = 0;
}

/* On what is wanted and is not; all or nothing. */
static int switch_on(struct clb_session *s, struct clb_change *c)
{
	DECLARE_BITMAP(switched, CLB_SUBS_MAX) = { 0 };
	unsigned int i;
	int err;

	for_each_set_bit(i, c->wanted, s->nr_subs) {
		if (s->subs[i]->on)
			continue;
		err = clb_event_attach(s->subs[i]);
		if (err) {
			c->what = s->subs[i]->event->name;
			goto err_off;
		}
		__set_bit(i, switched);
		tell(c, '+', s->subs[i]);
	}
	return 0;

err_off:
	for_each_set_bit(i, switched, s->nr_subs)
		clb_event_detach(s->subs[i]);
	return err;
}

static void switch_off(struct clb_session *s, struct clb_change *c)
{
	unsigned int i;

	for (i = 0; i < s->nr_subs; i++) {
		if (test_bit(i, c->wanted) || !s->subs[i]->on)
			continue;
		clb_event_detach(s->subs[i]);
		tell(c, '-', s->subs[i]);
	}
}

static int carry_out(struct clb_session *s, struct clb_change *c)
{
	int err;

	strscpy(c->text, "clbench: set", sizeof(c->text));
	err = clb_table_widen(s, c->contexts);
	if (err)
		return err;
	add_subs(s, c);
	err = switch_on(s, c);
	if (err)
		return err;
	switch_off(s, c);
	/* In the stream as well, if there is room for it. */
	clb_record_mark(s, c->text, strlen(c->text) + 1);
	return 0;
}

/* One more is done, and this is how it went: both are seen, or neither. */
static void note_result(struct clb_session *s, int err, const char *what)
{
	spin_lock(&s->window.lock);
	s->change_error = err;
	if (what)
		snprintf(s->change_message, sizeof(s->change_message),
			 "%s cannot be switched on", what);
	else
		strscpy(s->change_message, "there is no memory for the lists of further contexts",
			sizeof(s->change_message));
	s->changes_done++;
	spin_unlock(&s->window.lock);
}

/**
 * clb_change_carry_out() - do what a handler has asked for, if one has
 * @s: the session
 *
 * An event that was switched off is not switched on again before a grace period is
 * over: a walk over the sessions of its event may still stand there. Until then no
 * other change is taken.
 *
 * Context: the session thread; may sleep.
 * Return: whether it is to be called again soon.
 */
bool clb_change_carry_out(struct clb_session *s)
{
	/* Pairs with the release in ask_events(). */
	struct clb_change *c = smp_load_acquire(&s->change);
	const char *what;
	int err;

	if (!c)
		return false;
	if (!s->change_made) {
		c->err = carry_out(s, c);
		s->change_cookie = start_poll_synchronize_rcu();
		s->change_made = true;
	}
	if (!poll_state_synchronize_rcu(s->change_cookie))
		return true;
	err = c->err;
	/* The session keeps the event. */
	what = c->what;
	clb_change_free(c);
	s->change_made = false;
	/* Pairs with the acquire in ask_events(). */
	smp_store_release(&s->change, NULL);
	/* Last: who sees it may ask again. */
	note_result(s, err, what);
	return false;
}
