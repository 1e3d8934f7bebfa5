/* SPDX-License-Identifier: GPL-2.0 */
/* Judges a directory of chunks: each of them, and the seams between them. */
#ifndef CLB_VERIFY_CHUNKS_H
#define CLB_VERIFY_CHUNKS_H

#include "chunks.h"
#include "verify.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct clb_verify_chunk - the judgement of one chunk
 * @number: of the chunk, by its directory
 * @path: its directory
 * @verify: the judgement
 */
struct clb_verify_chunk {
	uint32_t number;
	char *path;
	struct clb_verify verify;
};

/**
 * struct clb_verify_chunks - the judgement of all
 * @all: sums and the verdict; losses, damage and runs stand in @list only. Its
 *	reasons are those of the seams, then those of the chunks
 * @list: by number
 * @nr: how many
 * @nr_damaged: of them
 * @failed: directory of the chunk that could not be judged, NULL if all were
 * @why: why it could not
 */
struct clb_verify_chunks {
	struct clb_verify all;
	struct clb_verify_chunk *list;
	size_t nr;
	size_t nr_damaged;
	char *failed;
	char why[CLB_TRACE_WHY];
};

/**
 * clb_verify_chunks() - judge a directory of chunks
 * @verify: the judgement; given back with clb_verify_chunks_free(), also after a
 *	failure
 * @dir: the directory
 * @chunks: what is in it, one at least
 *
 * Chunks that are missing before the first are no fault. One that is no trace of
 * clbench is damage, unless all are none.
 *
 * Return: as clb_verify(); @verify->failed and @verify->why say more.
 */
int clb_verify_chunks(struct clb_verify_chunks *verify, const char *dir,
		      const struct clb_chunks *chunks);

/**
 * clb_verify_chunks_free() - give back what is behind a judgement
 * @verify: the judgement
 */
void clb_verify_chunks_free(struct clb_verify_chunks *verify);

#ifdef __cplusplus
}
#endif

#endif /* CLB_VERIFY_CHUNKS_H */
