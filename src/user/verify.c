/* SPDX-License-Identifier: GPL-2.0 */
/* Judges a trace: packet by packet, over damage, up to the end of the stream. */
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "verify_account.h"
#include "verify_walk.h"
#include "view.h"

_Static_assert(CLB_VIEW_MAX >= CLB_PACKET_MAX, "a packet can be seen as a whole");

/**
 * struct judge - a stream being judged
 * @v: the judgement
 * @trace: the trace
 * @view: its stream
 * @walk: its records
 * @at: where the next packet starts, bytes
 * @last: the last sound packet
 * @nr_bad: damaged packets since then
 * @gap: packets are missing, so sums of earlier ones are not known
 */
struct judge {
	struct clb_verify *v;
	struct clb_trace *trace;
	struct clb_view view;
	struct clb_walk walk;
	uint64_t at;
	struct clb_packet last;
	uint64_t nr_bad;
	bool gap;
};

/* Room for one more element behind @nr; NULL if there is no memory. */
static void *grow(void *list, size_t nr, size_t size)
{
	/* Powers of two only: full when nr is one. */
	return nr & (nr - 1) ? list : reallocarray(list, nr ? nr * 2 : 1, size);
}

/* Names in it are the trace's: libclbench's callers print the reason as it is. */
static char *make_reason(const char *format, va_list args)
{
	char *text, *reason;

	if (vasprintf(&text, format, args) < 0)
		return NULL;
	reason = clb_text_printable(text, strlen(text));
	free(text);
	return reason;
}

void clb_verify_reason(struct clb_verify *v, const char *format, ...)
{
	char *reason = NULL;
	va_list args;

	if (v->nr_reasons < sizeof(v->reasons) / sizeof(*v->reasons)) {
		va_start(args, format);
		reason = make_reason(format, args);
		va_end(args);
	}
	if (reason)
		v->reasons[v->nr_reasons++] = reason;
	else
		v->nr_more++;
}

/* ------------------------------------------------------------ sound packets */

static int save(struct judge *j, const struct clb_packet *packet)
{
	struct clb_verify *v = j->v;
	struct clb_run *run = v->runs;

	if (v->nr_runs) {
		run += v->nr_runs - 1;
		if (run->end == packet->offset && run->last + 1 == packet->seq) {
			run->last = packet->seq;
			run->end += packet->size;
			return 0;
		}
	}
	run = grow(v->runs, v->nr_runs, sizeof(*run));
	if (!run)
		return -ENOMEM;
	v->runs = run;
	run[v->nr_runs++] = (struct clb_run) {
		.first = packet->seq,
		.last = packet->seq,
		.offset = packet->offset,
		.end = packet->offset + packet->size,
	};
	return 0;
}

/* The first packet of a chunk goes on from what only the chunk before it had. */
static bool opens_chunk(struct judge *j, const struct clb_packet *packet)
{
	if (j->v->packets || j->nr_bad || packet->content > sizeof(struct clbench_packet))
		return false;
	j->v->opens = true;
	j->last.seq = packet->seq - 1;
	if (j->last.seq)
		j->last.discarded = packet->discarded;
	j->v->base = j->last.discarded;
	return true;
}

/* Is it the next one? What is missing behind damage is no wonder. */
static void check_number(struct judge *j, const struct clb_packet *packet)
{
	uint64_t wanted = j->last.seq + 1;

	if (packet->seq == wanted)
		return;
	j->gap = true;
	if (j->nr_bad)
		return;
	if (packet->seq == wanted + 1)
		clb_verify_reason(j->v, "packet %" PRIu64 " is missing: packet %" PRIu64
				  " stands at byte %" PRIu64, wanted, packet->seq, packet->offset);
	else
		clb_verify_reason(j->v, "packets %" PRIu64 "-%" PRIu64 " are missing: packet %"
				  PRIu64 " stands at byte %" PRIu64, wanted, packet->seq - 1,
				  packet->seq, packet->offset);
}

/* What the records of this packet and of those before told against its header. */
static void check_losses(struct judge *j, const struct clb_packet *packet)
{
	const struct clb_walk *walk = &j->walk;
	uint64_t here = walk->marks.lost - walk->saved_marks.lost;

	if (!j->gap && packet->discarded != j->last.discarded + here)
		clb_verify_reason(j->v, "packet %" PRIu64 " at byte %" PRIu64 " tells %" PRIu64
				  " discarded records, those up to it add up to %" PRIu64,
				  packet->seq, packet->offset, packet->discarded,
				  j->last.discarded + here);
	if (walk->saved_marks.end)
		clb_verify_reason(j->v, "packet %" PRIu64 " at byte %" PRIu64
				  " follows clbench_end", packet->seq, packet->offset);
	else if (walk->marks.behind)
		clb_verify_reason(j->v, "packet %" PRIu64 " at byte %" PRIu64
				  " has records behind clbench_end", packet->seq, packet->offset);
}

