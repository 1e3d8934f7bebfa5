/* SPDX-License-Identifier: GPL-2.0 */
/* A packet of the stream: what its header says, and whether that can be. */
#include <endian.h>
#include <string.h>

#include "crc32c.h"
#include "packet.h"

static const struct {
	const char *what;
	const char *why;
} faults[] = {
	[CLB_PACKET_SOUND] = { "nothing", "nothing is wrong" },
	[CLB_PACKET_MAGIC] = { "magic", "no packet starts here" },
	[CLB_PACKET_UUID] = { "uuid", "it belongs to another trace" },
	[CLB_PACKET_SIZE] = { "size", "its size is wrong" },
	[CLB_PACKET_TIME] = { "time", "it ends before it begins" },
	[CLB_PACKET_ORDER] = { "time", "it begins before the packet before it ends" },
	[CLB_PACKET_FEWER] = {
		"discarded", "it tells fewer discarded records than the packet before",
	},
	[CLB_PACKET_CUT] = { "cut", "it is cut off" },
	[CLB_PACKET_CRC] = { "crc", "crc does not match" },
	[CLB_PACKET_PADDING] = { "padding", "its padding is not 0" },
	[CLB_PACKET_RECORD_CUT] = { "record", "is cut off" },
	[CLB_PACKET_RECORD_TIME] = { "record", "is out of its time" },
	[CLB_PACKET_RECORD_EVENT] = {
		"record", "is of an event that the metadata does not tell",
	},
};

void clb_packet_unpack(struct clb_packet *packet, const struct clbench_packet *raw,
		       uint64_t offset)
{
	*packet = (struct clb_packet) {
		.seq = le64toh(raw->packet_seq_num),
		.offset = offset,
		.size = le64toh(raw->packet_size) / 8,
		.content = le64toh(raw->content_size) / 8,
		.ts_begin = le64toh(raw->timestamp_begin),
		.ts_end = le64toh(raw->timestamp_end),
		.discarded = le64toh(raw->events_discarded),
		.raw_ns = le64toh(raw->raw_ns),
		.realtime_ns = le64toh(raw->realtime_ns),
	};
}

enum clb_packet_fault clb_packet_check_header(const struct clbench_packet *raw,
					      const uint8_t uuid[16])
{
	uint64_t size = le64toh(raw->packet_size), content = le64toh(raw->content_size);

	if (le32toh(raw->magic) != CLBENCH_PACKET_MAGIC)
		return CLB_PACKET_MAGIC;
	if (memcmp(raw->uuid, uuid, sizeof(raw->uuid)))
		return CLB_PACKET_UUID;
	if (size % 8 || content % 8 || content / 8 < sizeof(*raw) || content > size ||
	    size / 8 > CLB_PACKET_MAX)
		return CLB_PACKET_SIZE;
	if (le64toh(raw->timestamp_begin) > le64toh(raw->timestamp_end))
		return CLB_PACKET_TIME;
	return CLB_PACKET_SOUND;
}

uint32_t clb_packet_crc(const struct clbench_packet *raw, size_t content)
{
	static const uint8_t zeros[sizeof(raw->crc32c)];
	const size_t before = offsetof(struct clbench_packet, crc32c);
	uint32_t crc;

	crc = clb_crc32c(~0u, raw, before);
	crc = clb_crc32c(crc, zeros, sizeof(zeros));
	return ~clb_crc32c(crc, raw + 1, content - sizeof(*raw));
}

const char *clb_packet_why(enum clb_packet_fault fault)
{
	return faults[fault].why;
}

const char *clb_packet_what(enum clb_packet_fault fault)
{
	return faults[fault].what;
}
