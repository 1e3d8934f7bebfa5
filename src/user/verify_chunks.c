/* SPDX-License-Identifier: GPL-2.0 */
/* Judges a directory of chunks: each of them, and the seams between them. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "verify_account.h"
#include "verify_chunks.h"

/* -------------------------------------------------------------- each of them */

static int fail(struct clb_verify_chunks *c, struct clb_verify_chunk *chunk, const char *why,
		int err)
{
	free(c->failed);
	c->failed = strdup(chunk->path);
	snprintf(c->why, sizeof(c->why), "%s", why);
	return err;
}

/* What is no trace of clbench is a damaged one in the midst of others. */
static int judge_chunk(struct clb_verify_chunks *c, struct clb_verify_chunk *chunk)
{
	struct clb_trace *trace;
	int err;

	err = clb_trace_open(&trace, chunk->path);
	err = clb_verify(&chunk->verify, trace, err);
	if (err == -EINVAL) {
		fail(c, chunk, clb_trace_why(trace), err);
		chunk->verify.verdict = CLB_DAMAGED;
		chunk->verify.metadata = strdup(clb_trace_why(trace));
		err = chunk->verify.metadata ? 0 : -ENOMEM;
	} else if (err) {
		fail(c, chunk, clb_trace_why(trace), err);
	}
	clb_trace_close(trace);
	return err;
}

static void free_chunk(struct clb_verify_chunk *chunk)
{
	clb_verify_free(&chunk->verify);
	free(chunk->path);
	*chunk = (struct clb_verify_chunk){ 0 };
}

static bool are_gone(const struct clb_verify_chunks *c)
{
	size_t i;

	for (i = 0; i < c->nr && clb_chunks_is_gone(c->list[i].path); i++)
		;
	return i == c->nr;
}

static void forget_chunks(struct clb_verify_chunks *c)
{
	while (c->nr)
		free_chunk(&c->list[--c->nr]);
	c->nr_damaged = 0;
	free(c->failed);
	c->failed = NULL;
}

static int judge_chunks(struct clb_verify_chunks *c, const char *dir,
			const struct clb_chunks *chunks)
{
	for (size_t i = 0; i < chunks->nr; i++) {
		struct clb_verify_chunk *chunk = &c->list[c->nr];
		int err;

		chunk->number = chunks->list[i].number;
		chunk->path = clb_chunks_path(dir, chunk->number);
		if (!chunk->path)
			return -ENOMEM;
		err = judge_chunk(c, chunk);
		/* Retention goes from the oldest on, and has overtaken us. */
		if (clb_chunks_is_gone(chunk->path) && are_gone(c)) {
			free_chunk(chunk);
			forget_chunks(c);
			continue;
		}
		c->nr++;
		if (err)
			return err;
		c->nr_damaged += chunk->verify.verdict == CLB_DAMAGED;
	}
	if (c->nr)
		return 0;
	snprintf(c->why, sizeof(c->why), "its chunks were removed while they were read");
	return -ENOENT;
}

/* ---------------------------------------------------------------------- sums */

static struct clb_account *find_account(struct clb_verify *all, const struct clb_account *wanted)
{
	struct clb_account *list;

	for (size_t i = 0; i < all->nr_accounts; i++)
		if (!strcmp(all->accounts[i].counts.event_name, wanted->counts.event_name))
			return &all->accounts[i];
	list = reallocarray(all->accounts, all->nr_accounts + 1, sizeof(*list));
	if (!list)
		return NULL;
	all->accounts = list;
	list += all->nr_accounts++;
	*list = (struct clb_account){ .counts.event_id = wanted->counts.event_id, .told = true };
	memcpy(list->counts.event_name, wanted->counts.event_name,
	       sizeof(list->counts.event_name));
	return list;
}

static int add_accounts(struct clb_verify *all, const struct clb_verify *v)
{
	for (size_t i = 0; i < v->nr_accounts; i++) {
		struct clb_account *sum = find_account(all, &v->accounts[i]);

		if (!sum)
			return -ENOMEM;
		sum->told &= v->accounts[i].told;
		sum->counts.delivered += v->accounts[i].counts.delivered;
		for (size_t cause = 0; cause < CLB_NR_CAUSES; cause++)
			sum->counts.discarded[cause] += v->accounts[i].counts.discarded[cause];
	}
	return 0;
}

static int add_up(struct clb_verify *all, const struct clb_verify *v)
{
	all->bytes += v->bytes;
	all->packets += v->packets;
	all->records += v->records;
	all->lost += v->lost;
	all->late += v->late;
	for (size_t cause = 0; cause < CLB_NR_CAUSES; cause++) {
		all->lost_by[cause] += v->lost_by[cause];
		all->told_by[cause] += v->told_by[cause];
	}
	if (!all->first_ts)
		all->first_ts = v->first_ts;
	if (v->last_ts)
		all->last_ts = v->last_ts;
	if (v->has_uuid && !all->has_uuid) {
		memcpy(all->uuid, v->uuid, sizeof(all->uuid));
		all->has_uuid = true;
	}
	return add_accounts(all, v);
}

/* --------------------------------------------------------------------- seams */

static uint64_t first_packet(const struct clb_verify *v)
{
	return v->nr_runs ? v->runs[0].first : 0;
}

static uint64_t last_packet(const struct clb_verify *v)
{
	return v->nr_runs ? v->runs[v->nr_runs - 1].last : 0;
}

static void check_numbers(struct clb_verify *all, const struct clb_verify_chunk *chunk,
			  const struct clb_verify_chunk *before)
{
	if (chunk->number == before->number + 2)
		clb_verify_reason(all, "chunk %" PRIu32 " is missing", before->number + 1);
	else if (chunk->number != before->number + 1)
		clb_verify_reason(all, "chunks %" PRIu32 "-%" PRIu32 " are missing",
				  before->number + 1, chunk->number - 1);
}

