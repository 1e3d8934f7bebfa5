/* SPDX-License-Identifier: GPL-2.0 */
/* Compares what the stream says of its records with the records. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verify_account.h"

static void add_losses(struct clb_verify *v, struct clb_walk *walk)
{
	v->losses = walk->losses;
	v->nr_losses = walk->marks.nr_losses;
	walk->losses = NULL;
	v->lost = walk->marks.lost;
	for (size_t i = 0; i < v->nr_losses; i++)
		if (v->losses[i].cause < CLB_NR_CAUSES)
			v->lost_by[v->losses[i].cause] += v->losses[i].count;
}

/* An account for each event; those that were not recorded are taken out later. */
static int open_accounts(struct clb_verify *v, const struct clb_walk *walk)
{
	const struct clb_events *events = &walk->trace->metadata.events;

	v->accounts = calloc(events->nr + 1, sizeof(*v->accounts));
	if (!v->accounts)
		return -ENOMEM;
	v->nr_accounts = events->nr;
	for (size_t i = 0; i < events->nr; i++) {
		struct clb_counts *counts = &v->accounts[i].counts;

		snprintf(counts->event_name, sizeof(counts->event_name), "%s",
			 events->list[i].name);
		counts->event_id = events->list[i].id;
		if (counts->event_id < CLBENCH_ID_FIRST_FREE)
			continue;
		counts->delivered = clb_walk_count(walk, i);
		v->records += counts->delivered;
	}
	return 0;
}

/* There is one for each event, in the same order. */
static struct clb_account *find(struct clb_verify *v, const struct clb_events *events, uint32_t id)
{
	const struct clb_event *event = clb_events_find(events, id);

	return event ? &v->accounts[event - events->list] : NULL;
}

static void compare_total(struct clb_verify *v, const struct clb_total *total,
			  const struct clb_account *account)
{
	if (!account)
		clb_verify_reason(v, "a clbench_total is of event %" PRIu32
				  ", which the metadata does not tell", total->event_id);
	else if (account->told)
		clb_verify_reason(v, "%s has two clbench_total", account->counts.event_name);
	else if (total->delivered != account->counts.delivered)
		clb_verify_reason(v, "%s has %" PRIu64 " records, its clbench_total tells %" PRIu64,
				  account->counts.event_name, account->counts.delivered,
				  total->delivered);
}

static void add_total(struct clb_verify *v, const struct clb_events *events,
		      const struct clb_total *total)
{
	struct clb_account *account = find(v, events, total->event_id);

	if (!v->nr_damage && !v->metadata)
		compare_total(v, total, account);
	if (!account)
		return;
	account->told = true;
	for (size_t i = 0; i < CLBENCH_CAUSE_ABANDONED; i++) {
		account->counts.discarded[i] = total->discarded[i];
		v->told_by[i] += total->discarded[i];
	}
}

void clb_verify_causes(struct clb_verify *v)
{
	for (size_t cause = 0; cause < CLBENCH_CAUSE_ABANDONED; cause++)
		if (v->told_by[cause] != v->lost_by[cause])
			clb_verify_reason(v, "%" PRIu64 " records are told lost by %s one by one, %"
					  PRIu64 " by clbench_total", v->lost_by[cause],
					  clb_cause_name(cause), v->told_by[cause]);
}

static void compare_begin(struct clb_verify *v, const struct clb_walk_marks *marks)
{
	uint64_t first = v->runs[0].first;

	if (!marks->begin) {
		clb_verify_reason(v, "the first record is no clbench_begin");
		return;
	}
	if (!v->chunk || (v->opens && (v->chunk == 1) != (first == 1)))
		clb_verify_reason(v, "chunk %" PRIu32 " begins with packet %" PRIu64, v->chunk,
				  first);
	if (marks->base != v->base)
		clb_verify_reason(v, "clbench_begin tells %" PRIu64 " records discarded before it,"
				  " the packet before it %" PRIu64, marks->base, v->base);
}

static void compare_all(struct clb_verify *v, const struct clb_walk *walk)
{
	const struct clb_walk_marks *marks = &walk->marks;

	if (marks->any)
		compare_begin(v, marks);
	if (!marks->end)
		return;
	if (marks->delivered != v->records)
		clb_verify_reason(v, "%" PRIu64 " records are there, clbench_end tells %" PRIu64,
				  v->records, marks->delivered);
	if (marks->discarded != v->lost)
		clb_verify_reason(v, "%" PRIu64 " records are told lost one by one, %" PRIu64
				  " by clbench_end", v->lost, marks->discarded);
	/* At a seam they may differ: a loss is counted before its record is built. */
	if (v->chunk == 1 && !v->next_chunk)
		clb_verify_causes(v);
	for (size_t i = 0; i < v->nr_accounts; i++)
		if (v->accounts[i].counts.delivered && !v->accounts[i].told)
			clb_verify_reason(v, "%s has no clbench_total",
					  v->accounts[i].counts.event_name);
}

static void close_accounts(struct clb_verify *v)
{
	size_t nr = 0;

	for (size_t i = 0; i < v->nr_accounts; i++)
		if (v->accounts[i].told || v->accounts[i].counts.delivered)
			v->accounts[nr++] = v->accounts[i];
	v->nr_accounts = nr;
}

int clb_verify_account(struct clb_verify *v, struct clb_walk *walk)
{
	v->chunk = walk->marks.chunk;
	v->next_chunk = walk->marks.next_chunk;
	v->has_end = walk->marks.end;
	v->late = walk->marks.late;
	add_losses(v, walk);
	if (open_accounts(v, walk))
		return -ENOMEM;
	for (size_t i = 0; i < walk->marks.nr_totals; i++)
		add_total(v, &walk->trace->metadata.events, &walk->totals[i]);
	if (!v->nr_damage && !v->metadata)
		compare_all(v, walk);
	close_accounts(v);
	return 0;
}
