/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The bytes of a clbench packet: its header and the records of clbench's own
 * events. All little endian and packed, as CTF 1.8 fields that align to 8 bits.
 *
 * A packet is struct clbench_packet, then records up to content_size. A record
 * is an event header, struct clbench_event_context and the event's fields.
 *
 * A session's packets are one or more chunks, each a trace of its own: it opens
 * with a packet without records, which there is nowhere else, and the next one
 * begins with clbench_begin; it ends with a packet of one clbench_total for each
 * event and clbench_end. Numbers of packets and of discarded records go on from
 * chunk to chunk; tasks are defined anew.
 *
 * The event header is LTTng's compact one: a 32-bit word with the event's id in
 * the low 5 bits and the low 27 bits of the time above them. If the id is over
 * 30 or the time 2^27 ns or more after the previous record of the packet (for
 * the first record: after timestamp_begin), it is extended: one byte 31, the id
 * in 32 bits, the whole time in 64 bits.
 *
 * Times are CLOCK_MONOTONIC_RAW in nanoseconds.
 */
#ifndef _UAPI_LINUX_CLBENCH_RECORD_H
#define _UAPI_LINUX_CLBENCH_RECORD_H

#include <linux/types.h>

#define CLBENCH_PACKET_MAGIC	0xc1fc1fc1u

/* An event header: compact ids end here, this one says "extended". */
#define CLBENCH_ID_EXTENDED	31
#define CLBENCH_ID_BITS		5
#define CLBENCH_STAMP_BITS	27

/**
 * struct clbench_packet - the start of a packet: CTF packet header and context
 * @magic: CLBENCH_PACKET_MAGIC
 * @uuid: of the session, the same in all its packets and in the metadata
 * @timestamp_begin: time of the first record, no earlier than the end of the
 *	packet before
 * @timestamp_end: no record of a later packet is older than this, ns
 * @content_size: bits of the packet that mean something, header included
 * @packet_size: bits from this packet to the next, a multiple of 8
 * @packet_seq_num: from 1, without a gap
 * @events_discarded: records discarded since the start, as far as their
 *	clbench_discarded stands in this packet or before
 * @raw_ns: the trace's clock when the packet was made ...
 * @realtime_ns: ... and CLOCK_REALTIME at the same moment
 * @crc32c: of the packet's content_size bits with this field taken as 0;
 *	Castagnoli, as in iSCSI: initial value and final xor are all ones
 */
struct clbench_packet {
	__u32 magic;
	__u8 uuid[16];
	__u64 timestamp_begin;
	__u64 timestamp_end;
	__u64 content_size;
	__u64 packet_size;
	__u64 packet_seq_num;
	__u64 events_discarded;
	__u64 raw_ns;
	__u64 realtime_ns;
	__u32 crc32c;
} __attribute__((packed));

/**
 * struct clbench_event_context - stands between an event's header and its fields
 * @cpu_id: the CPU that the event occurred on
 * @context: enum clbench_context
 * @tid: the thread that ran, or was interrupted
 */
struct clbench_event_context {
	__u16 cpu_id;
	__u8 context;
	__u32 tid;
} __attribute__((packed));

/* Ids of clbench's own events. All others are told by event-get. */
enum clbench_event_id {
	CLBENCH_ID_BEGIN,
	CLBENCH_ID_END,
	CLBENCH_ID_DISCARDED,
	CLBENCH_ID_TASK,
	CLBENCH_ID_TOTAL,
	CLBENCH_ID_MARK,
	CLBENCH_ID_FIRST_FREE,
};

/**
 * struct clbench_begin - clbench_begin, the first record of a chunk
 * @session_id: the session
 * @nr_cpus: CPUs that the kernel can have
 * @nr_node: nodes that a list of task context starts with
 * @node_nr_composed: records of the largest enabled event per node
 * @mem_max: bytes
 * @flush_period_ms: latest time between flushes
 * @window: most batches under way
 * @chunk: number of the chunk, from 1
 * @discarded: records of the session discarded before this chunk, from where the
 *	packets' events_discarded goes on
 * @strings: session name, module version and kernel release, each with its NUL
 */
struct clbench_begin {
	__u32 session_id;
	__u32 nr_cpus;
	__u32 nr_node;
	__u32 node_nr_composed;
	__u64 mem_max;
	__u32 flush_period_ms;
	__u32 window;
	__u32 chunk;
	__u64 discarded;
	char strings[];
} __attribute__((packed));

/**
 * struct clbench_total - clbench_total, one per event before the end of a chunk
 * @event_id: the event
 * @delivered: its records in the chunk
 * @discarded: its records that are not, by enum clbench_cause; none can be
 *	abandoned yet. As counted when the chunk ended: where recording went on,
 *	a loss may be told here and stand in the next chunk.
 * @name: the event's name with its NUL
 */
