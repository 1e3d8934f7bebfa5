/* SPDX-License-Identifier: GPL-2.0 */
/* Reads a trace directory: packet by packet, record by record, trusting nothing. */
#ifndef CLB_TRACE_READER_H
#define CLB_TRACE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "metadata.h"
#include "packet.h"
#include "record.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Longest sentence of clb_trace_why(), with its NUL. */
#define CLB_TRACE_WHY	256

struct clb_trace;

/**
 * clb_trace_open() - open a trace and read its metadata
 * @trace: the trace; closed with clb_trace_close(), also after a failure
 * @dir: its directory
 *
 * Return: 0; -EINVAL if it is not a trace of clbench; -ENOMEM; a negative errno
 * of open() or read(). clb_trace_why() says more.
 */
int clb_trace_open(struct clb_trace **trace, const char *dir);

/**
 * clb_trace_open_live() - read packets that somebody receives
 * @trace: the trace; closed with clb_trace_close(), also after a failure
 * @metadata: how to read them
 *
 * Packets come by clb_trace_feed(), not by clb_trace_next_packet().
 *
 * Return: 0; -EINVAL if the metadata cannot be written or read; -ENOMEM.
 */
int clb_trace_open_live(struct clb_trace **trace, const struct clb_metadata *metadata);

/**
 * clb_trace_open_text() - read packets that somebody receives, by a trace's metadata
 * @trace: the trace; closed with clb_trace_close(), also after a failure
 * @text: the metadata, any bytes
 * @len: bytes of @text
 *
 * As clb_trace_open_live() else.
 *
 * Return: 0; -EINVAL if it is not metadata of clbench; -ENOMEM.
 */
int clb_trace_open_text(struct clb_trace **trace, const char *text, size_t len);

/**
 * clb_trace_feed() - give the packet to be read next
 * @trace: a trace from clb_trace_open_live()
 * @packet: the packet; a copy is made
 * @size: its bytes
 *
 * Numbers may be missing between two packets.
 *
 * Return: 0; -EBADMSG if it is damaged.
 */
int clb_trace_feed(struct clb_trace *trace, const void *packet, size_t size);

/**
 * clb_trace_close() - close a trace
 * @trace: the trace, may be NULL
 */
void clb_trace_close(struct clb_trace *trace);

/**
 * clb_trace_why() - tell why the last call failed
 * @trace: the trace, may be NULL
 *
 * Return: words without a full stop.
 */
const char *clb_trace_why(const struct clb_trace *trace);

/**
 * clb_trace_metadata() - tell what the metadata says
 * @trace: an open trace
 *
 * Return: it; lives as long as @trace.
 */
const struct clb_metadata *clb_trace_metadata(const struct clb_trace *trace);

/**
 * clb_trace_next_packet() - go on to the next packet and check it
 * @trace: an open trace
 * @packet: gets what it says; lives until the next call; may be NULL
 *
 * What clb_trace_next_record() has not read of the packet before is left out,
 * definitions of tasks included. Packets that are missing are left out, too.
 *
 * Return: 1; 0 at the end; -ENODATA if the file ends within the packet; -EBADMSG
 * if the packet is damaged; a negative errno of read().
 */
int clb_trace_next_packet(struct clb_trace *trace, const struct clb_packet **packet);

/**
 * clb_trace_next_record() - read the next record of the packet
 * @trace: an open trace
 * @record: gets it
 *
 * Return: 1; 0 if the packet has no more; -EBADMSG if it is damaged; -ENOMEM.
 */
int clb_trace_next_record(struct clb_trace *trace, struct clb_record *record);

/**
 * clb_trace_next() - read the next record of the trace
 * @trace: an open trace
 * @record: gets it
 *
 * Return: 1; 0 at the end; else as the two functions above, and the next call
 * returns the same.
 */
int clb_trace_next(struct clb_trace *trace, struct clb_record *record);

/**
 * clb_trace_missing() - tell how many packets were missing so far
 * @trace: an open trace
 *
 * Return: by their numbers.
 */
uint64_t clb_trace_missing(const struct clb_trace *trace);

/**
 * clb_trace_follow() - let a trace be the chunk behind another
 * @trace: an open trace of which nothing was read
 * @before: the chunk before it, read to its end; not needed any more afterwards
 *
 * The first packet must fit behind the last one of @before.
 */
void clb_trace_follow(struct clb_trace *trace, const struct clb_trace *before);

/**
 * struct clb_trace_ends - when a trace ends
 * @ts: by its own clock, ns; 0 if there is no packet, so for the following
 * @realtime: by the wall clock, ns since 1970
 * @latest: the latest that the wall clock showed at the end of a packet: it may
 *	have been set back
 * @whole: all headers are sound
 */
struct clb_trace_ends {
	uint64_t ts;
	uint64_t realtime;
	uint64_t latest;
	bool whole;
};

/**
 * clb_trace_ends() - tell when a trace ends
 * @trace: an open trace; reading goes on where it was
 * @ends: gets the times
 *
 * Looks at the packets' headers only and stops at the first that is not sound.
 */
void clb_trace_ends(const struct clb_trace *trace, struct clb_trace_ends *ends);

#ifdef __cplusplus
}
#endif

#endif /* CLB_TRACE_READER_H */