static int take(struct judge *j, const struct clb_packet *packet)
{
	const struct clb_walk_marks *marks = &j->walk.marks;

	/* The numbers only rise: what is saved shall be in order. */
	if (packet->seq <= j->last.seq) {
		clb_walk_undo(&j->walk);
		clb_verify_reason(j->v, "packet %" PRIu64 " at byte %" PRIu64
				  " stands behind packet %" PRIu64, packet->seq, packet->offset,
				  j->last.seq);
		return 0;
	}
	if (!opens_chunk(j, packet))
		check_number(j, packet);
	check_losses(j, packet);
	if (!j->v->packets)
		j->v->begun_ts = packet->ts_begin;
	if (packet->content > sizeof(struct clbench_packet)) {
		if (!j->v->first_ts)
			j->v->first_ts = packet->ts_begin;
		j->v->last_ts = marks->last_ts;
	}
	j->v->packets++;
	j->last = *packet;
	j->nr_bad = 0;
	j->gap = false;
	return save(j, packet);
}

/* ------------------------------------------------------------------ damage */

static int add_damage(struct judge *j, enum clb_packet_fault fault, uint64_t record)
{
	struct clb_damage *damage = grow(j->v->damage, j->v->nr_damage, sizeof(*damage));

	if (!damage)
		return -ENOMEM;
	j->v->damage = damage;
	damage[j->v->nr_damage++] = (struct clb_damage) {
		.packet = j->last.seq + ++j->nr_bad,
		.offset = j->at,
		.fault = fault,
		.record = record,
	};
	j->gap = true;
	return 0;
}

/*
 * Where the next packet may start, from @from on; the end of the stream if
 * there is none. A damaged packet's size is worth nothing: only the next one's
 * magic number and uuid tell.
 */
static int search(struct judge *j, uint64_t from, uint64_t *found)
{
	struct clbench_packet raw = { .magic = htole32(CLBENCH_PACKET_MAGIC) };
	const size_t mark = offsetof(struct clbench_packet, timestamp_begin);
	const uint8_t *bytes, *hit;
	size_t there;
	int err;

	memcpy(raw.uuid, j->trace->metadata.m.uuid, sizeof(raw.uuid));
	for (*found = from; *found < j->v->bytes;) {
		err = clb_view_get(&j->view, *found, mark, &bytes, &there);
		if (err)
			return err;
		if (there < mark)
			break;
		hit = memmem(bytes, there, &raw, mark);
		if (!hit) {
			*found += there - mark + 1;
			continue;
		}
		*found += hit - bytes;
		err = clb_view_get(&j->view, *found, sizeof(raw), &bytes, &there);
		if (err)
			return err;
		if (there < sizeof(raw))
			break;
		if (!clb_packet_check_header((const void *)bytes, raw.uuid))
			return 0;
		++*found;
	}
	*found = j->v->bytes;
	return 0;
}

static bool is_zero(const uint8_t *p, size_t len)
{
	while (len--)
		if (*p++)
			return false;
	return true;
}

/* All but the records of the packet at @at: a fault, or a negative errno. */
static int look(struct judge *j, struct clb_packet *packet, const uint8_t **bytes)
{
	const struct clbench_packet *raw;
	uint64_t left = j->v->bytes - j->at;
	size_t there;
	int ret;

	ret = clb_view_get(&j->view, j->at, sizeof(*raw), bytes, &there);
	if (ret)
		return ret;
	if (left < sizeof(*raw) || there < sizeof(*raw))
		return CLB_PACKET_CUT;
	raw = (const void *)*bytes;
	ret = clb_packet_check_header(raw, j->trace->metadata.m.uuid);
	if (ret)
		return ret;
	clb_packet_unpack(packet, raw, j->at);
	if (packet->size > left)
		return CLB_PACKET_CUT;
	ret = clb_view_get(&j->view, j->at, packet->size, bytes, &there);
	if (ret)
		return ret;
	if (there < packet->size)
		return CLB_PACKET_CUT;
	raw = (const void *)*bytes;
	if (clb_packet_crc(raw, packet->content) != le32toh(raw->crc32c))
		return CLB_PACKET_CRC;
	if (!is_zero(*bytes + packet->content, packet->size - packet->content))
		return CLB_PACKET_PADDING;
	if (packet->seq > j->last.seq && packet->ts_begin < j->last.ts_end)
		return CLB_PACKET_ORDER;
	return CLB_PACKET_SOUND;
}

