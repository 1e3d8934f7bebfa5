// SPDX-License-Identifier: GPL-2.0
/* Messages of the family: an event, a session, a batch, as attributes. */

#include <linux/jiffies.h>
#include <linux/skbuff.h>
#include <net/genetlink.h>

#include "counts.h"
#include "event.h"
#include "netlink.h"
#include "session.h"
#include "source.h"

/* ------------------------------------------------------------------- events */

static size_t string_bytes(const char *text)
{
	return text ? nla_total_size(strlen(text) + 1) : 0;
}

static size_t field_bytes(const struct clbench_field *f)
{
	size_t bytes = nla_total_size(0) + string_bytes(f->name) + string_bytes(f->unit) +
		       2 * nla_total_size(sizeof(u32));
	unsigned int i;

	for (i = 0; i < f->nr_labels; i++)
		bytes += nla_total_size(0) + nla_total_size(sizeof(u32)) +
			 string_bytes(f->labels[i].name);
	return bytes;
}

/**
 * clb_netlink_event_bytes() - how long an event's description is
 * @event: the event
 *
 * Context: any.
 * Return: bytes of attributes; not less than clb_netlink_event_fill() writes.
 */
size_t clb_netlink_event_bytes(const struct clbench_event *event)
{
	size_t bytes = 2 * nla_total_size(sizeof(u32)) + string_bytes(event->name) +
		       string_bytes(event->group) + string_bytes(event->description) +
		       string_bytes(event->why_not) + string_bytes(module_name(event->owner)) +
		       nla_total_size(MODULE_NAME_LEN + 16);
	unsigned int i;

	for (i = 0; i < event->nr_fields; i++)
		bytes += field_bytes(&event->fields[i]);
	return bytes;
}

