// SPDX-License-Identifier: GPL-2.0
/*
 * The generic netlink family: its requests, groups and rights.
 *
 * Handlers run in the sender's context, several at a time (parallel_ops), with
 * the read side of genetlink's cb_lock held: whoever waits here, waits with all
 * generic netlink of the machine behind it. So none waits for a grace period, a
 * drain, an ack or a thread. Only the initial network namespace is served.
 *
 * Nothing is switched on by bind or by having listeners: an unprivileged user
 * in a network namespace of his own can cause both.
 */

#define pr_fmt(fmt) "clbench: " fmt

#include <linux/capability.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/net.h>
#include <linux/security.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat/multicast.h"

#include "change.h"
#include "event.h"
#include "netlink.h"
#include "param.h"
#include "session.h"
#include "version.h"

#ifndef GENL_MCAST_CAP_SYS_ADMIN
#error "this kernel cannot keep strangers out of a multicast group (6.1.68 or later can)"
#endif

/* ------------------------------------------------------------------- rights */

/* The family stays: sessions and dumps may begin. */
static bool settled __ro_after_init;

/* It stays, but none may begin. */
static bool besieged __ro_after_init;

static int is_settled(struct netlink_ext_ack *extack)
{
	/* Pairs with the release in settle(). */
	if (smp_load_acquire(&settled))
		return 0;
	if (READ_ONCE(besieged)) {
		NL_SET_ERR_MSG(extack, "strangers were in the module's groups when it was loaded; unload it, and load it again");
		return -EUSERS;
	}
	NL_SET_ERR_MSG(extack, "the module is still being loaded; try again");
	return -EAGAIN;
}

/* Who may ask and mark. */
static int may_use(const struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	if (netlink_capable(skb, CAP_PERFMON) || netlink_capable(skb, CAP_SYS_ADMIN))
		return is_settled(extack);
	NL_SET_ERR_MSG(extack, "CAP_PERFMON or CAP_SYS_ADMIN is needed");
	return -EPERM;
}

