// SPDX-License-Identifier: GPL-2.0
/*
 * Produces into many lists and merges them, with the module's own code, under callgrind: each
 * round is a dump for the producers, one for the same loop without them, and one for the merge.
 *
 *	random		each record goes to a list by chance
 *	turns		each to the next list: no two neighbours are of one list
 *	bursts		64 in a row to a list by chance
 *	stretches	all of a list's in a row, one list after the other
 *	one		all to one list, the others are silent
 *
 * usage: scale_merge RECORDS ROUNDS LISTS PATTERN	prints "LISTS PATTERN RECORDS RUNS"
 *
 * RECORDS are those of one flush, RUNS the stretches of records of one list in all ROUNDS.
 */

#include "scale_shim.h"

#include <stdlib.h>
#include <valgrind/callgrind.h>

#include <linux/clbench_record.h>

#include "event.h"
#include "packet.h"
#include "record.h"
#include "session.h"

#define BURST	64u	/* records in a row */
#define SLICE	256u	/* records between two looks of the refiller */

static struct clb_session session;
static struct clb_sub *sub;
static struct clbench_event event = {
	.name = "scale",
	.contexts = CLBENCH_IN_TASK,
	.id = CLBENCH_ID_FIRST_FREE,
	.size = sizeof(struct clbench_pagecache),
};

static struct task_struct *tasks;
static u32 *plan;
static unsigned int nr_records, nr_lists;
static u64 produced, merged, runs;

static void fail(const char *what)
{
	fprintf(stderr, "scale_merge: %s\n", what);
	exit(1);
}

/* ------------------------------------------------------------------ the session */

static void make_session(void)
{
	struct clb_session *s = &session;
	unsigned int cpu;

	s->contexts = CLBENCH_IN_TASK;
	s->config.nr_node = 4;
	s->config.node_nr_composed = 512;
	s->node_bytes = clist_node_bytes(CLIST_SPACE(event.size) * s->config.node_nr_composed);
	s->cpu = alloc_percpu(struct clb_cpu);
	s->subs = kzalloc(sizeof(*s->subs), GFP_KERNEL);
	s->nr_ids = event.id + 1;
	s->index_of = kzalloc(s->nr_ids * sizeof(*s->index_of), GFP_KERNEL);
	sub = kzalloc(sizeof(*sub), GFP_KERNEL);
	tasks = kzalloc(nr_lists * sizeof(*tasks), GFP_KERNEL);
	plan = kzalloc(nr_records * sizeof(*plan), GFP_KERNEL);
	if (!s->cpu || !s->subs || !s->index_of || !sub || !tasks || !plan)
		fail("no memory");
	sub->cpu = s->cpu;
	sub->counts = alloc_percpu(struct clb_counts);
	sub->session = s;
	sub->event = &event;
	sub->id = event.id;
	sub->no_rcu_end = U64_MAX;
	s->subs[0] = sub;
	s->nr_subs = 1;
	s->index_of[event.id] = 1;
	event.subs = sub;
	for (cpu = 0; cpu < nr_lists; cpu++) {
		tasks[cpu].pid = 1000 + cpu;
		tasks[cpu].tgid = 1000 + cpu;
		snprintf(tasks[cpu].comm, TASK_COMM_LEN, "task%u", cpu);
		if (clb_list_add_cpu(s, cpu))
			fail("no list");
	}
}

/* ---------------------------------------------------------------- the producers */

static u32 by_chance(void)
{
	static u64 state = 1;

	/* Knuth's generator MMIX: its high bits will do. */
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (state >> 33) % nr_lists;
}

/* Which list each record of a round goes to. */
static void make_plan(const char *pattern)
{
	unsigned int i;

	for (i = 0; i < nr_records; i++) {
		if (!strcmp(pattern, "random"))
			plan[i] = by_chance();
		else if (!strcmp(pattern, "turns"))
			plan[i] = i % nr_lists;
		else if (!strcmp(pattern, "bursts"))
			plan[i] = i % BURST ? plan[i - 1] : by_chance();
		else if (!strcmp(pattern, "stretches"))
			plan[i] = (u64)i * nr_lists / nr_records;
		else if (!strcmp(pattern, "one"))
			plan[i] = 0;
		else
			fail("no such pattern");
		runs += !i || plan[i] != plan[i - 1];
	}
}

