/* SPDX-License-Identifier: GPL-2.0 */
/* Writes a trace directory: "metadata", and packets as they come to "stream". */
#ifndef CLB_TRACE_WRITER_H
#define CLB_TRACE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/**
 * struct clb_trace_writer - a trace being written
 * @dir: descriptor of the directory, -1 if closed
 * @stream: descriptor of the stream, -1 if closed
 * @uid: who the files shall belong to
 * @gid: and its group
 * @made: the directory is ours, it did not exist
 * @bytes: of whole packets in the stream
 * @packets: how many
 */
struct clb_trace_writer {
	int dir;
	int stream;
	uid_t uid;
	gid_t gid;
	bool made;
	uint64_t bytes;
	uint64_t packets;
};

/**
 * clb_trace_writer_open() - make the directory and an empty stream in it
 * @writer: the writer; closed with clb_trace_writer_close() also after a failure
 * @path: the directory; it must not exist, or be empty
 * @uid: owner of the files
 * @gid: their group
 *
 * Return: 0; -ENOTEMPTY if the directory has something in it; -ENOTDIR if it is
 * something else, a symbolic link too; other errnos of mkdir() and open().
 */
int clb_trace_writer_open(struct clb_trace_writer *writer, const char *path, uid_t uid, gid_t gid);

/**
 * clb_trace_writer_metadata() - begin the file "metadata"
 * @writer: the writer, open
 *
 * Return: where to write it, to be closed by the caller; or NULL with errno.
 */
FILE *clb_trace_writer_metadata(struct clb_trace_writer *writer);

/**
 * clb_trace_writer_put() - append a packet
 * @writer: the writer, open
 * @packet: the packet
 * @size: its bytes
 *
 * Return: 0; or a negative errno, then nothing of the packet is in the stream.
 */
int clb_trace_writer_put(struct clb_trace_writer *writer, const void *packet, size_t size);

/**
 * clb_trace_writer_close() - close the files
 * @writer: the writer
 *
 * Return: 0 or the negative errno of what was written before and failed now.
 */
int clb_trace_writer_close(struct clb_trace_writer *writer);

/**
 * clb_trace_writer_remove() - take a trace that has no packet away again
 * @writer: the writer, open
 * @path: the directory
 *
 * Does nothing if there is a packet. A directory that was there before stays.
 */
void clb_trace_writer_remove(struct clb_trace_writer *writer, const char *path);

#endif /* CLB_TRACE_WRITER_H */
