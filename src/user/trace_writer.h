/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes a trace directory: "metadata", and packets as they come to "stream".
 *
 * The stream is locked while it is written, by a lock of the process: a child
 * that was forked does not keep it.
 */
#ifndef CLB_TRACE_WRITER_H
#define CLB_TRACE_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "trace_tail.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A "metadata" before it replaces the one there is. Readers take every plain file
 * for a stream, but those that hide.
 */
#define CLB_METADATA_NEW	".metadata"

/**
 * struct clb_trace_writer - a trace being written
 * @dir: descriptor of the directory, -1 if closed
 * @stream: descriptor of the stream, -1 if closed
 * @uid: who the files shall belong to
 * @gid: and its group
 * @made: the directory is ours, it did not exist
 * @fresh: its own name may not be on the disk
 * @bytes: of whole packets in the stream
 * @packets: how many
 * @has_metadata: it was written; kept by whoever writes it
 * @synced: the directory's entries are on the disk
 */
struct clb_trace_writer {
	int dir;
	int stream;
	uid_t uid;
	gid_t gid;
	bool made;
	bool fresh;
	uint64_t bytes;
	uint64_t packets;
	bool has_metadata;
	bool synced;
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
 * clb_trace_writer_reopen() - go on with a trace whose writer has died
 * @writer: the writer; closed with clb_trace_writer_close() also after a failure
 * @path: the directory
 * @tail: gets where its whole packets end
 *
 * Changes nothing before clb_trace_writer_cut().
 *
 * Return: 0; -EAGAIN: somebody writes it; -EBADMSG: it is damaged; -ENOTDIR or
 * another negative errno of open() or read().
 */
int clb_trace_writer_reopen(struct clb_trace_writer *writer, const char *path,
			    struct clb_trace_tail *tail);

/**
 * clb_trace_writer_cut() - cut off what stands behind the whole packets
 * @writer: the writer, reopened
 *
 * Without any packet the metadata goes, too: it is written anew.
 *
 * Return: 0 or a negative errno.
 */
int clb_trace_writer_cut(struct clb_trace_writer *writer);

/**
 * clb_trace_writer_metadata() - begin the file "metadata"
 * @writer: the writer, open
 *
 * Return: where to write it, to be closed by the caller; or NULL with errno.
 */
FILE *clb_trace_writer_metadata(struct clb_trace_writer *writer);

/**
 * clb_trace_writer_metadata_anew() - begin a "metadata" to replace the one there is
 * @writer: the writer, open
 *
 * Return: where to write it, to be closed by the caller, who then calls
 * clb_trace_writer_metadata_swap(), or unlinks CLB_METADATA_NEW if it could not be
 * written; or NULL with errno.
 */
FILE *clb_trace_writer_metadata_anew(struct clb_trace_writer *writer);

/**
 * clb_trace_writer_metadata_swap() - put the new "metadata" in the old one's place
 * @writer: the writer, open
 *
 * It is put on the disk before that.
 *
 * Return: 0 or a negative errno, then the old one is still there.
 */
int clb_trace_writer_metadata_swap(struct clb_trace_writer *writer);

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
 * clb_trace_writer_sync() - put on the disk what was written
 * @writer: the writer, open
 *
 * Return: 0 or a negative errno, then some of it may be lost when the machine
 * goes down.
 */
int clb_trace_writer_sync(struct clb_trace_writer *writer);

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

#ifdef __cplusplus
}
#endif

#endif /* CLB_TRACE_WRITER_H */