/* Who may record: as tracefs, also under lockdown. */
static int may_record(const struct sk_buff *skb, struct netlink_ext_ack *extack)
{
	int err;

	if (!netlink_capable(skb, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG(extack, "CAP_SYS_ADMIN is needed to record");
		return -EPERM;
	}
	err = security_locked_down(LOCKDOWN_TRACEFS);
	if (err) {
		NL_SET_ERR_MSG(extack, "the kernel is locked down");
		return err;
	}
	return is_settled(extack);
}

/* pre_doit does not run for dumps: each has a start of its own. */
static int dump_start(struct netlink_callback *cb)
{
	return may_use(cb->skb, cb->extack);
}

/* What a command takes is for its do: this kernel's tables have no other for its dump. */
static int session_dump_start(struct netlink_callback *cb)
{
	int err = dump_start(cb);

	if (!err && nlmsg_attrlen(cb->nlh, GENL_HDRLEN)) {
		NL_SET_ERR_MSG(cb->extack, "a dump takes no attributes");
		err = -EINVAL;
	}
	return err;
}

/*
 * Tells which attribute a refusal is about, where its errno says so: a command
 * has no two attributes that the same one could mean.
 */
static int blame(int err, struct genl_info *info)
{
	struct nlattr **a = info->attrs;
	const struct nlattr *bad;

	switch (err) {
	case -E2BIG:
		bad = a[CLBENCH_A_SESSION_NODE_NR_COMPOSED];
		break;
	case -EEXIST:
		bad = a[CLBENCH_A_SESSION_NAME];
		break;
	case -ENOENT:
		bad = a[CLBENCH_A_SESSION_ID];
		break;
	case -EINVAL:
	case -ERANGE:
	case -ESTALE:
		bad = a[CLBENCH_A_SESSION_ACK] ?: a[CLBENCH_A_SESSION_MEM_MAX];
		break;
	default:
		bad = NULL;
	}
	if (bad)
		NL_SET_BAD_ATTR(info->extack, bad);
	return err;
}

/* By what the sender may be known as a session's owner. */
static struct clb_claim claim_of(const struct sk_buff *skb, const struct genl_info *info)
{
	const struct nlattr *token = info->attrs[CLBENCH_A_SESSION_TOKEN];

	return (struct clb_claim) {
		.sk = NETLINK_CB(skb).sk,
		.token = token ? nla_get_u64(token) : 0,
	};
}

/* --------------------------------------------------------------- info, events */

static int info_get(struct sk_buff *request, struct genl_info *info)
{
	struct clb_config c;
	struct sk_buff *skb;
	void *head;
	int err = may_use(request, info->extack);

	if (err)
		return err;
	skb = genlmsg_new(512, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	clb_param_defaults(&c);
	head = genlmsg_put_reply(skb, info, &clb_family, 0, CLBENCH_CMD_INFO_GET);
	if (!head ||
	    nla_put_string(skb, CLBENCH_A_INFO_MODULE_VERSION, CLB_VERSION) ||
	    nla_put_u32(skb, CLBENCH_A_INFO_PROTOCOL, CLBENCH_PROTOCOL) ||
	    nla_put_u32(skb, CLBENCH_A_INFO_SESSIONS, clb_session_number()) ||
	    nla_put_u32(skb, CLBENCH_A_INFO_SESSIONS_MAX, clb_param_sessions_max()) ||
	    nla_put_u64_64bit(skb, CLBENCH_A_INFO_MEM_USED, clb_session_memory(),
			      CLBENCH_A_INFO_PAD) ||
	    nla_put_u64_64bit(skb, CLBENCH_A_INFO_MEM_TOTAL, clb_param_mem_total(),
			      CLBENCH_A_INFO_PAD) ||
	    nla_put_u32(skb, CLBENCH_A_INFO_NR_NODE, c.nr_node) ||
	    nla_put_u32(skb, CLBENCH_A_INFO_NODE_NR_COMPOSED, c.node_nr_composed) ||
	    nla_put_u64_64bit(skb, CLBENCH_A_INFO_MEM_MAX, c.mem_max, CLBENCH_A_INFO_PAD) ||
	    nla_put_u32(skb, CLBENCH_A_INFO_FLUSH_PERIOD_MS, c.flush_period_ms) ||
	    nla_put_u32(skb, CLBENCH_A_INFO_WINDOW, c.window) ||
	    nla_put_u32(skb, CLBENCH_A_INFO_LINGER_MS, c.linger_ms) ||
	    nla_put_u32(skb, CLBENCH_A_INFO_LINGER_MAX_MS, clb_param_linger_max_ms())) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

static int event_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct clbench_event *event;
	void *head;

	mutex_lock(&clb_event_lock);
	while ((event = clb_event_next(cb->args[0]))) {
		head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
				   &clb_family, NLM_F_MULTI, CLBENCH_CMD_EVENT_GET);
		if (!head)
			break;
		if (clb_netlink_event_fill(skb, event)) {
			genlmsg_cancel(skb, head);
			break;
		}
		genlmsg_end(skb, head);
		cb->args[0] = event->id + 1;
	}
	mutex_unlock(&clb_event_lock);
	return skb->len;
}

/* ---------------------------------------------------------------- subscribe */

static bool name_is_right(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++) {
		/* isalnum() alone takes Latin-1 letters, too. */
		if (!isascii(name[i]) || (!isalnum(name[i]) && !strchr("_.-", name[i])))
			return false;
	}
	return i && i <= CLBENCH_NAME_MAX;
}

static int check_linger(u32 linger_ms, struct genl_info *info)
{
	if (linger_ms <= clb_param_linger_max_ms())
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[CLBENCH_A_SESSION_LINGER_MS],
			    "linger-ms is above the module's parameter linger_max_ms");
	return -ERANGE;
}

static int read_config(struct clb_config *c, struct genl_info *info)
{
	struct nlattr **a = info->attrs;
	int err;

	clb_param_defaults(c);
	if (GENL_REQ_ATTR_CHECK(info, CLBENCH_A_SESSION_NAME)) {
		NL_SET_ERR_MSG(info->extack, "the session needs a name");
		return -EINVAL;
	}
	nla_strscpy(c->name, a[CLBENCH_A_SESSION_NAME], sizeof(c->name));
	if (!name_is_right(c->name)) {
		NL_SET_ERR_MSG_ATTR(info->extack, a[CLBENCH_A_SESSION_NAME],
				    "a name is 1 to 31 of letters, digits and _.-");
		return -EINVAL;
	}
	if (a[CLBENCH_A_SESSION_LINGER_MS])
		c->linger_ms = nla_get_u32(a[CLBENCH_A_SESSION_LINGER_MS]);
	err = check_linger(c->linger_ms, info);
	if (err)
		return err;
	if (a[CLBENCH_A_SESSION_NR_NODE])
		c->nr_node = nla_get_u32(a[CLBENCH_A_SESSION_NR_NODE]);
	if (a[CLBENCH_A_SESSION_NODE_NR_COMPOSED])
		c->node_nr_composed = nla_get_u32(a[CLBENCH_A_SESSION_NODE_NR_COMPOSED]);
	if (a[CLBENCH_A_SESSION_MEM_MAX])
		c->mem_max = min_t(u64, nla_get_u64(a[CLBENCH_A_SESSION_MEM_MAX]), LONG_MAX / 2);
	if (a[CLBENCH_A_SESSION_FLUSH_PERIOD_MS])
		c->flush_period_ms = nla_get_u32(a[CLBENCH_A_SESSION_FLUSH_PERIOD_MS]);
	if (a[CLBENCH_A_SESSION_WINDOW])
		c->window = nla_get_u32(a[CLBENCH_A_SESSION_WINDOW]);
	return 0;
}