static int put_label(struct sk_buff *skb, const struct clbench_label *label)
{
	struct nlattr *nest = nla_nest_start(skb, CLBENCH_A_FIELD_LABEL);

	if (!nest || nla_put_u32(skb, CLBENCH_A_LABEL_VALUE, label->value) ||
	    nla_put_string(skb, CLBENCH_A_LABEL_NAME, label->name))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_field(struct sk_buff *skb, const struct clbench_field *f)
{
	struct nlattr *nest = nla_nest_start(skb, CLBENCH_A_EVENT_FIELD);
	unsigned int i;

	if (!nest || nla_put_string(skb, CLBENCH_A_FIELD_NAME, f->name) ||
	    nla_put_u32(skb, CLBENCH_A_FIELD_TYPE, f->type) ||
	    (f->size && nla_put_u32(skb, CLBENCH_A_FIELD_SIZE, f->size)) ||
	    (f->unit && nla_put_string(skb, CLBENCH_A_FIELD_UNIT, f->unit)))
		return -EMSGSIZE;
	for (i = 0; i < f->nr_labels; i++) {
		if (put_label(skb, &f->labels[i]))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_source(struct sk_buff *skb, const struct clbench_event *event)
{
	char text[MODULE_NAME_LEN + 16];

	if (event->internal)
		return 0;
	if (event->source)
		clb_source_text(event->source, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "module %s", module_name(event->owner));
	return nla_put_string(skb, CLBENCH_A_EVENT_SOURCE, text);
}

/**
 * clb_netlink_event_fill() - describe an event
 * @skb: where to
 * @event: the event; clb_event_lock is held
 *
 * Context: process.
 * Return: 0; -EMSGSIZE: there is no room.
 */
int clb_netlink_event_fill(struct sk_buff *skb, const struct clbench_event *event)
{
	unsigned int i;

	if (nla_put_u32(skb, CLBENCH_A_EVENT_ID, event->id) ||
	    nla_put_string(skb, CLBENCH_A_EVENT_NAME, event->name) ||
	    (event->group && nla_put_string(skb, CLBENCH_A_EVENT_GROUP, event->group)) ||
	    put_source(skb, event) ||
	    nla_put_string(skb, CLBENCH_A_EVENT_MODULE, module_name(event->owner)) ||
	    nla_put_string(skb, CLBENCH_A_EVENT_DESCRIPTION, event->description) ||
	    (event->why_not && nla_put_string(skb, CLBENCH_A_EVENT_WHY_NOT, event->why_not)) ||
	    (event->internal && nla_put_flag(skb, CLBENCH_A_EVENT_INTERNAL)))
		return -EMSGSIZE;
	for (i = 0; i < event->nr_fields; i++) {
		if (put_field(skb, &event->fields[i]))
			return -EMSGSIZE;
	}
	return 0;
}

/* ----------------------------------------------------------------- sessions */

static int put_u64(struct sk_buff *skb, int type, u64 value)
{
	return nla_put_u64_64bit(skb, type, value, CLBENCH_A_SESSION_PAD);
}

/* Calls that the kernel did not make while the event was on. */
static u64 missed(const struct clb_sub *sub)
{
	/* Pairs with the release in clb_event_attach(). */
	u64 before = smp_load_acquire(&sub->missed);
	/* Pairs with the releases where it goes off: missed_end is of that time. */
	bool on = smp_load_acquire(&sub->on);

	return (on ? clb_event_missed(sub->event) : READ_ONCE(sub->missed_end)) - before;
}

static int put_counts(struct sk_buff *skb, struct clb_session *s, unsigned int i, u64 delivered)
{
	static const int attribute[] = {
		[CLBENCH_CAUSE_FULL_CAP] = CLBENCH_A_COUNTS_FULL_CAP,
		[CLBENCH_CAUSE_FULL_REFILL] = CLBENCH_A_COUNTS_FULL_REFILL,
		[CLBENCH_CAUSE_NESTED] = CLBENCH_A_COUNTS_NESTED,
		[CLBENCH_CAUSE_OVERSIZE] = CLBENCH_A_COUNTS_OVERSIZE,
		[CLBENCH_CAUSE_NO_MEMORY] = CLBENCH_A_COUNTS_NO_MEMORY,
		[CLBENCH_CAUSE_NO_RCU] = CLBENCH_A_COUNTS_NO_RCU,
		[CLBENCH_CAUSE_ABANDONED] = CLBENCH_A_COUNTS_ABANDONED,
	};
	struct nlattr *nest = nla_nest_start(skb, CLBENCH_A_SESSION_COUNTS);
	const struct clb_sub *sub = s->subs[i];
	const struct clbench_event *event = sub->event;
	struct clb_counts c;
	unsigned int cause;
	u64 rest;

	clb_counts_sum(s, i, &c);
	/* An ack may have come since delivered was read, but not the other way. */
	rest = c.published - min(delivered, c.published);
	if (READ_ONCE(s->state) == CLBENCH_STATE_ENDED) {
		c.discarded[CLBENCH_CAUSE_ABANDONED] = rest;
		rest = 0;
	}
	if (!nest || nla_put_string(skb, CLBENCH_A_COUNTS_EVENT_NAME, event->name) ||
	    nla_put_u32(skb, CLBENCH_A_COUNTS_EVENT_ID, event->id) ||
	    nla_put_u64_64bit(skb, CLBENCH_A_COUNTS_DELIVERED, delivered, CLBENCH_A_COUNTS_PAD) ||
	    nla_put_u64_64bit(skb, CLBENCH_A_COUNTS_PENDING, rest, CLBENCH_A_COUNTS_PAD) ||
	    (!READ_ONCE(sub->on) && nla_put_flag(skb, CLBENCH_A_COUNTS_SWITCHED_OFF)))
		return -EMSGSIZE;
	for (cause = 0; cause < ARRAY_SIZE(attribute); cause++) {
		if (nla_put_u64_64bit(skb, attribute[cause], c.discarded[cause],
				      CLBENCH_A_COUNTS_PAD))
			return -EMSGSIZE;
	}
	if (clb_event_may_miss(event) &&
	    nla_put_u64_64bit(skb, CLBENCH_A_COUNTS_MISSED, missed(sub), CLBENCH_A_COUNTS_PAD))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}

static int put_window(struct sk_buff *skb, struct clb_session *s)
{
	u64 sent, acked, resent, retained;

	spin_lock(&s->window.lock);
	sent = s->window.sent_high;
	acked = s->window.acked;
	resent = s->window.resent;
	retained = s->window.retained;
	spin_unlock(&s->window.lock);
	return put_u64(skb, CLBENCH_A_SESSION_SENT, sent) ||
	       put_u64(skb, CLBENCH_A_SESSION_ACKED, acked) ||
	       put_u64(skb, CLBENCH_A_SESSION_RESENT, resent) ||
	       put_u64(skb, CLBENCH_A_SESSION_RETAINED, retained);
}

static u32 nodes_high(struct clb_session *s)
{
	struct clb_list *l;
	u32 high = 0;

	clb_list_for_each(l, s)
		high = max(high, READ_ONCE(l->c.nr_high));
	return high;
}

static int put_config(struct sk_buff *skb, const struct clb_session *s)
{
	const struct clb_config *c = &s->config;

	return nla_put_u32(skb, CLBENCH_A_SESSION_NR_NODE, c->nr_node) ||
	       nla_put_u32(skb, CLBENCH_A_SESSION_NODE_NR_COMPOSED, c->node_nr_composed) ||
	       put_u64(skb, CLBENCH_A_SESSION_MEM_MAX, READ_ONCE(c->mem_max)) ||
	       nla_put_u32(skb, CLBENCH_A_SESSION_FLUSH_PERIOD_MS,
			   READ_ONCE(c->flush_period_ms)) ||
	       nla_put_u32(skb, CLBENCH_A_SESSION_WINDOW, READ_ONCE(s->window.max)) ||
	       nla_put_u32(skb, CLBENCH_A_SESSION_LINGER_MS, READ_ONCE(c->linger_ms));
}

static int put_identity(struct sk_buff *skb, const struct clb_session *s)
{
	char group[sizeof("batch4294967295")];

	snprintf(group, sizeof(group), "batch%u", s->group);
	return nla_put_u32(skb, CLBENCH_A_SESSION_ID, s->id) ||
	       nla_put_string(skb, CLBENCH_A_SESSION_NAME, s->config.name) ||
	       nla_put(skb, CLBENCH_A_SESSION_UUID, sizeof(s->uuid), &s->uuid) ||
	       nla_put_string(skb, CLBENCH_A_SESSION_GROUP, group);
}

/* The state, and the reader or how long the session waits for one. */
static int put_reader(struct sk_buff *skb, struct clb_session *s)
{
	enum clbench_state state = READ_ONCE(s->state);
	struct clb_owner owner;
	long left = clb_owner_tell(s, &owner);

	if (owner.sk)
		return nla_put_u32(skb, CLBENCH_A_SESSION_STATE, state) ||
		       nla_put_u32(skb, CLBENCH_A_SESSION_READER_PID, owner.pid) ||
		       nla_put_string(skb, CLBENCH_A_SESSION_READER_COMM, owner.comm);
	if (state == CLBENCH_STATE_RECORDING)
		state = CLBENCH_STATE_ORPHANED;
	return nla_put_u32(skb, CLBENCH_A_SESSION_STATE, state) ||
	       nla_put_u32(skb, CLBENCH_A_SESSION_LINGER_LEFT_MS, jiffies_to_msecs(left));
}

/* Read while the session thread changes them: right to within one stall. */
static u32 stalled_ms(const struct clb_session *s)
{
	u64 since = READ_ONCE(s->stalled_since), stalled = READ_ONCE(s->stalled);

	if (since)
		stalled += ktime_get_raw_fast_ns() - since;
	return min_t(u64, div_u64(stalled, NSEC_PER_MSEC), U32_MAX);
}

static int put_changes(struct sk_buff *skb, struct clb_session *s)
{
	char text[sizeof(s->change_message)];
	int error;
	u32 done;

	/* First: when it says that a change is done, so is what follows. */
	spin_lock(&s->window.lock);
	done = s->changes_done;
	error = s->change_error;
	strscpy(text, s->change_message, sizeof(text));
	spin_unlock(&s->window.lock);
	return nla_put_u32(skb, CLBENCH_A_SESSION_CHANGED, done) ||
	       nla_put_u32(skb, CLBENCH_A_SESSION_CHUNK, READ_ONCE(s->chunk)) ||
	       (error && (nla_put_u32(skb, CLBENCH_A_SESSION_CHANGE_ERROR, -error) ||
			  nla_put_string(skb, CLBENCH_A_SESSION_CHANGE_MESSAGE, text)));
}

static int put_state(struct sk_buff *skb, struct clb_session *s)
{
	enum clb_cut_state cut = READ_ONCE(s->cut_state);
	/* The session thread may store a later one meanwhile. */
	s64 age = max_t(s64, ktime_get_raw_fast_ns() - READ_ONCE(s->cut), 0);
	u32 age_ms = min_t(u64, div_u64(age, NSEC_PER_MSEC), U32_MAX);
	/* Pairs with the release in switch_on(): the message is there. */
	int error = smp_load_acquire(&s->error);

	return put_reader(skb, s) ||
	       (error && (nla_put_u32(skb, CLBENCH_A_SESSION_ERROR, -error) ||
			  nla_put_string(skb, CLBENCH_A_SESSION_MESSAGE, s->message))) ||
	       put_u64(skb, CLBENCH_A_SESSION_STARTED_NS, s->started_real) ||
	       put_u64(skb, CLBENCH_A_SESSION_MEM_NOW, atomic_long_read(&s->mem_now)) ||
	       put_u64(skb, CLBENCH_A_SESSION_MEM_HIGH, atomic_long_read(&s->mem_high)) ||
	       put_u64(skb, CLBENCH_A_SESSION_DRAINED, READ_ONCE(s->drained)) ||
	       put_u64(skb, CLBENCH_A_SESSION_LATE, READ_ONCE(s->late)) ||
	       nla_put_u32(skb, CLBENCH_A_SESSION_NODES_HIGH, nodes_high(s)) ||
	       nla_put_u32(skb, CLBENCH_A_SESSION_STALLED_MS, stalled_ms(s)) ||
	       put_changes(skb, s) ||
	       (cut != CLB_CUT_NONE && nla_put_u32(skb, CLBENCH_A_SESSION_CUT_AGE_MS, age_ms));
}

/**
 * clb_netlink_session_fill() - describe a session's state and counters
 * @skb: where to
 * @s: the session
 * @nr_counts: events whose counters to tell, up to clb_session_nr_subs()
 *
 * Context: process.
 * Return: 0; -EMSGSIZE: there is no room.
 */
int clb_netlink_session_fill(struct sk_buff *skb, struct clb_session *s, unsigned int nr_counts)
{
	unsigned int i;
	u64 delivered;

	if (put_identity(skb, s) || put_state(skb, s) || put_config(skb, s) || put_window(skb, s))
		return -EMSGSIZE;
	for (i = 0; i < nr_counts; i++) {
		spin_lock(&s->window.lock);
		delivered = s->window.delivered[i];
		spin_unlock(&s->window.lock);
		if (put_counts(skb, s, i, delivered))
			return -EMSGSIZE;
	}
	return 0;
}

/* Fixed attributes, then twelve counters and a name for each event. That may be
 * more than a fragmented machine has in one piece. A notification goes without the
 * counters then; who asks must not take that for a session that recorded nothing.
 */
static struct sk_buff *session_msg(struct clb_session *s, u32 portid, u32 seq, u8 cmd)
{
	/* Once: a change may add more meanwhile. */
	unsigned int nr = clb_session_nr_subs(s);
	struct sk_buff *skb = genlmsg_new(1280 + nr * 320, GFP_KERNEL | __GFP_NOWARN);
	void *head;

	if (!skb && cmd == CLBENCH_CMD_SESSION_NTF) {
		nr = 0;
		skb = genlmsg_new(1280, GFP_KERNEL);
	}
	if (!skb)
		return NULL;
	head = genlmsg_put(skb, portid, seq, &clb_family, 0, cmd);
	if (!head || clb_netlink_session_fill(skb, s, nr)) {
		nlmsg_free(skb);
		return NULL;
	}
	genlmsg_end(skb, head);
	return skb;
}

/**
 * clb_netlink_session_msg() - a notification of a session's state
 * @s: the session
 *
 * Context: process; may sleep.
 * Return: the message for clb_netlink_session_send(); NULL without memory.
 */
struct sk_buff *clb_netlink_session_msg(struct clb_session *s)
{
	return session_msg(s, 0, 0, CLBENCH_CMD_SESSION_NTF);
}

/**
 * clb_netlink_session_reply() - the answer to session-get
 * @s: the session
 * @portid: who asked
 * @seq: of the request
 *
 * Context: process; may sleep.
 * Return: the message, or NULL without memory.
 */
struct sk_buff *clb_netlink_session_reply(struct clb_session *s, u32 portid, u32 seq)
{
	return session_msg(s, portid, seq, CLBENCH_CMD_SESSION_GET);
}

/* ------------------------------------------------------------------ batches */

/**
 * clb_netlink_batch_head() - the head of a batch's message
 * @s: the session
 * @seq: the batch's number
 * @last: nothing follows it
 * @bytes: of the packet, which the caller adds as page fragments; a multiple of 4
 *
 * Small, and without it nothing that was merged could be delivered: its memory
 * is waited for.
 *
 * Context: process; may sleep.
 * Return: the message.
 */
struct sk_buff *clb_netlink_batch_head(struct clb_session *s, u64 seq, bool last, size_t bytes)
{
	struct sk_buff *skb = alloc_skb(128, GFP_KERNEL | __GFP_NOFAIL);
	struct nlattr *packet;

	genlmsg_put(skb, 0, 0, &clb_family, 0, CLBENCH_CMD_BATCH);
	nla_put_u32(skb, CLBENCH_A_BATCH_SESSION_ID, s->id);
	nla_put_u64_64bit(skb, CLBENCH_A_BATCH_SEQ, seq, CLBENCH_A_BATCH_PAD);
	if (last)
		nla_put_flag(skb, CLBENCH_A_BATCH_LAST);
	packet = skb_put(skb, NLA_HDRLEN);
	packet->nla_type = CLBENCH_A_BATCH_PACKET;
	packet->nla_len = NLA_HDRLEN + bytes;
	return skb;
}
