/* SPDX-License-Identifier: GPL-2.0 */
/* Prints the judgement of a trace for people. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "show.h"
#include "text.h"
#include "verify_show.h"

#define NSEC_PER_SEC	1000000000u
#define NSEC_PER_MSEC	1000000u

static const char *plural(uint64_t number)
{
	return number == 1 ? "" : "s";
}

static void put_time(FILE *out, uint64_t realtime_ns)
{
	time_t t = realtime_ns / NSEC_PER_SEC;
	struct tm tm = { 0 };
	char text[16];

	localtime_r(&t, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	fprintf(out, "%s.%03" PRIu64, text, realtime_ns % NSEC_PER_SEC / NSEC_PER_MSEC);
}

static void put_code(FILE *out, const char *name, unsigned int code, int width)
{
	if (name)
		fprintf(out, "%-*s", width, name);
	else
		fprintf(out, "%-*u", width, code);
}

static void put_losses(const struct clb_verify *v, FILE *out)
{
	for (size_t i = 0; i < v->nr_losses; i++) {
		const struct clb_loss *loss = &v->losses[i];

		if (!loss->count)
			continue;
		fputs("  ", out);
		put_time(out, loss->first_ts + loss->wall_offset);
		fputs(" .. ", out);
		put_time(out, loss->last_ts + loss->wall_offset);
		fprintf(out, "  cpu %u ", loss->cpu);
		put_code(out, clb_show_context(loss->context), loss->context, 0);
		fputs("  ", out);
		put_code(out, loss->cause < CLB_NR_CAUSES ? clb_cause_name(loss->cause) : NULL,
			 loss->cause, 0);
		fprintf(out, "  %" PRIu64 "\n", loss->count);
	}
}

static void put_damage(const struct clb_damage *d, FILE *out)
{
	fprintf(out, "packet %" PRIu64 " at byte %" PRIu64 ": ", d->packet, d->offset);
	if (d->record)
		fprintf(out, "the record at byte %" PRIu64 " ", d->record);
	fputs(clb_packet_why(d->fault), out);
}

void clb_verify_put_runs(const struct clb_verify *v, FILE *out)
{
	size_t i = 0;

	fprintf(out, "packet%s ", plural(v->packets));
	while (i < v->nr_runs) {
		uint64_t first = v->runs[i].first, last = v->runs[i].last;

		/* Numbers go on over bytes that are no packet. */
		while (++i < v->nr_runs && v->runs[i].first == last + 1)
			last = v->runs[i].last;
		fprintf(out, "%" PRIu64, first);
		if (last > first)
			fprintf(out, "-%" PRIu64, last);
		if (i < v->nr_runs)
			fputs(v->runs[i].last == v->runs[v->nr_runs - 1].last ? " and " : ", ",
			      out);
	}
}

static void put_damaged(const struct clb_verify *v, FILE *out)
{
	size_t told = 0;

	if (v->metadata)
		fputs(v->metadata, out);
	else
		put_damage(&v->damage[told++], out);
	if (v->nr_damage - told)
		fprintf(out, " (%zu more below)", v->nr_damage - told);
	if (v->nr_runs) {
		fputs("; ", out);
		clb_verify_put_runs(v, out);
		fputs(" can be saved with --repair NEWDIR\n", out);
	} else {
		fputs("; nothing can be saved\n", out);
	}
	for (; told < v->nr_damage; told++) {
		fputs("  ", out);
		put_damage(&v->damage[told], out);
		fputc('\n', out);
	}
}

static void put_attach(const struct clb_verify *v, const char *dir, FILE *out)
{
	const char *session = v->session ? v->session : "SESSION";

	fputs("`clbench-ctl attach ", out);
	clb_text_put(out, session, strlen(session));
	fputs(" -o ", out);
	clb_text_put(out, dir, strlen(dir));
	fputs("` goes on while the session lives\n", out);
}

static void put_unfinished(const struct clb_verify *v, const char *dir, FILE *out)
{
	if (v->packets)
		fprintf(out, "no clbench_end after packet %" PRIu64,
			v->runs[v->nr_runs - 1].last);
	else
		fputs("no packet in its stream", out);
	fputs("; ", out);
	put_attach(v, dir, out);
}

static void put_unaccounted(const struct clb_verify *v, FILE *out)
{
	fprintf(out, "%s\n", v->nr_reasons ? v->reasons[0] : "out of memory");
	for (size_t i = 1; i < v->nr_reasons; i++)
		fprintf(out, "  %s\n", v->reasons[i]);
	if (v->nr_more)
		fprintf(out, "  and %zu more\n", v->nr_more);
}

static void put_verdict(const struct clb_verify *v, const char *dir, FILE *out)
{
	static const char *const names[] = {
		[CLB_COMPLETE] = "COMPLETE",
		[CLB_INCOMPLETE] = "INCOMPLETE",
		[CLB_UNFINISHED] = "UNFINISHED",
		[CLB_UNACCOUNTED] = "UNACCOUNTED",
		[CLB_DAMAGED] = "DAMAGED",
	};

	fprintf(out, "%s: ", names[v->verdict]);
	clb_text_put(out, dir, strlen(dir));
	fputs(": ", out);
}

