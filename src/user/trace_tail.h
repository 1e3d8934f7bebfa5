/* SPDX-License-Identifier: GPL-2.0 */
/* Where the whole packets of a stream end: a writer that was killed may leave a torn one. */
#ifndef CLB_TRACE_TAIL_H
#define CLB_TRACE_TAIL_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct clb_trace_tail - the end of a stream
 * @bytes: of all whole packets
 * @packets: how many
 * @seq: number of the last one, 0 if there is none
 * @torn: bytes behind them
 * @uuid: of the trace, all 0 if not even the first packet's is whole
 * @has_uuid: it is
 * @alien: what stands there does not begin as a packet
 */
struct clb_trace_tail {
	uint64_t bytes;
	uint64_t packets;
	uint64_t seq;
	uint64_t torn;
	uint8_t uuid[16];
	bool has_uuid;
	bool alien;
};

/**
 * clb_trace_tail_find() - find the end of a stream
 * @fd: the stream, readable
 * @tail: gets it
 *
 * Goes from header to header and checks the content of the last packet only:
 * a writer that dies tears nothing else. In a long stream that begins with the
 * first packet near its end: to read all headers of a chunk of 100 GB from a disk
 * takes longer than its session lingers. Damage before that is for verify.
 *
 * The numbers go on from that of the first packet, which is 1 unless it has no
 * records: a chunk opens so.
 *
 * Return: 0; -EBADMSG: what stands behind the whole packets is more than one
 * torn packet, or the packets' numbers do not follow each other: the trace is
 * damaged, @tail tells where; a negative errno of read().
 */
int clb_trace_tail_find(int fd, struct clb_trace_tail *tail);

#ifdef __cplusplus
}
#endif

#endif /* CLB_TRACE_TAIL_H */
