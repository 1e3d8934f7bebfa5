/* SPDX-License-Identifier: GPL-2.0 */
/* Counts the records of packets, as fast as memory can be read. */
#ifndef CLB_VERIFY_WALK_H
#define CLB_VERIFY_WALK_H

#include <stdbool.h>

#include "trace_internal.h"
#include "verify.h"

/**
 * struct clb_total - a clbench_total
 * @event_id: the event
 * @delivered: its records in the stream
 * @discarded: its records that are not, by enum clbench_cause
 */
struct clb_total {
	uint32_t event_id;
	uint64_t delivered;
	uint64_t discarded[CLBENCH_CAUSE_ABANDONED];
};

/**
 * struct clb_walk_kind - how to step over a record with a compact header
 * @bytes: of the record; 0 if it needs a closer look
 * @count: records stepped over
 */
struct clb_walk_kind {
	uint64_t bytes;
	uint64_t count;
};

/**
 * struct clb_walk_marks - what clbench's own records told
 * @begin: clbench_begin was the first record
 * @chunk: what it says
 * @base: records discarded before the chunk, as it says
 * @any: there was a record
 * @end: there was a clbench_end
 * @behind: there was a record behind it
 * @last_ts: time of the last record
 * @delivered: what clbench_end says
 * @discarded: what clbench_end says
 * @late: what clbench_end says
 * @next_chunk: what clbench_end says
 * @lost: sum of all clbench_discarded
 * @nr_losses: of them
 * @nr_totals: of clbench_total
 */
struct clb_walk_marks {
	bool begin;
	uint32_t chunk;
	uint64_t base;
	bool any;
	bool end;
	bool behind;
	uint64_t last_ts;
	uint64_t delivered;
	uint64_t discarded;
	uint64_t late;
	uint32_t next_chunk;
	uint64_t lost;
	size_t nr_losses;
	size_t nr_totals;
};

/**
 * struct clb_walk - all records so far
 * @trace: the trace
 * @kinds: by id, of events that fit into the compact header
 * @counts: other records by event, in the order of the metadata
 * @marks: what is told
 * @losses: @marks.nr_losses of them, and room for more
 * @totals: @marks.nr_totals of them, and room for more
 * @saved_kinds: as they were before the packet; so for the following
 * @saved_counts: counts
 * @saved_marks: marks
 */
struct clb_walk {
	const struct clb_trace *trace;
	struct clb_walk_kind kinds[CLBENCH_ID_EXTENDED + 1];
	uint64_t *counts;
	struct clb_walk_marks marks;
	struct clb_loss *losses;
	struct clb_total *totals;
	struct clb_walk_kind saved_kinds[CLBENCH_ID_EXTENDED + 1];
	uint64_t *saved_counts;
	struct clb_walk_marks saved_marks;
};

/**
 * clb_walk_init() - begin to count
 * @walk: what is counted; ended with clb_walk_free(), also after a failure
 * @trace: the trace, its metadata was understood
 *
 * Return: 0 or -ENOMEM.
 */
int clb_walk_init(struct clb_walk *walk, const struct clb_trace *trace);

/**
 * clb_walk_free() - end it
 * @walk: what was counted
 */
void clb_walk_free(struct clb_walk *walk);

/**
 * clb_walk_packet() - count the records of a packet
 * @walk: what is counted
 * @packet: what the packet says
 * @bytes: the packet; its checksum is right
 * @record: gets where the record starts that is wrong, bytes of the stream
 *
 * A packet with a fault counts as if it were not there.
 *
 * Return: CLB_PACKET_SOUND, or a fault of a record; -ENOMEM.
 */
int clb_walk_packet(struct clb_walk *walk, const struct clb_packet *packet,
		    const uint8_t *bytes, uint64_t *record);

/**
 * clb_walk_undo() - forget the packet that was counted last
 * @walk: what is counted
 */
void clb_walk_undo(struct clb_walk *walk);

/**
 * clb_walk_count() - tell how many records of an event there were
 * @walk: what was counted
 * @index: of the event in the metadata
 *
 * Return: records.
 */
uint64_t clb_walk_count(const struct clb_walk *walk, size_t index);

#endif /* CLB_VERIFY_WALK_H */