static const char *event_refusal(long err)
{
	switch (err) {
	case -EPERM:
		return "this event is made by clbench itself";
	case -EOPNOTSUPP:
		return "this event cannot be recorded on this kernel";
	case -EAGAIN:
		return "the event's module is still being loaded; try again";
	default:
		return "there is no event of this name";
	}
}

static bool is_named(struct clbench_event **events, unsigned int nr,
		     const struct clbench_event *event)
{
	while (nr--) {
		if (events[nr] == event)
			return true;
	}
	return false;
}

static void put_events(struct clbench_event **events, unsigned int nr)
{
	while (nr--)
		clb_event_put(events[nr]);
	kfree(events);
}

/* Each event-name attribute, held. An event that is named twice is taken once. */
static int read_events(struct clbench_event ***result, unsigned int *nr,
		       const struct genl_info *info)
{
	struct clbench_event **events = kcalloc(CLB_SUBS_MAX, sizeof(*events), GFP_KERNEL);
	struct clbench_event *event;
	struct nlattr *a;
	int rem;

	if (!events)
		return -ENOMEM;
	*nr = 0;
	nlmsg_for_each_attr(a, info->nlhdr, GENL_HDRLEN, rem) {
		if (nla_type(a) != CLBENCH_A_SESSION_EVENT_NAME)
			continue;
		event = clb_event_get(nla_data(a));
		if (IS_ERR(event)) {
			info->extack->_msg = event_refusal(PTR_ERR(event));
			NL_SET_BAD_ATTR(info->extack, a);
			put_events(events, *nr);
			return PTR_ERR(event);
		}
		if (is_named(events, *nr, event)) {
			clb_event_put(event);
			continue;
		}
		if (*nr == CLB_SUBS_MAX) {
			NL_SET_ERR_MSG(info->extack, "a session records up to 256 events");
			clb_event_put(event);
			put_events(events, *nr);
			return -E2BIG;
		}
		events[(*nr)++] = event;
	}
	*result = events;
	return 0;
}

/* The answer to who is the owner by now: the session and its secret. */
static int owner_reply(struct clb_session *s, u64 token, struct genl_info *info)
{
	struct sk_buff *skb = genlmsg_new(1024, GFP_KERNEL);
	void *head;

	if (!skb)
		return -ENOMEM;
	head = genlmsg_put_reply(skb, info, &clb_family, 0, info->genlhdr->cmd);
	if (!head || clb_netlink_session_fill(skb, s, 0) ||
	    nla_put_u64_64bit(skb, CLBENCH_A_SESSION_TOKEN, token, CLBENCH_A_SESSION_PAD)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

static int subscribe(struct sk_buff *request, struct genl_info *info)
{
	struct clbench_event **events;
	struct clb_session *s;
	struct clb_config c;
	unsigned int nr;
	u64 token;
	int err;

	err = may_record(request, info->extack);
	if (!err)
		err = read_config(&c, info);
	if (!err)
		err = read_events(&events, &nr, info);
	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, CLBENCH_A_SESSION_EVENT_NAME)) {
		NL_SET_ERR_MSG(info->extack, "at least one event-name is needed");
		kfree(events);
		return -EINVAL;
	}
	err = clb_session_open(&c, events, nr, NETLINK_CB(request).sk, info->snd_portid, &s,
			       &token, info->extack);
	put_events(events, nr);
	if (err)
		return blame(err, info);
	err = owner_reply(s, token, info);
	if (err) {
		/* The subscriber does not know of it. */
		set_bit(CLB_SESSION_GIVE_UP, &s->flags);
		clb_session_wake(s, CLB_SESSION_END);
	}
	clb_session_put(s);
	return err;
}