static int next(struct judge *j)
{
	struct clb_packet packet = { 0 };
	const uint8_t *bytes;
	uint64_t record = 0, behind;
	int fault, err;

	fault = look(j, &packet, &bytes);
	if (!fault)
		fault = clb_walk_packet(&j->walk, &packet, bytes, &record);
	if (fault < 0)
		return fault;
	/* Records that damaged metadata does not tell are its fault. */
	if (record && j->v->metadata)
		fault = CLB_PACKET_SOUND;
	if (!fault) {
		err = take(j, &packet);
		j->at += packet.size;
		return err;
	}
	err = search(j, j->at + 1, &behind);
	if (err)
		return err;
	/* What goes on was not cut off. */
	if (fault == CLB_PACKET_CUT && behind < j->v->bytes)
		fault = CLB_PACKET_SIZE;
	err = add_damage(j, fault, record);
	j->at = behind;
	return err;
}

/* ----------------------------------------------------------------- verdict */

static enum clb_verdict decide(const struct clb_verify *v, const struct clb_walk_marks *marks)
{
	if (v->nr_damage || v->metadata)
		return CLB_DAMAGED;
	if (v->nr_reasons || v->nr_more)
		return CLB_UNACCOUNTED;
	if (!marks->end)
		return CLB_UNFINISHED;
	return v->lost ? CLB_INCOMPLETE : CLB_COMPLETE;
}

/* Before the first sound packet of a later chunk, damage was counted from 1. */
static void number_damage(struct clb_verify *v)
{
	uint64_t nr = 0;

	if (v->chunk < 2 || !v->nr_runs)
		return;
	while (nr < v->nr_damage && v->damage[nr].offset < v->runs[0].offset)
		nr++;
	for (uint64_t i = 0; i < nr && v->runs[0].first > nr; i++)
		v->damage[i].packet = v->runs[0].first - nr + i;
}

static int judge_stream(struct judge *j)
{
	int err = clb_view_init(&j->view, j->trace->fd);

	if (!err)
		err = clb_walk_init(&j->walk, j->trace);
	while (!err && j->at < j->v->bytes)
		err = next(j);
	if (!err)
		err = clb_verify_account(j->v, &j->walk);
	if (!err) {
		j->v->ended_ts = j->last.ts_end;
		j->v->discarded = j->last.discarded;
		number_damage(j->v);
		j->v->verdict = decide(j->v, &j->walk.marks);
	}
	clb_walk_free(&j->walk);
	clb_view_free(&j->view);
	return err;
}

/* Says what is wrong with the metadata; 0, or why nothing can be judged. */
static int judge_metadata(struct clb_verify *v, const struct clb_trace *trace, int err)
{
	const char *why = trace->why;

	/* A newer clbench's is sound, and nothing for us. */
	if (err && (err != -EINVAL || !trace->checked || trace->checked == -EINVAL))
		return err;
	if (!err && trace->checked == -EBADMSG)
		why = "the checksum of its metadata does not match";
	else if (!err && trace->checked && trace->metadata.strange)
		why = "the checksum of its metadata is damaged";
	else if (!err)
		return 0;
	v->metadata = strdup(why);
	return v->metadata ? 0 : -ENOMEM;
}

/* Metadata that cannot be understood tells no event, no uuid and no name. */
static int take_names(struct clb_verify *v, const struct clb_trace *trace)
{
	const struct clb_metadata *m = &trace->metadata.m;

	v->has_uuid = trace->metadata.events.nr;
	memcpy(v->uuid, m->uuid, sizeof(v->uuid));
	if (!m->session)
		return 0;
	v->session = strdup(m->session);
	return v->session ? 0 : -ENOMEM;
}

int clb_verify(struct clb_verify *v, struct clb_trace *trace, int err)
{
	struct judge j = { .v = v, .trace = trace };
	int ret;

	*v = (struct clb_verify) { 0 };
	if (!trace)
		return -ENOMEM;
	ret = judge_metadata(v, trace, err);
	if (!ret)
		ret = take_names(v, trace);
	if (!ret && !err) {
		v->bytes = trace->size;
		ret = judge_stream(&j);
	} else if (!ret) {
		v->verdict = CLB_DAMAGED;
	}
	if (ret == -ENOMEM)
		clb_trace_fail(trace, ret, "out of memory");
	else if (ret && !err)
		clb_trace_fail(trace, ret, "cannot read its stream: %s", strerror(-ret));
	return ret;
}

void clb_verify_free(struct clb_verify *v)
{
	for (size_t i = 0; i < v->nr_reasons; i++)
		free(v->reasons[i]);
	free(v->accounts);
	free(v->losses);
	free(v->damage);
	free(v->runs);
	free(v->session);
	free(v->metadata);
	*v = (struct clb_verify) { 0 };
}
