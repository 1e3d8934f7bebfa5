/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The merge: takes the records of all lists of a session in order of time, up
 * to a cut, and appends them to packets.
 *
 * A tree of losers over the lists that hold something older than the cut:
 * finding the next one costs log2(lists) comparisons, and a whole run of one
 * list, up to the time of the runner-up, is copied at once.
 */
#ifndef CLB_MERGE_H
#define CLB_MERGE_H

#include <linux/types.h>

#include <clbench/clist.h>

struct clb_list;
struct clb_packet;
struct clb_session;

/**
 * struct clb_cursor - a list in the merge
 * @stamp: time of its first record, or loss; U64_MAX when it has no more
 * @rank: orders equal times: by CPU, then context
 * @list: the list
 * @obj: its first record, NULL if a loss comes first
 * @end: behind the records that were published when it was looked at
 */
struct clb_cursor {
	u64 stamp;
	u32 rank;
	struct clb_list *list;
	const struct clist_obj *obj;
	const struct clist_obj *end;
};

/**
 * struct clb_merge - the lists being merged
 * @cut: only what is older
 * @cursors: the lists that have something
 * @nr: how many
 * @max: room for so many
 * @tree: [0] the winner, [1..nr-1] the losers of each match; indices of cursors
 * @estimate: about how many bytes of records there are
 * @odd: there are losses that no list tells
 */
struct clb_merge {
	u64 cut;
	struct clb_cursor *cursors;
	unsigned int nr;
	unsigned int max;
	unsigned int *tree;
	size_t estimate;
	bool odd;
};

int clb_merge_begin(struct clb_session *s, u64 cut);
bool clb_merge_pending(const struct clb_session *s);
bool clb_merge_fill(struct clb_session *s, struct clb_packet *p);
bool clb_lists_hold(struct clb_session *s);
void clb_merge_free(struct clb_merge *m);

#endif /* CLB_MERGE_H */