/* What a probe does. */
static __attribute__((noinline)) void probe(u64 number)
{
	struct clbench_pagecache *r;
	struct clb_slot slot;
	struct clb_sub *each;

	clb_probe_enter();
	clb_for_each_sub(each, &event) {
		r = clb_record_begin(&slot, each, sizeof(*r));
		if (!r)
			continue;
		r->dev = 1;
		r->ino = number;
		r->offset = number;
		r->nr_pages = 1;
		clb_record_commit(&slot);
	}
	clb_probe_exit();
}

static __attribute__((noinline)) void nothing(u64 number)
{
	(void)number;
	barrier();
}

static void refill(void)
{
	struct clb_list *l;

	if (!session.refill_wanted)
		return;
	session.refill_wanted = false;
	clb_list_for_each(l, &session) {
		if (l->c.want_refill)
			clist_refill(&l->c, clb_session_charge, &session);
	}
}

static void produce(void (*call)(u64 number))
{
	unsigned int i, cpu, end;

	for (i = 0; i < nr_records; ) {
		end = min(i + SLICE, nr_records);
		CALLGRIND_TOGGLE_COLLECT;
		for (; i < end; i++) {
			cpu = plan[i];
			scale_here.offset = (size_t)cpu * SCALE_CPU_BYTES;
			scale_here.task = &tasks[cpu];
			call(i);
		}
		CALLGRIND_TOGGLE_COLLECT;
		refill();
	}
}

/* -------------------------------------------------------------------- the merge */

/* As merge_to() in flush.c, with a reader that takes all at once. */
static void merge(void)
{
	struct clb_session *s = &session;
	struct clb_batch *batches[1024];
	unsigned int nr = 0, i;
	struct clb_packet p;
	size_t estimate;

	CALLGRIND_TOGGLE_COLLECT;
	if (clb_merge_begin(s, ktime_get_raw_fast_ns()))
		fail("no memory for the merge");
	estimate = s->merge.estimate;
	while (clb_merge_pending(s)) {
		if (nr == ARRAY_SIZE(batches) || clb_packet_begin(&p, s, estimate))
			fail("no packet");
		clb_merge_fill(s, &p);
		estimate -= min_t(size_t, estimate, CLB_PACKET_BYTES);
		batches[nr] = clb_packet_finish(&p, 0, false);
		s->window.built = batches[nr++]->seq;
	}
	CALLGRIND_TOGGLE_COLLECT;
	for (i = 0; i < nr; i++) {
		merged += batches[i]->counts[1];
		clb_batch_free(s, batches[i]);
	}
}

/* ----------------------------------------------------------------------- rounds */

static void dump(const char *what)
{
	CALLGRIND_DUMP_STATS_AT(what);
}

/* The first round is not counted: lists grow, tasks are defined. */
static void all_rounds(unsigned int nr, const char *pattern)
{
	unsigned int round;

	for (round = 0; round <= nr; round++) {
		runs = round > 1 ? runs : 0;
		make_plan(pattern);
		CALLGRIND_ZERO_STATS;
		produce(nothing);
		if (round)
			dump("loop");
		CALLGRIND_ZERO_STATS;
		produce(probe);
		produced += nr_records;
		if (round)
			dump("produce");
		CALLGRIND_ZERO_STATS;
		merge();
		if (round)
			dump("merge");
	}
}

int main(int argc, char **argv)
{
	unsigned int rounds;

	if (argc != 5)
		fail("usage: scale_merge RECORDS ROUNDS LISTS PATTERN");
	nr_records = atoi(argv[1]);
	rounds = atoi(argv[2]);
	nr_lists = atoi(argv[3]);
	if (!nr_records || !rounds || !nr_lists || nr_lists > nr_records)
		fail("these numbers cannot be");
	clist_shim.clock = 1;
	scale_here.nr_cpus = nr_lists;
	make_session();
	all_rounds(rounds, argv[4]);
	if (merged != produced || session.late || session.discarded_out)
		fail("a record is missing, or late");
	printf("%u %s %u %llu\n", nr_lists, argv[4], nr_records * rounds, (unsigned long long)runs);
	return 0;
}
