/* SPDX-License-Identifier: GPL-2.0 */
/* Changes of a stream that keep it one: within a packet, or of whole packets. */
#include <endian.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <linux/clbench_record.h>

#include "mutate.h"
#include "packet.h"

/* Packets that are looked at; more come into no input. */
#define PACKETS_MAX	64

struct span {
	size_t at;
	size_t size;
};

uint32_t mutate_below(unsigned int *seed, uint32_t limit)
{
	return rand_r(seed) % limit;
}

/* Whole packets, as far as their sizes can be followed. */
static size_t find_packets(const uint8_t *data, size_t size, struct span spans[PACKETS_MAX])
{
	struct clbench_packet head;
	size_t at = 0, nr = 0;

	while (nr < PACKETS_MAX && size - at >= sizeof(head)) {
		uint64_t content, whole;

		memcpy(&head, data + at, sizeof(head));
		content = le64toh(head.content_size) / 8;
		whole = le64toh(head.packet_size) / 8;
		if (content < sizeof(head) || content > whole || whole > size - at)
			break;
		spans[nr++] = (struct span){ at, whole };
		at += whole;
	}
	return nr;
}

static void mend(uint8_t *packet, size_t size)
{
	struct clbench_packet head;
	size_t content;

	memcpy(&head, packet, sizeof(head));
	content = le64toh(head.content_size) / 8;
	if (content < sizeof(head) || content > size)
		return;
	head.crc32c = htole32(clb_packet_crc((const void *)packet, content));
	memcpy(packet, &head, sizeof(head));
}

static void mend_all(uint8_t *data, size_t size)
{
	struct span spans[PACKETS_MAX];
	size_t nr = find_packets(data, size, spans);

	for (size_t i = 0; i < nr; i++)
		mend(data + spans[i].at, spans[i].size);
}

/* Its records, of any length; the sizes follow. */
static size_t change_records(uint8_t *data, size_t size, size_t max_size, const struct span *span)
{
	const size_t fixed = sizeof(struct clbench_packet);
	size_t records = span->size - fixed, rest = size - span->at - span->size;
	size_t room = records + (max_size - size), changed;
	struct clbench_packet head;
	uint8_t *copy;

	if (!room)
		return size;
	copy = malloc(room);
	if (!copy)
		return size;
	memcpy(copy, data + span->at + fixed, records);
	changed = LLVMFuzzerMutate(copy, records, room);
	memmove(data + span->at + fixed + changed, data + span->at + span->size, rest);
	memcpy(data + span->at + fixed, copy, changed);
	free(copy);
	memcpy(&head, data + span->at, sizeof(head));
	head.content_size = head.packet_size = htole64((fixed + changed) * 8);
	memcpy(data + span->at, &head, sizeof(head));
	return span->at + fixed + changed + rest;
}

/* A number of its header: near what it was, near that of another packet, or any. */
static void change_header(uint8_t *data, const struct span *span, const struct span *other,
			  unsigned int *seed)
{
	static const size_t places[] = {
		offsetof(struct clbench_packet, timestamp_begin),
		offsetof(struct clbench_packet, timestamp_end),
		offsetof(struct clbench_packet, content_size),
		offsetof(struct clbench_packet, packet_size),
		offsetof(struct clbench_packet, packet_seq_num),
		offsetof(struct clbench_packet, events_discarded),
		offsetof(struct clbench_packet, raw_ns),
		offsetof(struct clbench_packet, realtime_ns),
	};
	size_t place = places[mutate_below(seed, sizeof(places) / sizeof(*places))];
	uint64_t number;

	memcpy(&number, data + (mutate_below(seed, 2) ? span : other)->at + place, sizeof(number));
	number = le64toh(number);
	switch (mutate_below(seed, 5)) {
	case 0:
		number = number + mutate_below(seed, 17) - 8;
		break;
	case 1:
		number ^= UINT64_C(1) << mutate_below(seed, 64);
		break;
	case 2:
		number += (uint64_t)mutate_below(seed, 1 << 20) << mutate_below(seed, 44);
		break;
	case 3:
		number = mutate_below(seed, 2) ? 0 : UINT64_MAX;
		break;
	}
	number = htole64(number);
	memcpy(data + span->at + place, &number, sizeof(number));
}

static size_t take_out(uint8_t *data, size_t size, const struct span *span)
{
	memmove(data + span->at, data + span->at + span->size, size - span->at - span->size);
	return size - span->size;
}

static size_t put_again(uint8_t *data, size_t size, size_t max_size, const struct span *span,
			const struct span *before)
{
	uint8_t *copy;

	if (span->size > max_size - size)
		return size;
	copy = malloc(span->size);
	if (!copy)
		return size;
	memcpy(copy, data + span->at, span->size);
	memmove(data + before->at + span->size, data + before->at, size - before->at);
	memcpy(data + before->at, copy, span->size);
	free(copy);
	return size + span->size;
}

/* From 1, as if what was put in or taken out had always been so. */
static void number_anew(uint8_t *data, size_t size)
{
	struct span spans[PACKETS_MAX];
	size_t nr = find_packets(data, size, spans);

	for (size_t i = 0; i < nr; i++) {
		uint64_t number = htole64(i + 1);

		memcpy(data + spans[i].at + offsetof(struct clbench_packet, packet_seq_num), &number,
		       sizeof(number));
	}
}

size_t mutate_stream(uint8_t *data, size_t size, size_t max_size, unsigned int *seed)
{
	struct span spans[PACKETS_MAX], *span, *other;
	size_t nr = find_packets(data, size, spans);

	if (!nr || size > max_size || !mutate_below(seed, 16)) {
		size = LLVMFuzzerMutate(data, size, max_size);
		if (mutate_below(seed, 2))
			mend_all(data, size);
		return size;
	}
	span = &spans[mutate_below(seed, nr)];
	other = &spans[mutate_below(seed, nr)];
	switch (mutate_below(seed, 16)) {
	case 0 ... 2:
		change_header(data, span, other, seed);
		break;
	case 3:
		size = take_out(data, size, span);
		break;
	case 4:
		size = put_again(data, size, max_size, span, other);
		break;
	default:
		size = change_records(data, size, max_size, span);
		break;
	}
	if (!mutate_below(seed, 8))
		number_anew(data, size);
	if (mutate_below(seed, 16))
		mend_all(data, size);
	return size;
}
