/* SPDX-License-Identifier: GPL-2.0 */
/* The family's messages as structures: tables that say what goes where. */

#include "nl_internal.h"

#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

enum kind {
	KIND_NUMBER,	/* u32 or u64, by the member's size */
	KIND_TEXT,	/* char array, cut if too long */
	KIND_BYTES,	/* array of exactly this many bytes */
	KIND_STRING,	/* char *, allocated */
	KIND_PRESENT,	/* bool: the attribute is there */
};

/* Where an attribute goes. One attribute may go to several places. */
struct place {
	int attribute;
	enum kind kind;
	size_t offset;
	size_t size;
};

#define PLACE(attribute, kind, type, member) \
	{ attribute, kind, offsetof(struct type, member), sizeof(((struct type *)NULL)->member) }

static int put(char *member, const struct place *place, const struct nlattr *a)
{
	size_t length = nla_len(a);
	char **string;

	switch (place->kind) {
	case KIND_NUMBER:
	case KIND_BYTES:
		if (length < place->size)
			return -EBADMSG;
		memcpy(member, nla_data(a), place->size);
		return 0;
	case KIND_TEXT:
		if (length > place->size - 1)
			length = place->size - 1;
		memcpy(member, nla_data(a), length);
		member[length] = '\0';
		return 0;
	case KIND_STRING:
		string = (char **)member;
		free(*string);
		*string = strndup(nla_data(a), length);
		return *string ? 0 : -ENOMEM;
	case KIND_PRESENT:
		*(bool *)member = true;
		return 0;
	}
	return -EBADMSG;
}

static int fill(void *object, const struct place *places, size_t nr,
		const struct nlattr *first, int length)
{
	const struct nlattr *a;
	int left, ret;

	nla_for_each_attr(a, first, length, left) {
		for (size_t i = 0; i < nr; i++) {
			if (places[i].attribute != nla_type(a))
				continue;
			ret = put((char *)object + places[i].offset, &places[i], a);
			if (ret)
				return ret;
		}
	}
	return 0;
}

static int fill_message(void *object, const struct place *places, size_t nr,
			struct nlmsghdr *message)
{
	struct genlmsghdr *head;

	if (!genlmsg_valid_hdr(message, 0))
		return -EBADMSG;
	head = genlmsg_hdr(message);
	return fill(object, places, nr, genlmsg_attrdata(head, 0), genlmsg_attrlen(head, 0));
}

static int fill_nest(void *object, const struct place *places, size_t nr,
		     const struct nlattr *nest)
{
	return fill(object, places, nr, nla_data(nest), nla_len(nest));
}

/* Make room for one more element, zeroed. Return the array, or NULL. */
static void *extend(void *array, size_t nr, size_t size)
{
	char *bigger;

	bigger = reallocarray(array, nr + 1, size);
	if (bigger)
		memset(bigger + nr * size, 0, size);
	return bigger;
}

int clb_nl_parse_info(struct nlmsghdr *message, struct clb_info *info)
{
	static const struct place places[] = {
		PLACE(CLBENCH_A_INFO_MODULE_VERSION, KIND_TEXT, clb_info, module_version),
		PLACE(CLBENCH_A_INFO_PROTOCOL, KIND_NUMBER, clb_info, protocol),
		PLACE(CLBENCH_A_INFO_SESSIONS, KIND_NUMBER, clb_info, sessions),
		PLACE(CLBENCH_A_INFO_SESSIONS_MAX, KIND_NUMBER, clb_info, sessions_max),
		PLACE(CLBENCH_A_INFO_MEM_USED, KIND_NUMBER, clb_info, mem_used),
		PLACE(CLBENCH_A_INFO_MEM_TOTAL, KIND_NUMBER, clb_info, mem_total),
		PLACE(CLBENCH_A_INFO_NR_NODE, KIND_NUMBER, clb_info, nr_node),
		PLACE(CLBENCH_A_INFO_NODE_NR_COMPOSED, KIND_NUMBER, clb_info, node_nr_composed),
		PLACE(CLBENCH_A_INFO_MEM_MAX, KIND_NUMBER, clb_info, mem_max),
		PLACE(CLBENCH_A_INFO_FLUSH_PERIOD_MS, KIND_NUMBER, clb_info, flush_period_ms),
		PLACE(CLBENCH_A_INFO_WINDOW, KIND_NUMBER, clb_info, window),
		PLACE(CLBENCH_A_INFO_LINGER_MS, KIND_NUMBER, clb_info, linger_ms),
		PLACE(CLBENCH_A_INFO_LINGER_MAX_MS, KIND_NUMBER, clb_info, linger_max_ms),
	};

	return fill_message(info, places, ARRAY_SIZE(places), message);
}

