/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes a session's packets into chunks: DIR/000001, DIR/000002, ...
 *
 * The kernel decides where a chunk ends: the next one opens with an empty
 * packet. So what is on the disk tells by itself which chunk a packet belongs to,
 * whoever wrote the one before.
 */
#ifndef CLBD_CHUNK_WRITER_H
#define CLBD_CHUNK_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "session.h"
#include "stream.h"
#include "trace_writer.h"

/**
 * struct clbd_chunk_writer - a session's chunks being written
 * @dir: their directory
 * @fd: descriptor of it, -1 if closed
 * @number: of the chunk that is open, or was open last; 0: none yet
 * @open: it is open
 * @writer: it
 * @stream: the events, for the metadata
 * @session: for the metadata
 * @module_version: for the metadata
 * @closed_bytes: of all chunks that were closed
 * @packets: of all chunks that this writer has written to
 * @clock_offset_ns: as in the metadata of the open chunk
 */
struct clbd_chunk_writer {
	char *dir;
	int fd;
	uint32_t number;
	bool open;
	struct clb_trace_writer writer;
	const struct clbd_stream *stream;
	const struct clb_session *session;
	const char *module_version;
	uint64_t closed_bytes;
	uint64_t packets;
	int64_t clock_offset_ns;
};

/**
 * clbd_chunks_make() - make the directory of a new session
 * @w: the writer, zeroed; closed with clbd_chunks_close(), also after a failure
 * @dir: its path
 *
 * Return: 0; -ENOTEMPTY: there is something in it; another negative errno.
 */
int clbd_chunks_make(struct clbd_chunk_writer *w, const char *dir);

/**
 * clbd_chunks_reopen() - go on where another process has left off
 * @w: the writer, zeroed; closed with clbd_chunks_close(), also after a failure
 * @dir: the directory
 * @uuid: of the session
 * @seq: gets the number of the last packet that is whole, 0: none is
 *
 * Changes nothing before clbd_chunks_cut().
 *
 * Return: 0; -EAGAIN: somebody writes it; -EBADMSG: it is damaged, or another
 * session's; another negative errno.
 */
int clbd_chunks_reopen(struct clbd_chunk_writer *w, const char *dir, const uint8_t uuid[16],
		       uint64_t *seq);

/**
 * clbd_chunks_cut() - cut off what stands behind the last whole packet
 * @w: the writer, reopened, of a session that goes on there
 *
 * Chunks without one whole packet go, too.
 *
 * Return: 0 or a negative errno.
 */
int clbd_chunks_cut(struct clbd_chunk_writer *w);

/**
 * clbd_chunks_opens() - does a packet open a chunk?
 * @packet: the packet
 * @size: its bytes
 *
 * Return: whether it has no records.
 */
bool clbd_chunks_opens(const void *packet, size_t size);

/**
 * clbd_chunks_put() - store a packet, in the next chunk if it opens one
 * @w: the writer
 * @packet: the packet
 * @size: its bytes
 *
 * Return: 0; or a negative errno, then nothing of the packet is stored.
 */
int clbd_chunks_put(struct clbd_chunk_writer *w, const void *packet, size_t size);

/**
 * clbd_chunks_describe() - tell other events in the metadata of the open chunk
 * @w: the writer
 * @stream: the events from now on; must live as long as @w
 *
 * Return: 0 or a negative errno, then all is as before.
 */
int clbd_chunks_describe(struct clbd_chunk_writer *w, const struct clbd_stream *stream);

/**
 * clbd_chunks_sync() - put on the disk what was stored
 * @w: the writer
 *
 * Return: 0 or a negative errno.
 */
int clbd_chunks_sync(struct clbd_chunk_writer *w);

/**
 * clbd_chunks_bytes() - tell how much was stored in all
 * @w: the writer
 *
 * Return: bytes, those of chunks that were removed since included.
 */
uint64_t clbd_chunks_bytes(const struct clbd_chunk_writer *w);

/**
 * clbd_chunks_remove_empty() - remove the directory if nothing was ever stored in it
 * @w: the writer, of a session that is over
 */
void clbd_chunks_remove_empty(const struct clbd_chunk_writer *w);

/**
 * clbd_chunks_close() - close the files
 * @w: the writer
 *
 * Return: 0 or the negative errno of what was written before and failed now.
 */
int clbd_chunks_close(struct clbd_chunk_writer *w);

#endif /* CLBD_CHUNK_WRITER_H */
