/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A directory of chunks: a session's trace cut into pieces.
 *
 * Each chunk is a trace of its own, in a directory named by its number: 000001,
 * 000002, and so on. The oldest may have been removed.
 */
#ifndef CLB_CHUNKS_H
#define CLB_CHUNKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The longest name of a chunk's directory, with its NUL. */
#define CLB_CHUNKS_NAME	sizeof("4294967295")

/**
 * struct clb_chunk - a chunk's directory
 * @number: of the chunk, from 1
 * @begun: something is in its stream. Otherwise it is just being made, or being
 *	removed
 * @bytes: of its stream and its metadata
 * @mtime_ns: when its stream was last written, ns since 1970
 */
struct clb_chunk {
	uint32_t number;
	bool begun;
	uint64_t bytes;
	uint64_t mtime_ns;
};

/**
 * struct clb_chunks - a directory of chunks, as it was when it was read
 * @list: its chunks, by number
 * @nr: how many
 */
struct clb_chunks {
	struct clb_chunk *list;
	size_t nr;
};

/**
 * clb_chunks_read() - read which chunks a directory has
 * @chunks: gets them; given back with clb_chunks_free(), also after a failure
 * @dir: descriptor of the directory
 *
 * Links are not followed: what they lead to is no chunk.
 *
 * Return: 0, also if there is none; -ENOMEM; a negative errno of readdir() or
 * stat().
 */
int clb_chunks_read(struct clb_chunks *chunks, int dir);

/**
 * clb_chunks_open() - read the chunks of a directory, by its path
 * @chunks: gets those that have begun, see struct clb_chunk; given back with
 *	clb_chunks_free(), also after a failure
 * @path: the directory
 *
 * Return: 0; -ENOENT if it is no directory of chunks, as a trace is none; another
 * negative errno of open() or clb_chunks_read().
 */
int clb_chunks_open(struct clb_chunks *chunks, const char *path);

/**
 * clb_chunks_free() - give back what was read
 * @chunks: the chunks; none afterwards
 */
void clb_chunks_free(struct clb_chunks *chunks);

/**
 * clb_chunks_name() - name the directory of a chunk
 * @name: gets the name
 * @number: of the chunk
 */
void clb_chunks_name(char name[CLB_CHUNKS_NAME], uint32_t number);

/**
 * clb_chunks_path() - name the directory of a chunk, and where it stands
 * @path: the directory of chunks
 * @number: of the chunk
 *
 * Return: such as "PATH/000001", for free(); NULL without memory.
 */
char *clb_chunks_path(const char *path, uint32_t number);

/**
 * clb_chunks_is_gone() - was a chunk removed since it was found?
 * @path: its directory
 *
 * Retention may do that at any time, with the oldest first.
 *
 * Return: whether it has no stream any more.
 */
bool clb_chunks_is_gone(const char *path);

/**
 * clb_chunks_remove() - remove a chunk
 * @dir: descriptor of the directory of chunks
 * @number: of the chunk
 *
 * The stream goes first: what a failure leaves behind is no chunk that has begun.
 * Links are removed, not followed. What is not clbench's is left, and fails it.
 *
 * Return: 0, also if it is not there any more; -ENOTDIR or -ELOOP if it is no
 * directory; -ENOTEMPTY if there is more in it than a trace; another negative
 * errno of unlink().
 */
int clb_chunks_remove(int dir, uint32_t number);

#ifdef __cplusplus
}
#endif

#endif /* CLB_CHUNKS_H */