/* ------------------------------------------------------- a session's requests */

/* The session that the request names. */
static struct clb_session *named_session(struct genl_info *info)
{
	struct clb_session *s;

	if (GENL_REQ_ATTR_CHECK(info, CLBENCH_A_SESSION_ID)) {
		NL_SET_ERR_MSG(info->extack, "the session's id is needed");
		return ERR_PTR(-EINVAL);
	}
	s = clb_session_get(nla_get_u32(info->attrs[CLBENCH_A_SESSION_ID]));
	if (!s) {
		NL_SET_ERR_MSG(info->extack, "there is no session of this id");
		return ERR_PTR(blame(-ENOENT, info));
	}
	return s;
}

static int attach(struct sk_buff *request, struct genl_info *info)
{
	struct nlattr **a = info->attrs;
	struct clb_session *s;
	u64 token;
	int err = may_record(request, info->extack);

	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, CLBENCH_A_SESSION_ACK)) {
		NL_SET_ERR_MSG(info->extack, "the number of the last batch that was stored is needed, 0 for none");
		return -EINVAL;
	}
	s = named_session(info);
	if (IS_ERR(s))
		return PTR_ERR(s);
	err = clb_owner_attach(s, NETLINK_CB(request).sk, info->snd_portid,
			       nla_get_u64(a[CLBENCH_A_SESSION_ACK]),
			       a[CLBENCH_A_SESSION_WINDOW] ?
			       nla_get_u32(a[CLBENCH_A_SESSION_WINDOW]) : 0,
			       &token, info->extack);
	/* Without an answer the session is the sender's all the same: he may
	 * close the socket and try again.
	 */
	if (!err)
		err = owner_reply(s, token, info);
	else
		blame(err, info);
	clb_session_put(s);
	return err;
}

static int ack(struct sk_buff *request, struct genl_info *info)
{
	struct clb_claim claim = claim_of(request, info);
	struct clb_session *s;
	int err = may_record(request, info->extack);

	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, CLBENCH_A_SESSION_ACK)) {
		NL_SET_ERR_MSG(info->extack, "the number of a batch is needed");
		return -EINVAL;
	}
	s = named_session(info);
	if (IS_ERR(s))
		return PTR_ERR(s);
	err = clb_window_ack(s, &claim, nla_get_u64(info->attrs[CLBENCH_A_SESSION_ACK]),
			     nla_get_flag(info->attrs[CLBENCH_A_SESSION_RESEND]), info->extack);
	clb_session_put(s);
	return blame(err, info);
}

static int unsubscribe(struct sk_buff *request, struct genl_info *info)
{
	struct clb_claim claim = claim_of(request, info);
	struct clb_session *s;
	int err = may_record(request, info->extack);

	if (err)
		return err;
	s = named_session(info);
	if (IS_ERR(s))
		return PTR_ERR(s);
	err = clb_owner_end(s, &claim, nla_get_flag(info->attrs[CLBENCH_A_SESSION_FORCE]),
			    info->extack);
	clb_session_put(s);
	return err;
}

/* Made before what it answers is done, which would look refused else. */
static struct sk_buff *number_alloc(void)
{
	return genlmsg_new(64, GFP_KERNEL);
}

/* A number of the session that was asked about; @skb is consumed. */
static int number_reply(struct sk_buff *skb, struct clb_session *s, int attribute, u32 number,
			struct genl_info *info)
{
	void *head;

