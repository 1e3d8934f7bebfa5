// SPDX-License-Identifier: GPL-2.0
/* A packet under construction: pages, records in CTF, header, checksum. */

#include <linux/crc32c.h>
#include <linux/gfp.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/netlink.h>
#include <linux/skbuff.h>
#include <linux/slab.h>

#include "list.h"
#include "netlink.h"
#include "packet.h"
#include "session.h"

/* A record's header and context, and what copying words writes too much. */
#define HEADER_BYTES	(1 + sizeof(u32) + sizeof(u64) + sizeof(struct clbench_event_context))
#define SLACK_BYTES	8u

/* ------------------------------------------------------------------- pages */

/* Less than is wanted serves as well: it only makes more fragments, or a smaller
 * batch. What is needed may be waited for.
 */
static struct page *get_pages(size_t want, size_t need, unsigned int *order)
{
	unsigned int least = get_order(need);
	struct page *page;

	for (*order = max_t(unsigned int, least, min(get_order(want), 3)); *order > least;
	     (*order)--) {
		page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_NORETRY | __GFP_NOWARN, *order);
		if (page)
			return page;
	}
	return alloc_pages(GFP_KERNEL | __GFP_NOWARN | (least ? __GFP_COMP : 0), least);
}

static void close_frag(struct clb_packet *p)
{
	unsigned int i = p->nr_frags - 1;

	p->frags[i].used = p->pos - (unsigned char *)page_address(p->frags[i].page);
}

/* A further fragment with room for @bytes at least. */
static bool add_frag(struct clb_packet *p, size_t bytes)
{
	size_t want = max(bytes, min(p->estimate, p->room));
	unsigned int order;
	struct page *page;
	size_t size;

	if (p->nr_frags == CLB_PACKET_FRAGS || bytes + SLACK_BYTES > p->room)
		return false;
	page = get_pages(want + SLACK_BYTES, bytes + SLACK_BYTES, &order);
	if (!page)
		return false;
	size = PAGE_SIZE << order;
	if (!clb_session_charge_batch(p->session, size)) {
		__free_pages(page, order);
		return false;
	}
	if (p->nr_frags)
		close_frag(p);
	p->frags[p->nr_frags].page = page;
	p->frags[p->nr_frags].order = order;
	p->nr_frags++;
	p->batch->bytes += size;
	size = min(size, p->room);
	p->room -= size;
	p->estimate -= min(p->estimate, size);
	p->pos = page_address(page);
	p->limit = p->pos + size - SLACK_BYTES;
	return true;
}

/**
 * clb_packet_begin() - start a packet
 * @p: filled in
 * @s: whose
 * @estimate: bytes of records that are expected; about
 *
 * Context: the session thread; may sleep.
 * Return: 0; -ENOMEM: no memory, or the session may not have more now.
 */
int clb_packet_begin(struct clb_packet *p, struct clb_session *s, size_t estimate)
{
	memset(p, 0, sizeof(*p));
	p->session = s;
	p->room = CLB_PACKET_BYTES;
	p->estimate = sizeof(struct clbench_packet) + estimate;
	p->stamp = s->last_out;
	p->begin = s->last_out;
	p->batch = kvzalloc(struct_size(p->batch, counts, s->nr_subs + 1), GFP_KERNEL);
	if (!p->batch)
		return -ENOMEM;
	p->batch->nr_subs = s->nr_subs;
	if (!add_frag(p, sizeof(struct clbench_packet))) {
		kvfree(p->batch);
		return -ENOMEM;
	}
	p->pos += sizeof(struct clbench_packet);
	return 0;
}

/* ----------------------------------------------------------------- records */

/* Not memcpy(): a string move's start-up costs more than these few words. Reads
 * and writes up to 7 bytes more than asked for.
 */
static __always_inline void copy_words(unsigned char *to, const unsigned char *from, size_t size)
{
	size_t i;

	for (i = 0; i < size; i += 8)
		__builtin_memcpy(to + i, from + i, 8);
}

