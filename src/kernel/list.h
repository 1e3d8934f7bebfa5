/* SPDX-License-Identifier: GPL-2.0 */
/* The lists of a session: one clist for each CPU and context. */
#ifndef CLB_LIST_H
#define CLB_LIST_H

#include <linux/clbench.h>
#include <linux/types.h>

#include <clbench/clist.h>

struct clb_session;

#define CLB_NR_CONTEXT	(CLBENCH_CONTEXT_MAX + 1)

/* Tasks that a list remembers as defined in the stream; a power of two. */
#define CLB_LIST_TASKS	64

/**
 * struct clb_list_task - a task whose clbench_task stands in the list
 * @tid: thread; it and the next as clbench_task tells them
 * @tgid: process
 * @comm: name
 */
struct clb_list_task {
	u32 tid;
	u32 tgid;
	u64 comm[2];
};

/**
 * struct clb_list - a list, whose it is, and what its two sides remember
 * @c: the list
 * @seam: where the next chunk begins, a time; U64_MAX: none is under way. Stored
 *	by the session thread (release).
 * @tasks: defined tasks of records before @seam, and of those from it on: each
 *	of @tables. Stored by the session thread while no writer can look there.
 * @tables: defined tasks, by tid. The writer's.
 * @next: in clb_session.lists; constant once linked
 * @session: whose
 * @cpu: which
 * @context: which
 * @has_loss: @loss is to be put out before the next record. The reader's.
 * @loss: what was lost here
 * @busy_seen: value of busy that the IPI found odd, else 0. The reader's.
 */
struct clb_list {
	struct clist c;
	u64 seam;
	struct clb_list_task *tasks[2];
	struct clb_list_task tables[2][CLB_LIST_TASKS];
	struct clb_list *next ____cacheline_aligned_in_smp;
	struct clb_session *session;
	u16 cpu;
	u8 context;
	bool has_loss;
	struct clist_loss loss;
	unsigned int busy_seen;
};

/**
 * struct clb_cpu - a CPU's part of a session
 * @list: by context; NULL if there is none. Stored once (release).
 * @lost: losses that no list can tell, by context and cause; this_cpu_inc()
 * @reported: how many of them stand in the stream. The session thread's.
 */
struct clb_cpu {
	struct clb_list *list[CLB_NR_CONTEXT];
	u64 lost[CLB_NR_CONTEXT][CLBENCH_CAUSE_MAX + 1];
	u64 reported[CLB_NR_CONTEXT][CLBENCH_CAUSE_MAX + 1];
};

int clb_list_add_cpu(struct clb_session *s, unsigned int cpu);
void clb_list_free_all(struct clb_session *s);

/* The newest list of a session. Pairs with the release in clb_list_add_cpu(). */
#define clb_list_first(s)	smp_load_acquire(&(s)->lists)

/* All lists of a session, while more may be added at the front. */
#define clb_list_for_each(l, s) \
	for (l = clb_list_first(s); l; l = (l)->next)

#endif /* CLB_LIST_H */
