/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes the stream of a complete trace of block requests, 39 bytes each, faster
 * than make_trace.py can.
 *
 * usage: make_stream PACKETS >STREAM; for the metadata of make_trace.py
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "packet.h"

#define ID_BLOCK_BIO_QUEUE	9
#define CONTENT_BYTES		60000
#define STEP_NS			1500

static uint8_t bytes[1 << 16];
static uint8_t *at;
static uint64_t ts = 1000000000, seq;

static void put(const void *data, size_t size)
{
	memcpy(at, data, size);
	at += size;
}

static void put_record(uint32_t id, const void *fields, size_t size)
{
	const struct clbench_event_context context = { .cpu_id = seq & 1, .tid = 100 };
	uint32_t word = id | (uint32_t)ts << CLBENCH_ID_BITS;

	put(&word, sizeof(word));
	put(&context, sizeof(context));
	put(fields, size);
}

static void put_packet(uint64_t begin)
{
	struct clbench_packet *packet = (void *)bytes;
	size_t size = at - bytes;

	*packet = (struct clbench_packet) {
		.magic = CLBENCH_PACKET_MAGIC,
		.timestamp_begin = begin,
		.timestamp_end = ts,
		.content_size = size * 8,
		.packet_size = size * 8,
		.packet_seq_num = ++seq,
		.raw_ns = ts,
		.realtime_ns = ts,
	};
	for (size_t i = 0; i < sizeof(packet->uuid); i++)
		packet->uuid[i] = i;
	packet->crc32c = clb_packet_crc(packet, size);
	fwrite(bytes, 1, size, stdout);
	at = bytes + sizeof(*packet);
}

int main(int argc, char **argv)
{
	const char name[] = "block_bio_queue", strings[] = "bench\0000.1.0\0006.1.0";
	unsigned long packets = argc > 1 ? strtoul(argv[1], NULL, 0) : 0;
	struct { struct clbench_begin b; char s[sizeof(strings)]; } begin = { 0 };
	struct { struct clbench_total t; char s[sizeof(name)]; } total = { 0 };
	struct clbench_block block = { .dev = 254 << 20, .nr_sector = 8, .rwbs = "R" };
	struct clbench_end end = { 0 };
	uint64_t first;

	at = bytes + sizeof(struct clbench_packet);
	put_packet(ts);
	begin.b.chunk = 1;
	memcpy(begin.s, strings, sizeof(strings));
	put_record(CLBENCH_ID_BEGIN, &begin, sizeof(begin));
	put_packet(ts);
	while (seq < packets) {
		for (first = ts += STEP_NS; at - bytes < CONTENT_BYTES; ts += STEP_NS) {
			block.sector += 8;
			put_record(ID_BLOCK_BIO_QUEUE, &block, sizeof(block));
			end.delivered++;
		}
		ts -= STEP_NS;
		put_packet(first);
	}
	total.t.event_id = ID_BLOCK_BIO_QUEUE;
	total.t.delivered = end.delivered;
	memcpy(total.s, name, sizeof(name));
	put_record(CLBENCH_ID_TOTAL, &total, sizeof(total));
	put_record(CLBENCH_ID_END, &end, sizeof(end));
	put_packet(ts);
	return fflush(stdout) || ferror(stdout);
}