static int parse_counts(const struct nlattr *nest, struct clb_counts *counts)
{
#define CAUSE(name) \
	PLACE(CLBENCH_A_COUNTS_##name, KIND_NUMBER, clb_counts, discarded[CLBENCH_CAUSE_##name])
	static const struct place places[] = {
		PLACE(CLBENCH_A_COUNTS_EVENT_NAME, KIND_TEXT, clb_counts, event_name),
		PLACE(CLBENCH_A_COUNTS_EVENT_ID, KIND_NUMBER, clb_counts, event_id),
		PLACE(CLBENCH_A_COUNTS_DELIVERED, KIND_NUMBER, clb_counts, delivered),
		PLACE(CLBENCH_A_COUNTS_PENDING, KIND_NUMBER, clb_counts, pending),
		CAUSE(FULL_CAP),
		CAUSE(FULL_REFILL),
		CAUSE(NESTED),
		CAUSE(OVERSIZE),
		CAUSE(NO_MEMORY),
		CAUSE(NO_RCU),
		CAUSE(ABANDONED),
		PLACE(CLBENCH_A_COUNTS_MISSED, KIND_NUMBER, clb_counts, missed),
		PLACE(CLBENCH_A_COUNTS_MISSED, KIND_PRESENT, clb_counts, has_missed),
		PLACE(CLBENCH_A_COUNTS_SWITCHED_OFF, KIND_PRESENT, clb_counts, off),
	};
#undef CAUSE

	return fill_nest(counts, places, ARRAY_SIZE(places), nest);
}

int clb_nl_parse_session(struct nlmsghdr *message, struct clb_session *session)
{
	static const struct place places[] = {
		PLACE(CLBENCH_A_SESSION_ID, KIND_NUMBER, clb_session, id),
		PLACE(CLBENCH_A_SESSION_NAME, KIND_TEXT, clb_session, name),
		PLACE(CLBENCH_A_SESSION_UUID, KIND_BYTES, clb_session, uuid),
		PLACE(CLBENCH_A_SESSION_GROUP, KIND_TEXT, clb_session, group),
		PLACE(CLBENCH_A_SESSION_TOKEN, KIND_NUMBER, clb_session, token),
		PLACE(CLBENCH_A_SESSION_STATE, KIND_NUMBER, clb_session, state),
		PLACE(CLBENCH_A_SESSION_ERROR, KIND_NUMBER, clb_session, error),
		PLACE(CLBENCH_A_SESSION_MESSAGE, KIND_TEXT, clb_session, message),
		PLACE(CLBENCH_A_SESSION_NR_NODE, KIND_NUMBER, clb_session, nr_node),
		PLACE(CLBENCH_A_SESSION_NODE_NR_COMPOSED, KIND_NUMBER, clb_session,
		      node_nr_composed),
		PLACE(CLBENCH_A_SESSION_MEM_MAX, KIND_NUMBER, clb_session, mem_max),
		PLACE(CLBENCH_A_SESSION_FLUSH_PERIOD_MS, KIND_NUMBER, clb_session,
		      flush_period_ms),
		PLACE(CLBENCH_A_SESSION_WINDOW, KIND_NUMBER, clb_session, window),
		PLACE(CLBENCH_A_SESSION_LINGER_MS, KIND_NUMBER, clb_session, linger_ms),
		PLACE(CLBENCH_A_SESSION_LINGER_LEFT_MS, KIND_NUMBER, clb_session, linger_left_ms),
		PLACE(CLBENCH_A_SESSION_LINGER_LEFT_MS, KIND_PRESENT, clb_session, has_linger_left),
		PLACE(CLBENCH_A_SESSION_READER_PID, KIND_NUMBER, clb_session, reader_pid),
		PLACE(CLBENCH_A_SESSION_READER_COMM, KIND_TEXT, clb_session, reader_comm),
		PLACE(CLBENCH_A_SESSION_STARTED_NS, KIND_NUMBER, clb_session, started_ns),
		PLACE(CLBENCH_A_SESSION_MEM_NOW, KIND_NUMBER, clb_session, mem_now),
		PLACE(CLBENCH_A_SESSION_MEM_HIGH, KIND_NUMBER, clb_session, mem_high),
		PLACE(CLBENCH_A_SESSION_SENT, KIND_NUMBER, clb_session, sent),
		PLACE(CLBENCH_A_SESSION_ACKED, KIND_NUMBER, clb_session, acked),
		PLACE(CLBENCH_A_SESSION_RESENT, KIND_NUMBER, clb_session, resent),
		PLACE(CLBENCH_A_SESSION_RETAINED, KIND_NUMBER, clb_session, retained),
		PLACE(CLBENCH_A_SESSION_DRAINED, KIND_NUMBER, clb_session, drained),
		PLACE(CLBENCH_A_SESSION_LATE, KIND_NUMBER, clb_session, late),
		PLACE(CLBENCH_A_SESSION_NODES_HIGH, KIND_NUMBER, clb_session, nodes_high),
		PLACE(CLBENCH_A_SESSION_CUT_AGE_MS, KIND_NUMBER, clb_session, cut_age_ms),
		PLACE(CLBENCH_A_SESSION_CUT_AGE_MS, KIND_PRESENT, clb_session, has_cut_age),
		PLACE(CLBENCH_A_SESSION_STALLED_MS, KIND_NUMBER, clb_session, stalled_ms),
		PLACE(CLBENCH_A_SESSION_CHUNK, KIND_NUMBER, clb_session, chunk),
		PLACE(CLBENCH_A_SESSION_CHANGED, KIND_NUMBER, clb_session, changed),
		PLACE(CLBENCH_A_SESSION_CHANGE_ERROR, KIND_NUMBER, clb_session, change_error),
		PLACE(CLBENCH_A_SESSION_CHANGE_MESSAGE, KIND_TEXT, clb_session, change_message),
	};
	struct clb_counts *counts;
	struct nlattr *a;
	int left, ret;

	memset(session, 0, sizeof(*session));
	ret = fill_message(session, places, ARRAY_SIZE(places), message);
	if (ret)
		return ret;
	nlmsg_for_each_attr(a, message, GENL_HDRLEN, left) {
		if (nla_type(a) != CLBENCH_A_SESSION_COUNTS)
			continue;
		counts = extend(session->counts, session->nr_counts, sizeof(*counts));
		ret = -ENOMEM;
		if (!counts)
			goto err_free;
		session->counts = counts;
		ret = parse_counts(a, &counts[session->nr_counts++]);
		if (ret)
			goto err_free;
	}
	return 0;

err_free:
	clb_session_free(session);
	return ret;
}

int clb_nl_parse_batch(struct nlmsghdr *message, struct clb_batch *batch)
{
	static const struct place places[] = {
		PLACE(CLBENCH_A_BATCH_SESSION_ID, KIND_NUMBER, clb_batch, session_id),
		PLACE(CLBENCH_A_BATCH_SEQ, KIND_NUMBER, clb_batch, seq),
		PLACE(CLBENCH_A_BATCH_LAST, KIND_PRESENT, clb_batch, last),
	};
	struct nlattr *packet;
	int ret;

	memset(batch, 0, sizeof(*batch));
	ret = fill_message(batch, places, ARRAY_SIZE(places), message);
	if (ret)
		return ret;
	packet = nlmsg_find_attr(message, GENL_HDRLEN, CLBENCH_A_BATCH_PACKET);
	if (!packet || !batch->seq)
		return -EBADMSG;
	batch->packet = nla_data(packet);
	batch->size = nla_len(packet);
	return 0;
}

int clb_nl_parse_number(struct nlmsghdr *message, int attribute, uint32_t *number)
{
	const struct place place = { attribute, KIND_NUMBER, 0, sizeof(*number) };

	*number = 0;
	return fill_message(number, &place, 1, message);
}

static int parse_label(const struct nlattr *nest, struct clb_label *label)
{
	static const struct place places[] = {
		PLACE(CLBENCH_A_LABEL_VALUE, KIND_NUMBER, clb_label, value),
		PLACE(CLBENCH_A_LABEL_NAME, KIND_STRING, clb_label, name),
	};
	int ret;

	ret = fill_nest(label, places, ARRAY_SIZE(places), nest);
	if (ret)
		return ret;
	return label->name ? 0 : -EBADMSG;
}

static int parse_field(const struct nlattr *nest, struct clb_field *field)
{
	static const struct place places[] = {
		PLACE(CLBENCH_A_FIELD_NAME, KIND_STRING, clb_field, name),
		PLACE(CLBENCH_A_FIELD_TYPE, KIND_NUMBER, clb_field, type),
		PLACE(CLBENCH_A_FIELD_SIZE, KIND_NUMBER, clb_field, size),
		PLACE(CLBENCH_A_FIELD_UNIT, KIND_STRING, clb_field, unit),
	};
	struct clb_label *labels;
	struct nlattr *a;
	int left, ret;

	ret = fill_nest(field, places, ARRAY_SIZE(places), nest);
	if (ret)
		return ret;
	nla_for_each_nested(a, nest, left) {
		if (nla_type(a) != CLBENCH_A_FIELD_LABEL)
			continue;
		labels = extend(field->labels, field->nr_labels, sizeof(*labels));
		if (!labels)
			return -ENOMEM;
		field->labels = labels;
		ret = parse_label(a, &labels[field->nr_labels++]);
		if (ret)
			return ret;
	}
	return field->name ? 0 : -EBADMSG;
}

int clb_nl_parse_event(struct nlmsghdr *message, struct clb_event *event)
{
	static const struct place places[] = {
		PLACE(CLBENCH_A_EVENT_ID, KIND_NUMBER, clb_event, id),
		PLACE(CLBENCH_A_EVENT_NAME, KIND_STRING, clb_event, name),
		PLACE(CLBENCH_A_EVENT_GROUP, KIND_STRING, clb_event, group),
		PLACE(CLBENCH_A_EVENT_SOURCE, KIND_STRING, clb_event, source),
		PLACE(CLBENCH_A_EVENT_MODULE, KIND_STRING, clb_event, module),
		PLACE(CLBENCH_A_EVENT_DESCRIPTION, KIND_STRING, clb_event, description),
		PLACE(CLBENCH_A_EVENT_WHY_NOT, KIND_STRING, clb_event, why_not),
		PLACE(CLBENCH_A_EVENT_INTERNAL, KIND_PRESENT, clb_event, internal),
	};
	struct clb_field *fields;
	struct nlattr *a;
	int left, ret;

	ret = fill_message(event, places, ARRAY_SIZE(places), message);
	if (ret)
		return ret;
	nlmsg_for_each_attr(a, message, GENL_HDRLEN, left) {
		if (nla_type(a) != CLBENCH_A_EVENT_FIELD)
			continue;
		fields = extend(event->fields, event->nr_fields, sizeof(*fields));
		if (!fields)
			return -ENOMEM;
		event->fields = fields;
		ret = parse_field(a, &fields[event->nr_fields++]);
		if (ret)
			return ret;
	}
	return event->name ? 0 : -EBADMSG;
}
