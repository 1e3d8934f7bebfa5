/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts the records of packets, as fast as memory can be read.
 *
 * Most records have a compact header and fields of fixed size: their id alone
 * tells where the next one starts. All others are looked at one by one.
 */
#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "verify_walk.h"

#define STAMP_MASK	((1u << CLBENCH_STAMP_BITS) - 1)
#define ID_MASK		((1u << CLBENCH_ID_BITS) - 1)
#define COMPACT_SIZE	4
#define EXTENDED_SIZE	13
#define CONTEXT_SIZE	sizeof(struct clbench_event_context)

/* These records were shorter before there were chunks. */
#define BEGIN_SIZE_OLD	offsetof(struct clbench_begin, chunk)
#define END_SIZE_OLD	offsetof(struct clbench_end, next_chunk)

/**
 * struct place - where in a packet
 * @at: the next record
 * @end: of the content
 * @ts: time of the record before, at first the packet's begin
 */
struct place {
	const uint8_t *at;
	const uint8_t *end;
	uint64_t ts;
};

/* Room for one more element behind @nr, not set; NULL if there is no memory. */
static void *grow(void *list, size_t nr, size_t size)
{
	/* Powers of two only: full when nr is one. */
	return nr & (nr - 1) ? list : reallocarray(list, nr ? nr * 2 : 1, size);
}

int clb_walk_init(struct clb_walk *walk, const struct clb_trace *trace)
{
	const struct clb_events *events = &trace->metadata.events;

	*walk = (struct clb_walk) { .trace = trace };
	walk->counts = calloc(events->nr + 1, sizeof(*walk->counts));
	walk->saved_counts = calloc(events->nr + 1, sizeof(*walk->counts));
	if (!walk->counts || !walk->saved_counts)
		return -ENOMEM;
	for (size_t i = 0; i < events->nr; i++) {
		uint32_t id = events->list[i].id;

		if (id >= CLBENCH_ID_EXTENDED || trace->layouts[i].nr_strings ||
		    (id < CLBENCH_ID_FIRST_FREE && id != CLBENCH_ID_TASK))
			continue;
		walk->kinds[id].bytes = COMPACT_SIZE + CONTEXT_SIZE + trace->layouts[i].fixed;
	}
	return 0;
}

void clb_walk_free(struct clb_walk *walk)
{
	free(walk->counts);
	free(walk->saved_counts);
	free(walk->losses);
	free(walk->totals);
}

/* ---------------------------------------------- clbench's own records */

static int take_loss(struct clb_walk *walk, const struct clb_packet *packet,
		     const struct clbench_event_context *context,
		     const struct clbench_discarded *raw)
{
	struct clb_loss *losses = grow(walk->losses, walk->marks.nr_losses, sizeof(*losses));

	if (!losses)
		return -ENOMEM;
	walk->losses = losses;
	losses[walk->marks.nr_losses++] = (struct clb_loss) {
		.cpu = le16toh(context->cpu_id),
		.context = context->context,
		.cause = raw->cause,
		.count = le64toh(raw->count),
		.first_ts = le64toh(raw->first_ts_ns),
		.last_ts = le64toh(raw->last_ts_ns),
		.wall_offset = packet->realtime_ns - packet->raw_ns,
	};
	walk->marks.lost += le64toh(raw->count);
	return 0;
}

static int take_total(struct clb_walk *walk, const struct clbench_total *raw)
{
	struct clb_total *totals = grow(walk->totals, walk->marks.nr_totals, sizeof(*totals));

	if (!totals)
		return -ENOMEM;
	walk->totals = totals;
	totals += walk->marks.nr_totals++;
	totals->event_id = le32toh(raw->event_id);
	totals->delivered = le64toh(raw->delivered);
	for (size_t i = 0; i < CLBENCH_CAUSE_ABANDONED; i++)
		totals->discarded[i] = le64toh(raw->discarded[i]);
	return 0;
}

static void take_begin(struct clb_walk *walk, const struct clbench_begin *raw, size_t fixed)
{
	bool old = fixed == BEGIN_SIZE_OLD;

	if (walk->marks.any || (!old && fixed < sizeof(*raw)))
		return;
	walk->marks.begin = true;
	walk->marks.chunk = old ? 1 : le32toh(raw->chunk);
	walk->marks.base = old ? 0 : le64toh(raw->discarded);
}

static void take_end(struct clb_walk *walk, const struct clbench_end *raw, size_t fixed)
{
	walk->marks.end = true;
	walk->marks.next_chunk = fixed < sizeof(*raw) ? 0 : le32toh(raw->next_chunk);
	walk->marks.delivered = le64toh(raw->delivered);
	walk->marks.discarded = le64toh(raw->discarded);
	walk->marks.late = le64toh(raw->late);
}

/* What a record tells; one that has not the fields that we know tells nothing. */
static int take_own(struct clb_walk *walk, const struct clb_packet *packet, uint32_t id,
		    size_t fixed, const uint8_t *context)
{
	const uint8_t *fields = context + CONTEXT_SIZE;

	if (id == CLBENCH_ID_BEGIN)
		take_begin(walk, (const void *)fields, fixed);
	else if (id == CLBENCH_ID_END && fixed >= END_SIZE_OLD)
		take_end(walk, (const void *)fields, fixed);
	else if (id == CLBENCH_ID_DISCARDED && fixed >= sizeof(struct clbench_discarded))
		return take_loss(walk, packet, (const void *)context, (const void *)fields);
	else if (id == CLBENCH_ID_TOTAL && fixed >= sizeof(struct clbench_total))
		return take_total(walk, (const void *)fields);
	return 0;
}

