/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the records of a packet, trusting nothing. */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <linux/clbench_record.h>

#include "trace_internal.h"

#define STAMP_MASK	((1u << CLBENCH_STAMP_BITS) - 1)
#define ID_MASK		((1u << CLBENCH_ID_BITS) - 1)
#define COMPACT_SIZE	4
#define EXTENDED_SIZE	13

/* The reader stays where it is: the next call tells the same. */
static int bad_record(struct clb_trace *trace, const uint8_t *at, enum clb_packet_fault fault)
{
	uint64_t offset = trace->packet.offset + (at - trace->bytes);

	return clb_trace_fail(trace, -EBADMSG, "packet %" PRIu64 " at byte %" PRIu64
			      ": the record at byte %" PRIu64 " %s",
			      trace->packet.seq, trace->packet.offset, offset,
			      clb_packet_why(fault));
}

/* Time and event from the header at @p; returns where the context starts, or NULL. */
static const uint8_t *unpack_event_header(struct clb_trace *trace, struct clb_record *record,
					  const uint8_t *p)
{
	uint32_t word;

	if (trace->end - p < COMPACT_SIZE)
		return NULL;
	word = clb_get_u32(p);
	if ((word & ID_MASK) != CLBENCH_ID_EXTENDED) {
		uint32_t stamp = word >> CLBENCH_ID_BITS;

		record->event = trace->compact[word & ID_MASK];
		record->ts_ns = trace->last_ts + ((stamp - trace->last_ts) & STAMP_MASK);
		return p + COMPACT_SIZE;
	}
	if (trace->end - p < EXTENDED_SIZE)
		return NULL;
	record->event = clb_events_find(&trace->metadata.events, clb_get_u32(p + 1));
	record->ts_ns = clb_get_u64(p + 5);
	return p + EXTENDED_SIZE;
}

/* Where the fields of @event at @p end; NULL if that is behind the packet. */
static const uint8_t *skip_fields(const struct clb_trace *trace, const struct clb_event *event,
				  const uint8_t *p)
{
	const struct clb_layout *layout = &trace->layouts[event - trace->metadata.events.list];

	if ((size_t)(trace->end - p) < layout->fixed)
		return NULL;
	p += layout->fixed;
	for (size_t i = 0; i < layout->nr_strings; i++) {
		p = memchr(p, 0, trace->end - p);
		if (!p)
			return NULL;
		p++;
	}
	return p;
}

static int define_task(struct clb_trace *trace, const struct clb_record *record)
{
	const struct clbench_task *raw = (void *)record->fields;
	struct clb_task task = { .tgid = le32toh(raw->tgid) };
	uint64_t key = clb_task_key(record->cpu, record->context, le32toh(raw->tid));

	memcpy(task.comm, raw->comm, sizeof(task.comm));
	if (clb_task_table_set(&trace->tasks, key, &task))
		return clb_trace_fail(trace, -ENOMEM, "out of memory");
	return 0;
}

/* Those that clbench makes itself are nobody's. */
static bool has_task(const struct clb_event *event)
{
	return event->id == CLBENCH_ID_TASK || event->id == CLBENCH_ID_MARK ||
	       event->id >= CLBENCH_ID_FIRST_FREE;
}

int clb_trace_next_record(struct clb_trace *trace, struct clb_record *record)
{
	const struct clbench_event_context *context;
	const uint8_t *start = trace->at, *p;

	if (start == trace->end)
		return 0;
	p = unpack_event_header(trace, record, start);
	if (!p)
		return bad_record(trace, start, CLB_PACKET_RECORD_CUT);
	if (!record->event)
		return bad_record(trace, start, CLB_PACKET_RECORD_EVENT);
	if (record->ts_ns < trace->last_ts || record->ts_ns > trace->packet.ts_end)
		return bad_record(trace, start, CLB_PACKET_RECORD_TIME);
	if ((size_t)(trace->end - p) < sizeof(*context))
		return bad_record(trace, start, CLB_PACKET_RECORD_CUT);
	context = (const void *)p;
	record->cpu = le16toh(context->cpu_id);
	record->context = context->context;
	record->tid = le32toh(context->tid);
	record->fields = p + sizeof(*context);
	record->packet = &trace->packet;
	p = skip_fields(trace, record->event, record->fields);
	if (!p)
		return bad_record(trace, start, CLB_PACKET_RECORD_CUT);
	trace->at = p;
	trace->last_ts = record->ts_ns;
	record->task = NULL;
	/* A chunk defines its tasks anew. */
	if (record->event->id == CLBENCH_ID_BEGIN)
		clb_task_table_free(&trace->tasks);
	if (!has_task(record->event))
		return 1;
	if (record->event->id == CLBENCH_ID_TASK && trace->has_tasks) {
		int err = define_task(trace, record);

		if (err)
			return err;
	}
	record->task = clb_task_table_find(&trace->tasks,
					   clb_task_key(record->cpu, record->context, record->tid));
	return 1;
}

int clb_trace_next(struct clb_trace *trace, struct clb_record *record)
{
	int ret = clb_trace_next_record(trace, record);

	while (!ret) {
		ret = clb_trace_next_packet(trace, NULL);
		if (ret <= 0)
			return ret;
		ret = clb_trace_next_record(trace, record);
	}
	return ret;
}
