/* SPDX-License-Identifier: GPL-2.0 */
/* A packet of the stream: what its header says, and whether that can be. */
#ifndef CLB_PACKET_H
#define CLB_PACKET_H

#include <stddef.h>
#include <stdint.h>

#include <linux/clbench_record.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A netlink attribute holds 64 KiB; more than this is no packet of ours. */
#define CLB_PACKET_MAX	(1u << 20)

/**
 * struct clb_packet - what a packet says of itself
 * @seq: its number, from 1
 * @offset: where it starts in the file, bytes
 * @size: how long it is, bytes
 * @content: how much of it means something, bytes
 * @ts_begin: no record is older, ns of the trace's clock
 * @ts_end: no record is newer
 * @discarded: records discarded since the start of the session
 * @raw_ns: the trace's clock when it was made ...
 * @realtime_ns: ... and the wall clock at the same moment
 */
struct clb_packet {
	uint64_t seq;
	uint64_t offset;
	uint64_t size;
	uint64_t content;
	uint64_t ts_begin;
	uint64_t ts_end;
	uint64_t discarded;
	uint64_t raw_ns;
	uint64_t realtime_ns;
};

/* What is wrong with a packet. */
enum clb_packet_fault {
	CLB_PACKET_SOUND,
	CLB_PACKET_MAGIC,
	CLB_PACKET_UUID,
	CLB_PACKET_SIZE,
	CLB_PACKET_TIME,
	CLB_PACKET_ORDER,
	CLB_PACKET_FEWER,
	CLB_PACKET_CUT,
	CLB_PACKET_CRC,
	CLB_PACKET_PADDING,
	CLB_PACKET_RECORD_CUT,
	CLB_PACKET_RECORD_TIME,
	CLB_PACKET_RECORD_EVENT,
};

/**
 * clb_packet_unpack() - read a header
 * @packet: gets it
 * @raw: the header
 * @offset: where it stands in the file, bytes
 */
void clb_packet_unpack(struct clb_packet *packet, const struct clbench_packet *raw,
		       uint64_t offset);

/**
 * clb_packet_check_header() - look for what a header says against itself
 * @raw: the header
 * @uuid: of the trace
 *
 * Return: the first fault, CLB_PACKET_SOUND if there is none.
 */
enum clb_packet_fault clb_packet_check_header(const struct clbench_packet *raw,
					      const uint8_t uuid[16]);

/**
 * clb_packet_crc() - compute the checksum that a packet should have
 * @raw: the packet
 * @content: its content, bytes; the header is part of it
 *
 * Return: what @raw->crc32c should be, in the processor's byte order.
 */
uint32_t clb_packet_crc(const struct clbench_packet *raw, size_t content);

/**
 * clb_packet_why() - tell a fault to people
 * @fault: the fault
 *
 * Return: words such as "its size is wrong"; of a record's fault those behind
 * "the record at byte N".
 */
const char *clb_packet_why(enum clb_packet_fault fault);

/**
 * clb_packet_what() - tell a fault to programs
 * @fault: the fault
 *
 * Return: a word such as "size".
 */
const char *clb_packet_what(enum clb_packet_fault fault);

#ifdef __cplusplus
}
#endif

#endif /* CLB_PACKET_H */