/* -------------------------------------------------------- record by record */

/* Any record: returns as clb_walk_packet(). */
static int step(struct clb_walk *walk, const struct clb_packet *packet, struct place *place)
{
	const struct clb_events *events = &walk->trace->metadata.events;
	const uint8_t *context, *p;
	const struct clb_event *event;
	const struct clb_layout *layout;
	size_t left = place->end - place->at;
	uint64_t ts;

	if (left < COMPACT_SIZE)
		return CLB_PACKET_RECORD_CUT;
	if ((*place->at & ID_MASK) != CLBENCH_ID_EXTENDED) {
		uint32_t word = clb_get_u32(place->at);

		event = walk->trace->compact[word & ID_MASK];
		ts = place->ts + (((word >> CLBENCH_ID_BITS) - place->ts) & STAMP_MASK);
		context = place->at + COMPACT_SIZE;
	} else if (left < EXTENDED_SIZE) {
		return CLB_PACKET_RECORD_CUT;
	} else {
		event = clb_events_find(events, clb_get_u32(place->at + 1));
		ts = clb_get_u64(place->at + 5);
		context = place->at + EXTENDED_SIZE;
	}
	if (!event)
		return CLB_PACKET_RECORD_EVENT;
	if (ts < place->ts || ts > packet->ts_end)
		return CLB_PACKET_RECORD_TIME;
	layout = &walk->trace->layouts[event - events->list];
	if ((size_t)(place->end - context) < CONTEXT_SIZE + layout->fixed)
		return CLB_PACKET_RECORD_CUT;
	p = context + CONTEXT_SIZE + layout->fixed;
	for (size_t i = 0; i < layout->nr_strings; i++, p++) {
		p = memchr(p, 0, place->end - p);
		if (!p)
			return CLB_PACKET_RECORD_CUT;
	}
	walk->marks.behind |= walk->marks.end;
	if (take_own(walk, packet, event->id, layout->fixed, context))
		return -ENOMEM;
	walk->counts[event - events->list]++;
	walk->marks.any = true;
	place->at = p;
	place->ts = ts;
	return CLB_PACKET_SOUND;
}

/* As many records as need no closer look. */
static void stride(struct clb_walk *walk, const struct clb_packet *packet, struct place *place)
{
	const uint8_t *p = place->at, *end = place->end;
	const uint64_t last = packet->ts_end;
	uint64_t ts = place->ts;

	while (end - p >= COMPACT_SIZE) {
		uint32_t word = clb_get_u32(p);
		struct clb_walk_kind *kind = &walk->kinds[word & ID_MASK];
		uint64_t next = ts + (((word >> CLBENCH_ID_BITS) - ts) & STAMP_MASK);

		if (!kind->bytes || kind->bytes > (size_t)(end - p) || next < ts || next > last)
			break;
		kind->count++;
		ts = next;
		p += kind->bytes;
	}
	if (p != place->at) {
		walk->marks.any = true;
		walk->marks.behind |= walk->marks.end;
	}
	place->at = p;
	place->ts = ts;
}

/* Is the time of the first record the packet's begin? */
static bool begins_right(const struct clb_packet *packet, const struct place *place)
{
	size_t left = place->end - place->at;

	if (left < COMPACT_SIZE)
		return true;
	if ((*place->at & ID_MASK) == CLBENCH_ID_EXTENDED)
		return left < EXTENDED_SIZE || clb_get_u64(place->at + 5) == packet->ts_begin;
	return !((clb_get_u32(place->at) >> CLBENCH_ID_BITS ^ packet->ts_begin) & STAMP_MASK);
}

int clb_walk_packet(struct clb_walk *walk, const struct clb_packet *packet,
		    const uint8_t *bytes, uint64_t *record)
{
	struct place place = {
		.at = bytes + sizeof(struct clbench_packet),
		.end = bytes + packet->content,
		.ts = packet->ts_begin,
	};
	int fault = CLB_PACKET_SOUND;

	memcpy(walk->saved_kinds, walk->kinds, sizeof(walk->kinds));
	memcpy(walk->saved_counts, walk->counts,
	       walk->trace->metadata.events.nr * sizeof(*walk->counts));
	walk->saved_marks = walk->marks;
	if (!begins_right(packet, &place))
		fault = CLB_PACKET_RECORD_TIME;
	while (!fault && place.at < place.end) {
		stride(walk, packet, &place);
		if (place.at < place.end)
			fault = step(walk, packet, &place);
	}
	walk->marks.last_ts = place.ts;
	if (fault) {
		*record = packet->offset + (place.at - bytes);
		clb_walk_undo(walk);
	}
	return fault;
}

void clb_walk_undo(struct clb_walk *walk)
{
	memcpy(walk->kinds, walk->saved_kinds, sizeof(walk->kinds));
	memcpy(walk->counts, walk->saved_counts,
	       walk->trace->metadata.events.nr * sizeof(*walk->counts));
	walk->marks = walk->saved_marks;
}

uint64_t clb_walk_count(const struct clb_walk *walk, size_t index)
{
	uint32_t id = walk->trace->metadata.events.list[index].id;

	return walk->counts[index] + (id < CLBENCH_ID_EXTENDED ? walk->kinds[id].count : 0);
}