/* The event header: compact if it can be. */
static __always_inline unsigned char *put_header(unsigned char *pos, u64 before, u64 stamp, u32 id)
{
	u32 compact = id | (u32)stamp << CLBENCH_ID_BITS;

	if (likely(id < CLBENCH_ID_EXTENDED && stamp - before < BIT_ULL(CLBENCH_STAMP_BITS))) {
		__builtin_memcpy(pos, &compact, sizeof(compact));
		return pos + sizeof(compact);
	}
	*pos++ = CLBENCH_ID_EXTENDED;
	__builtin_memcpy(pos, &id, sizeof(id));
	pos += sizeof(id);
	__builtin_memcpy(pos, &stamp, sizeof(stamp));
	return pos + sizeof(stamp);
}

static void first_record(struct clb_packet *p, u64 stamp)
{
	p->begin = stamp;
	p->stamp = stamp;
}

/**
 * clb_packet_put() - append one record
 * @p: the packet
 * @context: where it occurred
 * @stamp: its time; not before the last one's
 * @id: the event
 * @data: its fields
 * @size: bytes
 *
 * Context: the session thread; may sleep.
 * Return: false if the packet has no room for it.
 */
bool clb_packet_put(struct clb_packet *p, const struct clbench_event_context *context,
		    u64 stamp, u32 id, const void *data, size_t size)
{
	unsigned char *pos;

	if (p->pos + HEADER_BYTES + size > p->limit && !add_frag(p, HEADER_BYTES + size))
		return false;
	if (!p->nr_records++)
		first_record(p, stamp);
	pos = put_header(p->pos, p->stamp, stamp, id);
	memcpy(pos, context, sizeof(*context));
	pos += sizeof(*context);
	memcpy(pos, data, size);
	p->pos = pos + size;
	p->stamp = stamp;
	return true;
}

/**
 * clb_packet_put_run() - append the records of a list up to a time
 * @p: the packet
 * @l: the list
 * @obj: its first record; there is one
 * @end: behind its last one
 * @limit: only those older than this
 *
 * A record older than the last one put out gets that one's time: the trace
 * stays readable, and the session's count of late records tells.
 *
 * Context: the session thread; may sleep.
 * Return: the first record that was not appended, or @end. The packet is full
 * if that one is older than @limit.
 */
const struct clist_obj *clb_packet_put_run(struct clb_packet *p, const struct clb_list *l,
					   const struct clist_obj *obj,
					   const struct clist_obj *end, u64 limit)
{
	struct clbench_event_context context = { .cpu_id = l->cpu, .context = l->context };
	struct clb_session *s = p->session;
	const u16 *index_of = s->index_of;
	const u32 nr_ids = s->nr_ids;
	u32 *counts = p->batch->counts;
	const unsigned char *room = p->limit - HEADER_BYTES;
	unsigned char *pos = p->pos;
	u64 last = p->nr_records ? p->stamp : s->last_out;
	u64 stamp = obj->stamp;
	u32 nr = p->nr_records, id, size;

	while (stamp < limit) {
		size = obj->size;
		id = obj->tag;
		if (unlikely(pos + size > room)) {
			p->pos = pos;
			if (!add_frag(p, HEADER_BYTES + size))
				break;
			pos = p->pos;
			room = p->limit - HEADER_BYTES;
		}
		if (unlikely(stamp < last)) {
			stamp = last;
			WRITE_ONCE(s->late, s->late + 1);
		}
		if (unlikely(!nr)) {
			first_record(p, stamp);
			last = stamp;
		}
		pos = put_header(pos, last, stamp, id);
		context.tid = obj->aux;
		__builtin_memcpy(pos, &context, sizeof(context));
		pos += sizeof(context);
		copy_words(pos, obj->data, size);
		pos += size;
		last = stamp;
		nr++;
		/* clbench's own records all count at index 0. */
		counts[id < nr_ids ? index_of[id] : 0]++;
		obj = (const void *)((const unsigned char *)obj + CLIST_SPACE(size));
		if (obj == end)
			break;
		stamp = obj->stamp;
	}
	p->pos = pos;
	p->stamp = last;
	p->nr_records = nr;
	return obj;
}