/* What the chunk before says of what follows it. */
static void check_next(struct clb_verify *all, const struct clb_verify_chunk *chunk,
		       const struct clb_verify_chunk *before)
{
	uint32_t next = before->verify.next_chunk;

	if (!before->verify.has_end)
		clb_verify_reason(all, "chunk %" PRIu32 " has no clbench_end, and chunk %" PRIu32
				  " is there", before->number, chunk->number);
	else if (!next)
		clb_verify_reason(all, "chunk %" PRIu32 " says that it is the last, and chunk %"
				  PRIu32 " is there", before->number, chunk->number);
	else if (next != before->number + 1)
		clb_verify_reason(all, "chunk %" PRIu32 " says that chunk %" PRIu32 " follows",
				  before->number, next);
}

/* Where all of both is there, what goes on must do so without a gap. */
static void check_sums(struct clb_verify *all, const struct clb_verify_chunk *chunk,
		       const struct clb_verify_chunk *before)
{
	uint64_t first = first_packet(&chunk->verify), last = last_packet(&before->verify);

	if (first != last + 1)
		clb_verify_reason(all, "chunk %" PRIu32 " begins with packet %" PRIu64 ", chunk %"
				  PRIu32 " ends with packet %" PRIu64, chunk->number, first,
				  before->number, last);
	if (chunk->verify.base != before->verify.discarded)
		clb_verify_reason(all, "chunk %" PRIu32 " begins with %" PRIu64
				  " discarded records, chunk %" PRIu32 " ends with %" PRIu64,
				  chunk->number, chunk->verify.base, before->number,
				  before->verify.discarded);
}

static void check_seam(struct clb_verify *all, const struct clb_verify_chunk *chunk,
		       const struct clb_verify_chunk *before)
{
	const struct clb_verify *v = &chunk->verify, *u = &before->verify;

	check_numbers(all, chunk, before);
	if (v->has_uuid && u->has_uuid && memcmp(v->uuid, u->uuid, sizeof(v->uuid)))
		clb_verify_reason(all, "chunk %" PRIu32 " is of another session than chunk %" PRIu32,
				  chunk->number, before->number);
	/* With damage the rest cannot be told. */
	if (v->verdict == CLB_DAMAGED || u->verdict == CLB_DAMAGED)
		return;
	check_next(all, chunk, before);
	if (v->begun_ts < u->ended_ts)
		clb_verify_reason(all, "chunk %" PRIu32 " begins before chunk %" PRIu32 " ends",
				  chunk->number, before->number);
	if (chunk->number == before->number + 1)
		check_sums(all, chunk, before);
}

/* Is it the chunk that its directory is named after? */
static void check_name(struct clb_verify *all, const struct clb_verify_chunk *chunk)
{
	uint32_t number = chunk->verify.chunk;

	if (number && number != chunk->number)
		clb_verify_reason(all, "chunk %" PRIu32 " says that it is chunk %" PRIu32,
				  chunk->number, number);
}

static void add_reasons(struct clb_verify *all, const struct clb_verify_chunk *chunk)
{
	for (size_t i = 0; i < chunk->verify.nr_reasons; i++)
		clb_verify_reason(all, "chunk %" PRIu32 ": %s", chunk->number,
				  chunk->verify.reasons[i]);
	all->nr_more += chunk->verify.nr_more;
}

/* ------------------------------------------------------------------- verdict */

static void decide(struct clb_verify_chunks *c)
{
	const struct clb_verify_chunk *last = &c->list[c->nr - 1];
	struct clb_verify *all = &c->all;

	all->chunk = c->list[0].number;
	all->has_end = last->verify.has_end;
	all->next_chunk = last->verify.next_chunk;
	/* What a chunk counts before its records are built stands in the next one. */
	if (all->chunk == 1 && all->has_end && !all->next_chunk && !c->nr_damaged &&
	    !all->nr_reasons)
		clb_verify_causes(all);
	for (size_t i = 0; i < c->nr; i++)
		add_reasons(all, &c->list[i]);
	for (size_t i = 0; i < c->nr; i++)
		if (c->list[i].verify.verdict > all->verdict)
			all->verdict = c->list[i].verify.verdict;
	if (all->next_chunk && all->verdict < CLB_UNFINISHED)
		all->verdict = CLB_UNFINISHED;
	if (all->nr_reasons && all->verdict < CLB_UNACCOUNTED)
		all->verdict = CLB_UNACCOUNTED;
}

int clb_verify_chunks(struct clb_verify_chunks *c, const char *dir,
		      const struct clb_chunks *chunks)
{
	size_t nr_traces = 0;
	int err;

	*c = (struct clb_verify_chunks){ .why = "out of memory" };
	c->list = calloc(chunks->nr, sizeof(*c->list));
	err = c->list ? judge_chunks(c, dir, chunks) : -ENOMEM;
	for (size_t i = 0; i < c->nr && !err; i++) {
		err = add_up(&c->all, &c->list[i].verify);
		check_name(&c->all, &c->list[i]);
		if (i)
			check_seam(&c->all, &c->list[i], &c->list[i - 1]);
		nr_traces += c->list[i].verify.has_uuid;
	}
	if (err)
		return err;
	/* Each has said why. */
	if (!nr_traces)
		return -EINVAL;
	decide(c);
	return 0;
}

void clb_verify_chunks_free(struct clb_verify_chunks *c)
{
	for (size_t i = 0; i < c->nr; i++)
		free_chunk(&c->list[i]);
	clb_verify_free(&c->all);
	free(c->list);
	free(c->failed);
	*c = (struct clb_verify_chunks){ 0 };
}