	head = genlmsg_put_reply(skb, info, &clb_family, 0, info->genlhdr->cmd);
	if (!head || nla_put_u32(skb, CLBENCH_A_SESSION_ID, s->id) ||
	    nla_put_u32(skb, attribute, number)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

/* The session that the request names, if it comes from its owner. */
static struct clb_session *owned_session(struct sk_buff *request, struct genl_info *info)
{
	struct clb_claim claim = claim_of(request, info);
	struct clb_session *s;
	int err = may_record(request, info->extack);

	if (err)
		return ERR_PTR(err);
	s = named_session(info);
	if (IS_ERR(s))
		return s;
	err = clb_owner_may(s, &claim, info->extack);
	if (!err)
		return s;
	clb_session_put(s);
	return ERR_PTR(err);
}

static int read_limits(struct clb_limits *l, struct genl_info *info)
{
	struct nlattr **a = info->attrs;

	*l = (struct clb_limits) { U64_MAX, U32_MAX, U32_MAX };
	if (a[CLBENCH_A_SESSION_MEM_MAX])
		l->mem_max = min_t(u64, nla_get_u64(a[CLBENCH_A_SESSION_MEM_MAX]), LONG_MAX / 2);
	if (a[CLBENCH_A_SESSION_FLUSH_PERIOD_MS])
		l->flush_period_ms = nla_get_u32(a[CLBENCH_A_SESSION_FLUSH_PERIOD_MS]);
	if (!a[CLBENCH_A_SESSION_LINGER_MS])
		return 0;
	l->linger_ms = nla_get_u32(a[CLBENCH_A_SESSION_LINGER_MS]);
	return check_linger(l->linger_ms, info);
}

static int session_set(struct sk_buff *request, struct genl_info *info)
{
	struct clb_session *s = owned_session(request, info);
	struct clbench_event **events;
	struct clb_limits limits;
	struct sk_buff *reply;
	unsigned int nr;
	u32 number;
	int err;

	if (IS_ERR(s))
		return PTR_ERR(s);
	err = -ENOMEM;
	reply = number_alloc();
	if (!reply)
		goto out;
	err = read_limits(&limits, info);
	if (!err)
		err = read_events(&events, &nr, info);
	if (err)
		goto out_free;
	err = clb_change_ask(s, events, nr, &limits, &number, info->extack);
	put_events(events, nr);
	if (err) {
		blame(err, info);
		goto out_free;
	}
	err = number_reply(reply, s, CLBENCH_A_SESSION_CHANGE, number, info);
	goto out;

out_free:
	nlmsg_free(reply);
out:
	clb_session_put(s);
	return err;
}

static int rotate(struct sk_buff *request, struct genl_info *info)
{
	struct clb_session *s = owned_session(request, info);
	struct sk_buff *reply;
	u32 next;
	int err;

	if (IS_ERR(s))
		return PTR_ERR(s);
	reply = number_alloc();
	if (!reply) {
		err = -ENOMEM;
	} else if (READ_ONCE(s->state) != CLBENCH_STATE_RECORDING) {
		NL_SET_ERR_MSG(info->extack, "the session does not record now");
		nlmsg_free(reply);
		err = -ESHUTDOWN;
	} else {
		next = READ_ONCE(s->chunk) + 1;
		clb_session_wake(s, CLB_SESSION_ROTATE);
		err = number_reply(reply, s, CLBENCH_A_SESSION_CHUNK, next, info);
	}
	clb_session_put(s);
	return err;
}

static int session_get(struct sk_buff *request, struct genl_info *info)
{
	struct clb_session *s;
	struct sk_buff *skb;
	int err = may_use(request, info->extack);

	if (err)
		return err;
	s = named_session(info);
	if (IS_ERR(s))
		return PTR_ERR(s);
	skb = clb_netlink_session_reply(s, info->snd_portid, info->snd_seq);
	clb_session_put(s);
	return skb ? genlmsg_reply(skb, info) : -ENOMEM;
}

/* Without the counts of a session that has too many events for a dump: its
 * session-get has them.
 */
static int dump_session(struct sk_buff *skb, struct netlink_callback *cb, struct clb_session *s,
			unsigned int nr_counts)
{
	void *head = genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq, &clb_family,
				 NLM_F_MULTI, CLBENCH_CMD_SESSION_GET);

	if (!head)
		return -EMSGSIZE;
	if (clb_netlink_session_fill(skb, s, nr_counts)) {
		genlmsg_cancel(skb, head);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return 0;
}

static int session_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct clb_session *s;
	int err = 0;

	while (!err && (s = clb_session_get_after(cb->args[0]))) {
		err = dump_session(skb, cb, s, clb_session_nr_subs(s));
		if (err && !skb->len)
			err = dump_session(skb, cb, s, 0);
		if (!err)
			cb->args[0] = s->id;
		clb_session_put(s);
	}
	return skb->len;
}

/* -------------------------------------------------------------------- marks */

static int mark(struct sk_buff *request, struct genl_info *info)
{
	const struct nlattr *name = info->attrs[CLBENCH_A_MARK_SESSION_NAME];
	struct sk_buff *skb;
	u32 marked;
	void *head;
	int err = may_use(request, info->extack);

	if (err)
		return err;
	if (GENL_REQ_ATTR_CHECK(info, CLBENCH_A_MARK_TEXT)) {
		NL_SET_ERR_MSG(info->extack, "the mark needs a text");
		return -EINVAL;
	}
	err = clb_session_mark(name ? nla_data(name) : NULL,
			       nla_data(info->attrs[CLBENCH_A_MARK_TEXT]), &marked, info->extack);
	if (err == -ENOENT && name)
		NL_SET_BAD_ATTR(info->extack, name);
	if (err)
		return err;
	skb = genlmsg_new(64, GFP_KERNEL);
	if (!skb)
		return -ENOMEM;
	head = genlmsg_put_reply(skb, info, &clb_family, 0, CLBENCH_CMD_MARK);
	if (!head || nla_put_u32(skb, CLBENCH_A_MARK_MARKED, marked)) {
		nlmsg_free(skb);
		return -EMSGSIZE;
	}
	genlmsg_end(skb, head);
	return genlmsg_reply(skb, info);
}

/* --------------------------------------------------------------- the family */

/* Limits above 32,767 do not fit into the policy itself. Not const: 6.1 wants it so. */
static struct netlink_range_validation nr_node_range = { 2, 65536 };
static struct netlink_range_validation node_nr_composed_range = { 16, 65536 };
static struct netlink_range_validation flush_period_ms_range = { 1, 60000 };

static const struct nla_policy subscribe_policy[CLBENCH_A_SESSION_MAX + 1] = {
	[CLBENCH_A_SESSION_NAME] = { .type = NLA_NUL_STRING, .len = CLBENCH_NAME_MAX },
	[CLBENCH_A_SESSION_EVENT_NAME] = { .type = NLA_NUL_STRING, .len = CLBENCH_EVENT_NAME_MAX },
	[CLBENCH_A_SESSION_NR_NODE] = NLA_POLICY_FULL_RANGE(NLA_U32, &nr_node_range),
	[CLBENCH_A_SESSION_NODE_NR_COMPOSED] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &node_nr_composed_range),
	[CLBENCH_A_SESSION_MEM_MAX] = { .type = NLA_U64 },
	[CLBENCH_A_SESSION_FLUSH_PERIOD_MS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &flush_period_ms_range),
	[CLBENCH_A_SESSION_WINDOW] = NLA_POLICY_RANGE(NLA_U32, 1, 1024),
	[CLBENCH_A_SESSION_LINGER_MS] = { .type = NLA_U32 },
};

