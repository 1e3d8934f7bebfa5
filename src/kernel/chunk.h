/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Chunks: a session's stream is cut at seams into parts that are each a complete
 * trace, with its own clbench_begin, tasks, totals and clbench_end.
 *
 * A seam is a time. What is stamped before it belongs to the old chunk and knows
 * the tasks that were defined there; what is stamped at it or later belongs to
 * the new one, where all tasks are defined anew. A writer decides that by itself
 * from the stamp, so it must know of the seam before its time comes:
 *
 *	CPU 0 (probe)                   CPU 1 (session thread)
 *
 *	                                seam = now() + lead	announced
 *	                                start_poll
 *	                                grace period over: every section that
 *	                                begins from now on sees the seam
 *	                                now() < seam: it holds
 *	t = now()  (>= seam)
 *	tables[t >= seam]: the new one
 *	                                now() >= seam: cut = seam
 *	                                ... grace period, merge all < seam ...
 *	                                totals, clbench_end: the chunk is closed
 *	                                both tables are the new one
 *
 * If the grace period lasts until the seam's time, some writers may have decided
 * by the old table: then this is no seam. The new table, in which all that is
 * known was defined in the same chunk, serves both sides, and another seam is
 * announced, earlier by twice as much. A list that a CPU got meanwhile does not
 * know the seam either.
 *
 * Whether it was passed or missed, a writer may have looked at the seam and not yet
 * at the tables: a grace period stands between it and the next announcement, which
 * clears the table that is not used.
 */
#ifndef CLB_CHUNK_H
#define CLB_CHUNK_H

#include <linux/types.h>

struct clb_session;

/* How much of a chunk's opening is built. */
enum clb_chunk_open {
	CLB_CHUNK_CLOSED,
	CLB_CHUNK_EMPTY_PACKET,
	CLB_CHUNK_OPEN,
};

/* How far a seam is. */
enum clb_seam {
	CLB_SEAM_NONE,
	CLB_SEAM_ANNOUNCED,	/* a grace period, then all writers know */
	CLB_SEAM_AHEAD,		/* all know; its time comes */
	CLB_SEAM_DUE,		/* its time has come, still all know */
	CLB_SEAM_CUT,		/* it is the cut: merge up to it */
	CLB_SEAM_MISSED,	/* a grace period, then another one is announced */
	CLB_SEAM_PASSED,	/* a grace period, then another one may be announced */
};

bool clb_chunk_open(struct clb_session *s);
bool clb_chunk_close(struct clb_session *s, u64 stamp, bool last);

void clb_seam_check(struct clb_session *s);
u64 clb_seam_limit(const struct clb_session *s, u64 cut);
void clb_seam_done(struct clb_session *s);

#endif /* CLB_CHUNK_H */
