/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet under construction: a CTF packet in the page fragments of a netlink
 * message, to which the merge appends records.
 *
 * Fragments end between two records, so each record is contiguous.
 */
#ifndef CLB_PACKET_H
#define CLB_PACKET_H

#include <linux/clbench_record.h>
#include <linux/types.h>

#include <clbench/clist.h>

#include "window.h"

struct clb_list;
struct clb_session;
struct page;

/* A packet is one attribute, whose length is told in 16 bits. */
#define CLB_PACKET_BYTES	61440u

/* Most that a batch costs a receive buffer: two fragments of 32 KiB, a head. */
#define CLB_BATCH_TRUESIZE	(2u * 32768u + 1024u)

/* One fragment a page, when no larger ones can be had. */
#define CLB_PACKET_FRAGS	(CLB_PACKET_BYTES / 4096u + 1)

/**
 * struct clb_packet - a packet under construction
 * @session: whose
 * @batch: what becomes of it
 * @pos: where the next record goes
 * @limit: behind the room for records in this fragment
 * @stamp: time of the last record
 * @begin: time of the first record
 * @nr_records: records
 * @room: bytes that further fragments may take
 * @estimate: bytes of records that are expected
 * @nr_frags: fragments
 * @frags: pages, their order, and bytes used of each
 */
struct clb_packet {
	struct clb_session *session;
	struct clb_batch *batch;
	unsigned char *pos;
	unsigned char *limit;
	u64 stamp;
	u64 begin;
	u32 nr_records;
	size_t room;
	size_t estimate;
	unsigned int nr_frags;
	struct {
		struct page *page;
		unsigned int order;
		unsigned int used;
	} frags[CLB_PACKET_FRAGS];
};

int clb_packet_begin(struct clb_packet *p, struct clb_session *s, size_t estimate);
bool clb_packet_put(struct clb_packet *p, const struct clbench_event_context *context,
		    u64 stamp, u32 id, const void *data, size_t size);
const struct clist_obj *clb_packet_put_run(struct clb_packet *p, const struct clb_list *l,
					   const struct clist_obj *obj,
					   const struct clist_obj *end, u64 limit);
struct clb_batch *clb_packet_finish(struct clb_packet *p, u64 end, bool last);
void clb_packet_drop(struct clb_packet *p);
void clb_batch_free(struct clb_session *s, struct clb_batch *batch);

#endif /* CLB_PACKET_H */