static const struct nla_policy ack_policy[CLBENCH_A_SESSION_MAX + 1] = {
	[CLBENCH_A_SESSION_ID] = { .type = NLA_U32 },
	[CLBENCH_A_SESSION_TOKEN] = { .type = NLA_U64 },
	[CLBENCH_A_SESSION_ACK] = { .type = NLA_U64 },
	[CLBENCH_A_SESSION_RESEND] = { .type = NLA_FLAG },
};

static const struct nla_policy unsubscribe_policy[CLBENCH_A_SESSION_MAX + 1] = {
	[CLBENCH_A_SESSION_ID] = { .type = NLA_U32 },
	[CLBENCH_A_SESSION_TOKEN] = { .type = NLA_U64 },
	[CLBENCH_A_SESSION_FORCE] = { .type = NLA_FLAG },
};

static const struct nla_policy get_policy[CLBENCH_A_SESSION_MAX + 1] = {
	[CLBENCH_A_SESSION_ID] = { .type = NLA_U32 },
};

static const struct nla_policy attach_policy[CLBENCH_A_SESSION_MAX + 1] = {
	[CLBENCH_A_SESSION_ID] = { .type = NLA_U32 },
	[CLBENCH_A_SESSION_ACK] = { .type = NLA_U64 },
	[CLBENCH_A_SESSION_WINDOW] = NLA_POLICY_RANGE(NLA_U32, 1, 1024),
};

static const struct nla_policy set_policy[CLBENCH_A_SESSION_MAX + 1] = {
	[CLBENCH_A_SESSION_ID] = { .type = NLA_U32 },
	[CLBENCH_A_SESSION_TOKEN] = { .type = NLA_U64 },
	[CLBENCH_A_SESSION_EVENT_NAME] = { .type = NLA_NUL_STRING, .len = CLBENCH_EVENT_NAME_MAX },
	[CLBENCH_A_SESSION_MEM_MAX] = { .type = NLA_U64 },
	[CLBENCH_A_SESSION_FLUSH_PERIOD_MS] =
		NLA_POLICY_FULL_RANGE(NLA_U32, &flush_period_ms_range),
	[CLBENCH_A_SESSION_LINGER_MS] = { .type = NLA_U32 },
};

