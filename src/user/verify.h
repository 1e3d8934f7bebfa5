/* SPDX-License-Identifier: GPL-2.0 */
/* Judges a trace: is it whole, and is every record accounted for? */
#ifndef CLB_VERIFY_H
#define CLB_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet.h"
#include "session.h"
#include "trace_reader.h"

#ifdef __cplusplus
extern "C" {
#endif

/* From good to bad. */
enum clb_verdict {
	CLB_COMPLETE,
	CLB_INCOMPLETE,
	CLB_UNFINISHED,
	CLB_UNACCOUNTED,
	CLB_DAMAGED,
};

/**
 * struct clb_loss - a clbench_discarded
 * @cpu: where
 * @context: enum clbench_context, or something else
 * @cause: enum clbench_cause, or something else
 * @count: records
 * @first_ts: of the first, ns of the trace's clock
 * @last_ts: of the last
 * @wall_offset: from the trace's clock to the wall clock, ns
 */
struct clb_loss {
	uint16_t cpu;
	uint8_t context;
	uint8_t cause;
	uint64_t count;
	uint64_t first_ts;
	uint64_t last_ts;
	uint64_t wall_offset;
};

/**
 * struct clb_damage - a packet that cannot be used
 * @packet: the number that it should have
 * @offset: where it starts in the stream, bytes
 * @fault: what is wrong
 * @record: where the record starts that is wrong, if one is
 */
struct clb_damage {
	uint64_t packet;
	uint64_t offset;
	enum clb_packet_fault fault;
	uint64_t record;
};

/**
 * struct clb_run - sound packets without a gap
 * @first: number of the first
 * @last: number of the last
 * @offset: where they start in the stream, bytes
 * @end: where they end
 */
struct clb_run {
	uint64_t first;
	uint64_t last;
	uint64_t offset;
	uint64_t end;
};

/**
 * struct clb_account - what became of an event's records
 * @counts: those in the trace; those that are not as far as @told
 * @told: its clbench_total was there
 */
struct clb_account {
	struct clb_counts counts;
	bool told;
};

/**
 * struct clb_verify - the judgement
 * @verdict: in a word
 * @bytes: of the stream
 * @packets: that are sound
 * @records: of recorded events in them
 * @lost: records that they tell to be discarded
 * @lost_by: the same by enum clbench_cause, as far as it is known
 * @told_by: the same as all clbench_total tell it
 * @first_ts: time of the first record; 0 if there is none, so for the next
 * @last_ts: time of the last
 * @accounts: by event, of those that were recorded
 * @nr_accounts: how many
 * @losses: in the order of the stream
 * @nr_losses: how many
 * @damage: in the order of the stream
 * @nr_damage: how many
 * @runs: what can be saved, in the order of the stream
 * @nr_runs: how many
 * @opens: the first packet has no records, as that of a chunk
 * @begun_ts: begin of the first sound packet, ns of the trace's clock
 * @ended_ts: end of the last
 * @base: records discarded before the trace, as its first packet tells
 * @discarded: the same behind it, as its last packet tells
 * @chunk: which of its session's chunks it is, 0 if there is no clbench_begin
 * @next_chunk: the one that follows, 0 if none does; for @has_end
 * @has_end: there is a clbench_end
 * @late: records whose time it calls inexact: they came later than they should
 * @uuid: of the session
 * @has_uuid: it is known
 * @session: its name, NULL if it is not known
 * @metadata: what is wrong with it, NULL if nothing is
 * @reasons: sentences that tell why records are not accounted for, printable
 * @nr_reasons: how many of them there are in @reasons
 * @nr_more: how many more there would be
 */
struct clb_verify {
	enum clb_verdict verdict;
	uint64_t bytes;
	uint64_t packets;
	uint64_t records;
	uint64_t lost;
	uint64_t lost_by[CLB_NR_CAUSES];
	uint64_t told_by[CLB_NR_CAUSES];
	uint64_t first_ts;
	uint64_t last_ts;
	struct clb_account *accounts;
	size_t nr_accounts;
	struct clb_loss *losses;
	size_t nr_losses;
	struct clb_damage *damage;
	size_t nr_damage;
	struct clb_run *runs;
	size_t nr_runs;
	bool opens;
	uint64_t begun_ts;
	uint64_t ended_ts;
	uint64_t base;
	uint64_t discarded;
	uint32_t chunk;
	uint32_t next_chunk;
	bool has_end;
	uint64_t late;
	uint8_t uuid[16];
	bool has_uuid;
	char *session;
	char *metadata;
	char *reasons[16];
	size_t nr_reasons;
	size_t nr_more;
};

/**
 * clb_verify() - judge a trace
 * @verify: the judgement; given back with clb_verify_free(), also after a failure
 * @trace: the trace
 * @err: what clb_trace_open() returned
 *
 * Reads the whole stream. Metadata of clbench that cannot be understood is
 * damage; no packet can be used then.
 *
 * Return: 0; -EINVAL if it is not a trace of clbench; -ENOMEM; the negative
 * errno of reading it. clb_trace_why() says more.
 */
int clb_verify(struct clb_verify *verify, struct clb_trace *trace, int err);

/**
 * clb_verify_free() - give back what is behind a judgement
 * @verify: the judgement
 */
void clb_verify_free(struct clb_verify *verify);

#ifdef __cplusplus
}
#endif

#endif /* CLB_VERIFY_H */
