/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of the family, whole and broken, as structures. */
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>

#include "nl_internal.h"
#include "point.h"

static struct nl_msg *message(int command)
{
	struct nl_msg *msg = nlmsg_alloc();

	if (!msg || !genlmsg_put(msg, 0, 0, 32, 0, 0, command, 1))
		abort();
	return msg;
}

static void put_counts(struct nl_msg *msg, const char *name, bool missed)
{
	struct nlattr *nest = nla_nest_start(msg, CLBENCH_A_SESSION_COUNTS);

	nla_put_string(msg, CLBENCH_A_COUNTS_EVENT_NAME, name);
	nla_put_u64(msg, CLBENCH_A_COUNTS_DELIVERED, 10);
	nla_put_u64(msg, CLBENCH_A_COUNTS_PENDING, 20);
	for (int cause = 0; cause < (int)CLB_NR_CAUSES; cause++)
		nla_put_u64(msg, CLBENCH_A_COUNTS_FULL_CAP + cause, 1 + cause);
	if (missed)
		nla_put_u64(msg, CLBENCH_A_COUNTS_MISSED, 5);
	nla_nest_end(msg, nest);
}

static void test_session(void)
{
	struct nl_msg *msg = message(CLBENCH_CMD_SESSION_NTF);
	struct clb_session session, copy;
	struct clb_counts total;

	nla_put_u32(msg, CLBENCH_A_SESSION_ID, 7);
	nla_put_string(msg, CLBENCH_A_SESSION_NAME, "a name that is much too long for a session");
	nla_put(msg, CLBENCH_A_SESSION_UUID, 16, "0123456789abcdef");
	nla_put_u64(msg, CLBENCH_A_SESSION_MEM_MAX, UINT64_MAX);
	nla_put_u32(msg, CLBENCH_A_SESSION_CUT_AGE_MS, 0);
	nla_put_u32(msg, 1000, 99);
	put_counts(msg, "one", false);
	put_counts(msg, "two", true);
	point(!clb_nl_parse_session(nlmsg_hdr(msg), &session) && session.id == 7 &&
	      !memcmp(session.uuid, "0123456789abcdef", 16) && session.mem_max == UINT64_MAX &&
	      session.has_cut_age && !session.cut_age_ms, "a session is read");
	point(strlen(session.name) == CLBENCH_NAME_MAX, "a name that is too long is cut");
	point(session.nr_counts == 2 && !strcmp(session.counts[1].event_name, "two") &&
	      !session.counts[0].has_missed && session.counts[1].missed == 5,
	      "so are the counts of each event");
	total = clb_session_total(&session);
	point(clb_counts_discarded(&total) == 2 * 28 && clb_counts_attempted(&total) == 2 * 58,
	      "attempted is the sum of everything");
	point(!clb_session_copy(&copy, &session) && copy.counts != session.counts &&
	      copy.counts[1].missed == 5, "a copy has counts of its own");
	clb_session_free(&copy);
	clb_session_free(&session);
	nlmsg_free(msg);
}

static void test_batch(void)
{
	struct nl_msg *msg = message(CLBENCH_CMD_BATCH);
	struct clb_batch batch;

	nla_put_u32(msg, CLBENCH_A_BATCH_SESSION_ID, 7);
	nla_put_u64(msg, CLBENCH_A_BATCH_SEQ, 3);
	point(clb_nl_parse_batch(nlmsg_hdr(msg), &batch) == -EBADMSG, "a batch needs a packet");
	nla_put_flag(msg, CLBENCH_A_BATCH_LAST);
	nla_put(msg, CLBENCH_A_BATCH_PACKET, 5, "bytes");
	point(!clb_nl_parse_batch(nlmsg_hdr(msg), &batch) && batch.seq == 3 && batch.last &&
	      batch.size == 5 && !memcmp(batch.packet, "bytes", 5), "a batch is read");
	nlmsg_free(msg);

	msg = message(CLBENCH_CMD_BATCH);
	nla_put_u32(msg, CLBENCH_A_BATCH_SEQ, 3);
	point(clb_nl_parse_batch(nlmsg_hdr(msg), &batch) == -EBADMSG,
	      "a number that is too short is an error");
	nlmsg_free(msg);
}

static struct nl_msg *event_message(bool named_label)
{
	struct nl_msg *msg = message(CLBENCH_CMD_EVENT_GET);
	struct nlattr *field, *label;

	nla_put_u32(msg, CLBENCH_A_EVENT_ID, 12);
	nla_put_string(msg, CLBENCH_A_EVENT_NAME, "event");
	nla_put_flag(msg, CLBENCH_A_EVENT_INTERNAL);
	field = nla_nest_start(msg, CLBENCH_A_EVENT_FIELD);
	nla_put_string(msg, CLBENCH_A_FIELD_NAME, "reason");
	nla_put_u32(msg, CLBENCH_A_FIELD_TYPE, CLBENCH_FIELD_TYPE_U8);
	for (int i = 0; i < 2; i++) {
		label = nla_nest_start(msg, CLBENCH_A_FIELD_LABEL);
		nla_put_u32(msg, CLBENCH_A_LABEL_VALUE, i);
		if (named_label)
			nla_put_string(msg, CLBENCH_A_LABEL_NAME, i ? "one" : "zero");
		nla_nest_end(msg, label);
	}
	nla_nest_end(msg, field);
	return msg;
}

static void test_event(void)
{
	struct clb_events events = { calloc(1, sizeof(struct clb_event)), 1 };
	struct nl_msg *msg = event_message(true);
	struct clb_event *event = events.list;

	point(!clb_nl_parse_event(nlmsg_hdr(msg), event) && event->internal && !event->group &&
	      event->nr_fields == 1 && event->fields[0].nr_labels == 2 &&
	      !strcmp(event->fields[0].labels[1].name, "one"), "an event is read");
	point(clb_events_find(&events, 12) == event && !clb_events_find(&events, 13),
	      "and found by its id");
	clb_events_free(&events);
	point(!clb_events_find(&events, 12), "nothing is found in nothing");
	nlmsg_free(msg);

	events = (struct clb_events){ calloc(1, sizeof(struct clb_event)), 1 };
	msg = event_message(false);
	point(clb_nl_parse_event(nlmsg_hdr(msg), events.list) == -EBADMSG,
	      "a label without a name is an error");
	clb_events_free(&events);
	nlmsg_free(msg);
}

int main(void)
{
	test_session();
	test_batch();
	test_event();
	return done();
}