static const struct nla_policy rotate_policy[CLBENCH_A_SESSION_MAX + 1] = {
	[CLBENCH_A_SESSION_ID] = { .type = NLA_U32 },
	[CLBENCH_A_SESSION_TOKEN] = { .type = NLA_U64 },
};

static const struct nla_policy mark_policy[CLBENCH_A_MARK_MAX + 1] = {
	[CLBENCH_A_MARK_SESSION_NAME] = { .type = NLA_NUL_STRING, .len = CLBENCH_NAME_MAX },
	[CLBENCH_A_MARK_TEXT] = { .type = NLA_NUL_STRING, .len = CLBENCH_MARK_MAX },
};

static const struct genl_ops ops[] = {
	{
		.cmd = CLBENCH_CMD_INFO_GET,
		.doit = info_get,
	},
	{
		.cmd = CLBENCH_CMD_EVENT_GET,
		.start = dump_start,
		.dumpit = event_dump,
	},
	{
		.cmd = CLBENCH_CMD_SUBSCRIBE,
		.doit = subscribe,
		.policy = subscribe_policy,
		.maxattr = CLBENCH_A_SESSION_MAX,
	},
	{
		.cmd = CLBENCH_CMD_ATTACH,
		.doit = attach,
		.policy = attach_policy,
		.maxattr = CLBENCH_A_SESSION_MAX,
	},
	{
		.cmd = CLBENCH_CMD_ACK,
		.doit = ack,
		.policy = ack_policy,
		.maxattr = CLBENCH_A_SESSION_MAX,
	},
	{
		.cmd = CLBENCH_CMD_UNSUBSCRIBE,
		.doit = unsubscribe,
		.policy = unsubscribe_policy,
		.maxattr = CLBENCH_A_SESSION_MAX,
	},
	{
		.cmd = CLBENCH_CMD_SESSION_GET,
		.doit = session_get,
		.start = session_dump_start,
		.dumpit = session_dump,
		.policy = get_policy,
		.maxattr = CLBENCH_A_SESSION_MAX,
	},
	{
		.cmd = CLBENCH_CMD_SESSION_SET,
		.doit = session_set,
		.policy = set_policy,
		.maxattr = CLBENCH_A_SESSION_MAX,
	},
	{
		.cmd = CLBENCH_CMD_ROTATE,
		.doit = rotate,
		.policy = rotate_policy,
		.maxattr = CLBENCH_A_SESSION_MAX,
	},
	{
		.cmd = CLBENCH_CMD_MARK,
		.doit = mark,
		.policy = mark_policy,
		.maxattr = CLBENCH_A_MARK_MAX,
	},
};

#define SECRET(_name)	{ .name = _name, .flags = GENL_MCAST_CAP_SYS_ADMIN }

/* Group batchN stands at N, the session group behind them. */
static const struct genl_multicast_group groups[] = {
	SECRET("batch0"),  SECRET("batch1"),  SECRET("batch2"),  SECRET("batch3"),
	SECRET("batch4"),  SECRET("batch5"),  SECRET("batch6"),  SECRET("batch7"),
	SECRET("batch8"),  SECRET("batch9"),  SECRET("batch10"), SECRET("batch11"),
	SECRET("batch12"), SECRET("batch13"), SECRET("batch14"), SECRET("batch15"),
	SECRET("batch16"), SECRET("batch17"), SECRET("batch18"), SECRET("batch19"),
	SECRET("batch20"), SECRET("batch21"), SECRET("batch22"), SECRET("batch23"),
	SECRET("batch24"), SECRET("batch25"), SECRET("batch26"), SECRET("batch27"),
	SECRET("batch28"), SECRET("batch29"), SECRET("batch30"), SECRET("batch31"),
	[CLBENCH_BATCH_GROUPS] = SECRET(CLBENCH_MCGRP_SESSION),
};

struct genl_family clb_family __ro_after_init = {
	.name = CLBENCH_FAMILY_NAME,
	.version = CLBENCH_FAMILY_VERSION,
	.module = THIS_MODULE,
	.parallel_ops = true,
	.ops = ops,
	.n_ops = ARRAY_SIZE(ops),
	.mcgrps = groups,
	.n_mcgrps = ARRAY_SIZE(groups),
};

/* -------------------------------------------------------------- the groups */

/*
 * Does a member get nothing of what is sent to a group? One whose socket was opened
 * without the right: it has joined before the group was ours, or somebody joined for
 * it. And one with a socket filter: if it is slow as well, what its filter has cut is
 * what members behind it get, the owner perhaps.
 */
