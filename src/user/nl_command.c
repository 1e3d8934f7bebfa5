/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family clbench: one function per command. */

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "nl_internal.h"

/* Most bytes of a request: any, one with a mark, with about a thousand names. */
#define REQUEST_SMALL	256
#define REQUEST_MARK	2048
#define REQUEST_MAX	(56 * 1024)

/* A dump that changed under our hands is asked for again this often. */
#define DUMP_TRIES	5

static int reply_info(void *arg, struct nlmsghdr *message)
{
	return clb_nl_parse_info(message, arg);
}

int clb_nl_info(struct clb_nl *nl, struct clb_info *info)
{
	memset(info, 0, sizeof(*info));
	return clb_nl_transact(nl, clb_nl_request(nl, CLBENCH_CMD_INFO_GET, 0, REQUEST_SMALL),
			       reply_info, info);
}

static int reply_event(void *arg, struct nlmsghdr *message)
{
	struct clb_events *events = arg;
	struct clb_event *list;

	list = reallocarray(events->list, events->nr + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	events->list = list;
	list += events->nr++;
	memset(list, 0, sizeof(*list));
	return clb_nl_parse_event(message, list);
}

static int compare_event(const void *a, const void *b)
{
	uint32_t id_a = ((const struct clb_event *)a)->id;
	uint32_t id_b = ((const struct clb_event *)b)->id;

	return (id_a > id_b) - (id_a < id_b);
}

int clb_nl_events(struct clb_nl *nl, struct clb_events *events)
{
	struct nl_msg *msg;
	int tries = DUMP_TRIES, ret;

	memset(events, 0, sizeof(*events));
	do {
		clb_events_free(events);
		msg = clb_nl_request(nl, CLBENCH_CMD_EVENT_GET, NLM_F_DUMP, REQUEST_SMALL);
		ret = clb_nl_transact(nl, msg, reply_event, events);
	} while (ret == -EAGAIN && --tries);
	if (ret)
		clb_events_free(events);
	else if (events->nr)
		qsort(events->list, events->nr, sizeof(*events->list), compare_event);
	return ret;
}

static int reply_sessions(void *arg, struct nlmsghdr *message)
{
	struct clb_sessions *sessions = arg;
	struct clb_session *list;
	int ret;

	list = reallocarray(sessions->list, sessions->nr + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	sessions->list = list;
	ret = clb_nl_parse_session(message, &list[sessions->nr]);
	if (!ret)
		sessions->nr++;
	return ret;
}

int clb_nl_sessions(struct clb_nl *nl, struct clb_sessions *sessions)
{
	struct nl_msg *msg;
	int tries = DUMP_TRIES, ret;

	memset(sessions, 0, sizeof(*sessions));
	do {
		clb_sessions_free(sessions);
		msg = clb_nl_request(nl, CLBENCH_CMD_SESSION_GET, NLM_F_DUMP, REQUEST_SMALL);
		ret = clb_nl_transact(nl, msg, reply_sessions, sessions);
	} while (ret == -EAGAIN && --tries);
	if (ret)
		clb_sessions_free(sessions);
	return ret;
}

static int reply_session(void *arg, struct nlmsghdr *message)
{
	clb_session_free(arg);
	return clb_nl_parse_session(message, arg);
}

int clb_nl_session(struct clb_nl *nl, uint32_t id, struct clb_session *session)
{
	struct nl_msg *msg;
	int ret;

	memset(session, 0, sizeof(*session));
	msg = clb_nl_request(nl, CLBENCH_CMD_SESSION_GET, 0, REQUEST_SMALL);
	if (msg)
		nla_put_u32(msg, CLBENCH_A_SESSION_ID, id);
	ret = clb_nl_transact(nl, msg, reply_session, session);
	if (ret)
		clb_session_free(session);
	return ret;
}

/* What is 0 is left out: the kernel's default. */
static int put_config(struct nl_msg *msg, const struct clb_config *config)
{
	const struct {
		int attribute;
		uint32_t value;
	} numbers[] = {
		{ CLBENCH_A_SESSION_NR_NODE, config->nr_node },
		{ CLBENCH_A_SESSION_NODE_NR_COMPOSED, config->node_nr_composed },
		{ CLBENCH_A_SESSION_FLUSH_PERIOD_MS, config->flush_period_ms },
		{ CLBENCH_A_SESSION_WINDOW, config->window },
	};
	int ret;

	ret = nla_put_string(msg, CLBENCH_A_SESSION_NAME, config->name);
	for (size_t i = 0; !ret && i < config->nr_events; i++)
		ret = nla_put_string(msg, CLBENCH_A_SESSION_EVENT_NAME, config->events[i]);
	for (size_t i = 0; !ret && i < sizeof(numbers) / sizeof(*numbers); i++)
		if (numbers[i].value)
			ret = nla_put_u32(msg, numbers[i].attribute, numbers[i].value);
	if (!ret && config->has_linger)
		ret = nla_put_u32(msg, CLBENCH_A_SESSION_LINGER_MS, config->linger_ms);
	if (!ret && config->mem_max)
		ret = nla_put_u64(msg, CLBENCH_A_SESSION_MEM_MAX, config->mem_max);
	return ret;
}

int clb_nl_subscribe(struct clb_nl *nl, const struct clb_config *config,
		     struct clb_session *session)
{
	struct nl_msg *msg;
	int ret;

	memset(session, 0, sizeof(*session));
	msg = clb_nl_request(nl, CLBENCH_CMD_SUBSCRIBE, 0, REQUEST_MAX);
	if (msg && put_config(msg, config)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	ret = clb_nl_transact(nl, msg, reply_session, session);
	if (ret)
		clb_session_free(session);
	return ret;
}

int clb_nl_attach(struct clb_nl *nl, uint32_t id, uint64_t seq, struct clb_session *session)
{
	struct nl_msg *msg;
	int ret;

	memset(session, 0, sizeof(*session));
	msg = clb_nl_request(nl, CLBENCH_CMD_ATTACH, 0, REQUEST_SMALL);
	if (msg) {
		nla_put_u32(msg, CLBENCH_A_SESSION_ID, id);
		nla_put_u64(msg, CLBENCH_A_SESSION_ACK, seq);
	}
	ret = clb_nl_transact(nl, msg, reply_session, session);
	if (ret)
		clb_session_free(session);
	return ret;
}

int clb_nl_ack(struct clb_nl *nl, uint32_t id, uint64_t seq, bool resend)
{
	struct nl_msg *msg;

	msg = clb_nl_request(nl, CLBENCH_CMD_ACK, 0, REQUEST_SMALL);
	if (msg) {
		nla_put_u32(msg, CLBENCH_A_SESSION_ID, id);
		nla_put_u64(msg, CLBENCH_A_SESSION_ACK, seq);
		if (resend)
			nla_put_flag(msg, CLBENCH_A_SESSION_RESEND);
	}
	return clb_nl_post(nl, msg);
}

int clb_nl_unsubscribe(struct clb_nl *nl, const struct clb_session *session, bool force)
{
	struct nl_msg *msg;

	msg = clb_nl_request(nl, CLBENCH_CMD_UNSUBSCRIBE, 0, REQUEST_SMALL);
	if (msg) {
		nla_put_u32(msg, CLBENCH_A_SESSION_ID, session->id);
		if (session->token)
			nla_put_u64(msg, CLBENCH_A_SESSION_TOKEN, session->token);
		if (force)
			nla_put_flag(msg, CLBENCH_A_SESSION_FORCE);
	}
	return clb_nl_transact(nl, msg, NULL, NULL);
}

static int put_change(struct nl_msg *msg, const struct clb_session *session,
		      const struct clb_session_change *change)
{
	int ret;

	ret = nla_put_u32(msg, CLBENCH_A_SESSION_ID, session->id);
	if (!ret)
		ret = nla_put_u64(msg, CLBENCH_A_SESSION_TOKEN, session->token);
	for (size_t i = 0; !ret && i < change->nr_events; i++)
		ret = nla_put_string(msg, CLBENCH_A_SESSION_EVENT_NAME, change->events[i]);
	if (!ret && change->mem_max)
		ret = nla_put_u64(msg, CLBENCH_A_SESSION_MEM_MAX, change->mem_max);
	if (!ret && change->flush_period_ms)
		ret = nla_put_u32(msg, CLBENCH_A_SESSION_FLUSH_PERIOD_MS, change->flush_period_ms);
	if (!ret && change->has_linger)
		ret = nla_put_u32(msg, CLBENCH_A_SESSION_LINGER_MS, change->linger_ms);
	return ret;
}

static int reply_change(void *arg, struct nlmsghdr *message)
{
	return clb_nl_parse_number(message, CLBENCH_A_SESSION_CHANGE, arg);
}

int clb_nl_session_set(struct clb_nl *nl, const struct clb_session *session,
		       const struct clb_session_change *change, uint32_t *number)
{
	struct nl_msg *msg;

	*number = 0;
	msg = clb_nl_request(nl, CLBENCH_CMD_SESSION_SET, 0, REQUEST_MAX);
	if (msg && put_change(msg, session, change)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return clb_nl_transact(nl, msg, reply_change, number);
}

static int reply_rotate(void *arg, struct nlmsghdr *message)
{
	return clb_nl_parse_number(message, CLBENCH_A_SESSION_CHUNK, arg);
}

int clb_nl_rotate(struct clb_nl *nl, const struct clb_session *session, uint32_t *chunk)
{
	struct nl_msg *msg;

	*chunk = 0;
	msg = clb_nl_request(nl, CLBENCH_CMD_ROTATE, 0, REQUEST_SMALL);
	if (msg) {
		nla_put_u32(msg, CLBENCH_A_SESSION_ID, session->id);
		nla_put_u64(msg, CLBENCH_A_SESSION_TOKEN, session->token);
	}
	return clb_nl_transact(nl, msg, reply_rotate, chunk);
}

static int reply_marked(void *arg, struct nlmsghdr *message)
{
	return clb_nl_parse_number(message, CLBENCH_A_MARK_MARKED, arg);
}

int clb_nl_mark(struct clb_nl *nl, const char *session, const char *text, uint32_t *marked)
{
	struct nl_msg *msg;

	*marked = 0;
	msg = clb_nl_request(nl, CLBENCH_CMD_MARK, 0, REQUEST_MARK);
	if (msg && ((session && nla_put_string(msg, CLBENCH_A_MARK_SESSION_NAME, session)) ||
		    nla_put_string(msg, CLBENCH_A_MARK_TEXT, text))) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return clb_nl_transact(nl, msg, reply_marked, marked);
}