/* ------------------------------------------------------------------ finish */

static u32 checksum(const struct clb_packet *p)
{
	u32 crc = ~0u;
	unsigned int i;

	for (i = 0; i < p->nr_frags; i++)
		crc = crc32c(crc, page_address(p->frags[i].page), p->frags[i].used);
	return ~crc;
}

static void fill_header(struct clb_packet *p, struct clbench_packet *h, u64 end, size_t bytes)
{
	struct clb_session *s = p->session;

	*h = (struct clbench_packet) {
		.magic = CLBENCH_PACKET_MAGIC,
		.timestamp_begin = p->begin,
		.timestamp_end = end,
		.content_size = bytes * 8,
		.packet_size = ALIGN(bytes, 4) * 8,
		.packet_seq_num = p->batch->seq,
		.events_discarded = s->discarded_out,
		.raw_ns = ktime_get_raw_fast_ns(),
		.realtime_ns = ktime_get_real_ns(),
	};
	export_uuid(h->uuid, &s->uuid);
	h->crc32c = checksum(p);
}

/**
 * clb_packet_finish() - make the packet a batch
 * @p: the packet; gone afterwards
 * @end: no later record is older than this
 * @last: nothing follows
 *
 * Context: the session thread; may sleep.
 * Return: the batch. It cannot fail but for memory for a small head, which is
 * waited for.
 */
struct clb_batch *clb_packet_finish(struct clb_packet *p, u64 end, bool last)
{
	struct clb_session *s = p->session;
	struct clb_batch *batch = p->batch;
	size_t bytes = 0;
	unsigned int i, pad;

	close_frag(p);
	for (i = 0; i < p->nr_frags; i++)
		bytes += p->frags[i].used;
	pad = ALIGN(bytes, 4) - bytes;
	batch->seq = s->window.built + 1;
	fill_header(p, page_address(p->frags[0].page), max(end, p->stamp), bytes);
	s->last_out = max3(s->last_out, end, p->stamp);
	/* There is slack for it behind each fragment's last record. */
	memset(p->pos, 0, pad);
	p->frags[p->nr_frags - 1].used += pad;

	batch->skb = clb_netlink_batch_head(s, batch->seq, last, bytes + pad);
	for (i = 0; i < p->nr_frags; i++)
		skb_add_rx_frag(batch->skb, i, p->frags[i].page, 0, p->frags[i].used,
				PAGE_SIZE << p->frags[i].order);
	nlmsg_hdr(batch->skb)->nlmsg_len = batch->skb->len;
	for (i = 0; i < batch->nr_subs; i++) {
		s->subs[i]->merged += batch->counts[i + 1];
		if (s->ending)
			WRITE_ONCE(s->drained, s->drained + batch->counts[i + 1]);
	}
	return batch;
}

/**
 * clb_packet_drop() - undo clb_packet_begin()
 * @p: the packet, to which nothing was appended
 *
 * Context: the session thread.
 */
void clb_packet_drop(struct clb_packet *p)
{
	unsigned int i;

	for (i = 0; i < p->nr_frags; i++)
		__free_pages(p->frags[i].page, p->frags[i].order);
	clb_session_charge(p->session, -(long)p->batch->bytes);
	kvfree(p->batch);
}

/**
 * clb_batch_free() - let go of a batch
 * @s: whose
 * @batch: the batch; receivers may still hold its pages
 *
 * Context: process.
 */
void clb_batch_free(struct clb_session *s, struct clb_batch *batch)
{
	clb_session_charge(s, -(long)batch->bytes);
	kfree_skb(batch->skb);
	kvfree(batch);
}