struct clbench_total {
	__u32 event_id;
	__u64 delivered;
	__u64 discarded[6];
	char name[];
} __attribute__((packed));

/**
 * struct clbench_end - clbench_end, the last record of a chunk: without it the
 *	chunk is not complete
 * @delivered: records of enabled events in the chunk
 * @discarded: those that its clbench_discarded records tell
 * @drained: delivered records that were still in the lists when recording ended
 * @late: records older than one already put out, given that one's time
 * @next_chunk: number of the chunk that follows; 0: the session ends here
 */
struct clbench_end {
	__u64 delivered;
	__u64 discarded;
	__u64 drained;
	__u64 late;
	__u32 next_chunk;
} __attribute__((packed));

/**
 * struct clbench_discarded - clbench_discarded, stands where records are missing
 * @cause: enum clbench_cause
 * @count: records
 * @first_ts_ns: time of the first, or when it was known that there was none yet
 * @last_ts_ns: time of the last
 *
 * The CPU and the context of the loss are in the record's event context, its
 * tid is 0.
 */
struct clbench_discarded {
	__u8 cause;
	__u64 count;
	__u64 first_ts_ns;
	__u64 last_ts_ns;
} __attribute__((packed));

/**
 * struct clbench_task - clbench_task, names the task of records that follow
 * @tid: the thread
 * @tgid: its process
 * @comm: its name
 *
 * Holds for the records of the same CPU, context and tid, up to the next
 * definition there.
 */
struct clbench_task {
	__u32 tid;
	__u32 tgid;
	char comm[16];
} __attribute__((packed));

/**
 * struct clbench_pagecache - pagecache_miss, pagecache_add, pagecache_delete
 * @dev: the file system's device, major number << 20 | minor number
 * @ino: inode number
 * @offset: in the file, bytes
 * @nr_pages: asked for (miss) or of the folio
 */
struct clbench_pagecache {
	__u32 dev;
	__u64 ino;
	__u64 offset;
	__u32 nr_pages;
} __attribute__((packed));

#define CLBENCH_RWBS_LEN	12

/**
 * struct clbench_block - block_bio_queue, block_rq_issue
 * @dev: the whole disk, major number << 20 | minor number
 * @sector: the first, in units of 512 bytes from the start of the disk
 * @nr_sector: how many
 * @rwbs: the operation in letters, as in blktrace
 */
struct clbench_block {
	__u32 dev;
	__u64 sector;
	__u32 nr_sector;
	char rwbs[CLBENCH_RWBS_LEN];
} __attribute__((packed));

/**
 * struct clbench_block_complete - block_rq_complete
 * @block: as in block_rq_issue; nr_sector is what was completed
 * @error: 0 or a negative errno
 */
struct clbench_block_complete {
	struct clbench_block block;
	__s32 error;
} __attribute__((packed));

/* Why a task moved to another CPU. */
enum clbench_migrate_reason {
	CLBENCH_MIGRATE_OTHER,
	CLBENCH_MIGRATE_WAKEUP,
	CLBENCH_MIGRATE_BALANCE,
	CLBENCH_MIGRATE_STOPPER,
};

/**
 * struct clbench_sched_migrate - sched_migrate_task
 * @tid: the thread that moves
 * @prio: its priority as the scheduler sees it
 * @orig_cpu: from
 * @dest_cpu: to
 * @reason: enum clbench_migrate_reason
 */
struct clbench_sched_migrate {
	__u32 tid;
	__s32 prio;
	__u32 orig_cpu;
	__u32 dest_cpu;
	__u8 reason;
} __attribute__((packed));

#ifdef __cplusplus
#define CLBENCH_ASSERT(truth, text)	static_assert(truth, text)
#else
#define CLBENCH_ASSERT(truth, text)	_Static_assert(truth, text)
#endif

#define CLBENCH_ASSERT_SIZE(type, size) \
	CLBENCH_ASSERT(sizeof(struct type) == (size), #type " has padding")

CLBENCH_ASSERT_SIZE(clbench_packet, 88);
CLBENCH_ASSERT_SIZE(clbench_event_context, 7);
CLBENCH_ASSERT_SIZE(clbench_begin, 44);
CLBENCH_ASSERT_SIZE(clbench_total, 60);
CLBENCH_ASSERT_SIZE(clbench_end, 36);
CLBENCH_ASSERT_SIZE(clbench_discarded, 25);
CLBENCH_ASSERT_SIZE(clbench_task, 24);
CLBENCH_ASSERT_SIZE(clbench_pagecache, 24);
CLBENCH_ASSERT_SIZE(clbench_block, 28);
CLBENCH_ASSERT_SIZE(clbench_block_complete, 32);
CLBENCH_ASSERT_SIZE(clbench_sched_migrate, 17);

#endif /* _UAPI_LINUX_CLBENCH_RECORD_H */