static int passes_by(struct sock *member, struct sk_buff *skb, void *data)
{
	return !file_ns_capable(member->sk_socket->file, &init_user_ns, CAP_SYS_ADMIN) ||
	       rcu_access_pointer(member->sk_filter);
}

/**
 * clb_netlink_session_send() - tell the session group
 * @skb: from clb_netlink_session_msg(); may be NULL
 *
 * Context: process; may sleep.
 */
void clb_netlink_session_send(struct sk_buff *skb)
{
	if (skb)
		clb_multicast(&clb_family, skb, CLBENCH_BATCH_GROUPS, passes_by);
}

/**
 * clb_netlink_batch() - send a batch to the session's group
 * @s: the session
 * @skb: the message; this reference is consumed
 *
 * Context: the session thread; may sleep.
 * Return: 0; -ESRCH: nobody is in the group, or all of it dropped the message;
 * -ENOBUFS: a member that cares dropped it.
 */
int clb_netlink_batch(struct clb_session *s, struct sk_buff *skb)
{
	return clb_multicast(&clb_family, skb, s->group, passes_by);
}

/**
 * clb_netlink_listened() - has a group members?
 * @group: which
 *
 * Context: any.
 * Return: whether it has.
 */
bool clb_netlink_listened(unsigned int group)
{
	return genl_has_listeners(&clb_family, &init_net, group);
}

/* How often strangers are thrown out, or memory is asked for, before the module gives up. */
#define SWEEPS_MAX	100

/* False after memory was short in clb_netlink_init(). */
static bool registered __ro_after_init;

static bool __init anybody_listens(void)
{
	unsigned int group;

	for (group = 0; group < ARRAY_SIZE(groups); group++) {
		if (clb_netlink_listened(group))
			return true;
	}
	return false;
}

/* All members go with the family. Whether it came back. */
static bool __init sweep(void)
{
	unsigned int try;

	genl_unregister_family(&clb_family);
	for (try = 0; try < SWEEPS_MAX; try++) {
		if (!genl_register_family(&clb_family))
			return true;
		msleep(20);
	}
	return false;
}

static void __init settle(void)
{
	/* Pairs with the acquire in is_settled(). */
	smp_store_release(&settled, true);
}

/**
 * clb_netlink_init() - register the family, without members
 *
 * Description: Who joins is asked for his rights, but only if the number he joins
 * is a group of some family. One who has joined all numbers before is in, until the
 * family goes:
 *
 *	stranger                        module init
 *	joins 34, which nobody owns
 *	                                registers: 34 is batch0
 *	                                sees that somebody listens
 *	                                unregisters: throws him out
 *	                                registers: 34 is batch0
 *	joins 34: EPERM
 *	                                sees that nobody listens
 *
 * Until then, requests are refused: a session or a dump would lose its family. A kernel
 * that asks at delivery needs none of that.
 *
 * One who waits in setsockopt() while the family goes is in again when it comes: who
 * does nothing else can keep that up, as can one who listens in a network namespace of
 * his own, where he hears nothing. Then the module refuses all requests for good. Its
 * init must not fail any more once others have seen the family:
 *
 *	plain user                      module init
 *	begins a dump of the policy,
 *	which pins the module
 *	                                fails: the module's memory is freed,
 *	                                pinned or not
 *	reads on: memory of nobody
 *
 * Context: module init, as its last step.
 * Return: 0, or a negative errno if the family was never there.
 */
int __init clb_netlink_init(void)
{
	unsigned int sweeps = 0;
	int err;

	err = genl_register_family(&clb_family);
	if (err)
		return err;
	registered = true;
	while (!CLB_MULTICAST_ASKS && registered && anybody_listens() && sweeps++ < SWEEPS_MAX)
		registered = sweep();
	if (!registered) {
		pr_err("no memory for the netlink family: unload the module, and load it again\n");
	} else if (sweeps > SWEEPS_MAX) {
		WRITE_ONCE(besieged, true);
		pr_err("sockets without rights join the groups again and again: all requests are refused; unload the module, and load it again\n");
	} else {
		settle();
	}
	return 0;
}

/**
 * clb_netlink_exit() - unregister the family; waits for running handlers
 *
 * Context: module exit; no session thread is left.
 */
void clb_netlink_exit(void)
{
	if (registered)
		genl_unregister_family(&clb_family);
}