static void put_complete(const struct clb_verify *v, FILE *out)
{
	uint64_t ms = (v->last_ts - v->first_ts) / NSEC_PER_MSEC;

	fprintf(out, "%" PRIu64 " record%s in %" PRIu64 " packet%s, %" PRIu64 ".%03" PRIu64
		" s, every attempt accounted for\n", v->records, plural(v->records), v->packets,
		plural(v->packets), ms / 1000, ms % 1000);
}

static void put_incomplete(const struct clb_verify *v, FILE *out)
{
	fprintf(out, "%" PRIu64 " of %" PRIu64 " records discarded, all accounted for\n",
		v->lost, v->lost + v->records);
}

/* A session that has no other needs no word. */
static void put_chunk(const struct clb_verify *v, FILE *out)
{
	if (v->chunk <= 1 && !v->next_chunk)
		return;
	if (v->chunk)
		fprintf(out, "  it is chunk %" PRIu32 " of its session", v->chunk);
	else
		fputs("  it is a chunk of its session", out);
	if (v->next_chunk)
		fprintf(out, "; chunk %" PRIu32 " follows", v->next_chunk);
	else if (v->has_end)
		fputs(", the last", out);
	fputc('\n', out);
}

void clb_verify_text(const struct clb_verify *v, const char *dir, FILE *out)
{
	put_verdict(v, dir, out);
	switch (v->verdict) {
	case CLB_COMPLETE:
		put_complete(v, out);
		break;
	case CLB_INCOMPLETE:
		put_incomplete(v, out);
		put_losses(v, out);
		break;
	case CLB_UNFINISHED:
		put_unfinished(v, dir, out);
		break;
	case CLB_UNACCOUNTED:
		put_unaccounted(v, out);
		break;
	case CLB_DAMAGED:
		put_damaged(v, out);
		/* What a recorder leaves that was killed while it wrote. */
		if (!v->has_end && v->nr_damage == 1 && !v->metadata &&
		    v->damage[0].fault == CLB_PACKET_CUT) {
			fputs("  ", out);
			put_attach(v, dir, out);
		}
		break;
	}
	put_chunk(v, out);
	if (v->late)
		fprintf(out, "  %" PRIu64 " record%s came late: %s not exact\n", v->late,
			plural(v->late), v->late == 1 ? "its time is" : "their times are");
}

/* ------------------------------------------------------ a directory of chunks */

static void put_range(uint32_t first, uint32_t last, FILE *out)
{
	if (first == last)
		fprintf(out, "chunk %" PRIu32, first);
	else
		fprintf(out, "chunks %" PRIu32 "-%" PRIu32, first, last);
}

static void put_damaged_chunks(const struct clb_verify_chunks *c, FILE *out)
{
	size_t i = 0;

	while (c->list[i].verify.verdict != CLB_DAMAGED)
		i++;
	fprintf(out, "chunk %" PRIu32 " is damaged", c->list[i].number);
	if (c->nr_damaged > 1)
		fprintf(out, " (%zu more below)", c->nr_damaged - 1);
	fputc('\n', out);
}

static void put_unfinished_chunks(const struct clb_verify_chunks *c, FILE *out)
{
	uint32_t last = c->list[c->nr - 1].number;

	if (c->all.has_end)
		fprintf(out, "chunk %" PRIu32 " follows chunk %" PRIu32 " and is not here\n",
			c->all.next_chunk, last);
	else
		fprintf(out, "chunk %" PRIu32 " has no clbench_end\n", last);
}

static void put_summary(const struct clb_verify_chunks *c, FILE *out)
{
	switch (c->all.verdict) {
	case CLB_COMPLETE:
	case CLB_INCOMPLETE:
		put_range(c->list[0].number, c->list[c->nr - 1].number, out);
		fputs(": ", out);
		if (c->all.verdict == CLB_COMPLETE)
			put_complete(&c->all, out);
		else
			put_incomplete(&c->all, out);
		break;
	case CLB_UNFINISHED:
		put_unfinished_chunks(c, out);
		break;
	case CLB_UNACCOUNTED:
		put_unaccounted(&c->all, out);
		break;
	case CLB_DAMAGED:
		put_damaged_chunks(c, out);
		break;
	}
}

/* As of a trace, two columns to the right. */
static void put_part(const struct clb_verify_chunk *chunk, FILE *out)
{
	char *text = NULL, *rest, *line;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return;
	clb_verify_text(&chunk->verify, chunk->path, f);
	fclose(f);
	rest = text;
	while (rest && *rest && (line = strsep(&rest, "\n")))
		fprintf(out, "  %s\n", line);
	free(text);
}

void clb_verify_chunks_text(const struct clb_verify_chunks *c, const char *dir, FILE *out)
{
	put_verdict(&c->all, dir, out);
	put_summary(c, out);
	if (c->list[0].number > 1) {
		fputs("  ", out);
		put_range(1, c->list[0].number - 1, out);
		fprintf(out, " %s not here\n", c->list[0].number == 2 ? "is" : "are");
	}
	for (size_t i = 0; i < c->nr; i++)
		put_part(&c->list[i], out);
}
