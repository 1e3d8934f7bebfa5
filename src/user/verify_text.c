/* SPDX-License-Identifier: GPL-2.0 */
/* Prints the judgement of a trace for people. */
#include <inttypes.h>
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

static void put_attach(const struct clb_trace *trace, const char *dir, FILE *out)
{
	const char *session = clb_trace_metadata(trace)->session;

	if (!session)
		session = "SESSION";
	fputs("`clbench-ctl attach ", out);
	clb_text_put(out, session, strlen(session));
	fputs(" -o ", out);
	clb_text_put(out, dir, strlen(dir));
	fputs("` goes on while the session lives\n", out);
}

static void put_unfinished(const struct clb_verify *v, const struct clb_trace *trace,
			   const char *dir, FILE *out)
{
	if (v->packets)
		fprintf(out, "no clbench_end after packet %" PRIu64,
			v->runs[v->nr_runs - 1].last);
	else
		fputs("no packet in its stream", out);
	fputs("; ", out);
	put_attach(trace, dir, out);
}

static void put_unaccounted(const struct clb_verify *v, FILE *out)
{
	fprintf(out, "%s\n", v->nr_reasons ? v->reasons[0] : "out of memory");
	for (size_t i = 1; i < v->nr_reasons; i++)
		fprintf(out, "  %s\n", v->reasons[i]);
	if (v->nr_more)
		fprintf(out, "  and %zu more\n", v->nr_more);
}

void clb_verify_text(const struct clb_verify *v, const struct clb_trace *trace, const char *dir,
		     FILE *out)
{
	static const char *const names[] = {
		[CLB_COMPLETE] = "COMPLETE",
		[CLB_INCOMPLETE] = "INCOMPLETE",
		[CLB_UNFINISHED] = "UNFINISHED",
		[CLB_UNACCOUNTED] = "UNACCOUNTED",
		[CLB_DAMAGED] = "DAMAGED",
	};
	uint64_t ms = (v->last_ts - v->first_ts) / NSEC_PER_MSEC;

	fprintf(out, "%s: ", names[v->verdict]);
	clb_text_put(out, dir, strlen(dir));
	fputs(": ", out);
	switch (v->verdict) {
	case CLB_COMPLETE:
		fprintf(out, "%" PRIu64 " record%s in %" PRIu64 " packet%s, %" PRIu64 ".%03" PRIu64
			" s, every attempt accounted for\n", v->records, plural(v->records),
			v->packets, plural(v->packets), ms / 1000, ms % 1000);
		break;
	case CLB_INCOMPLETE:
		fprintf(out, "%" PRIu64 " of %" PRIu64 " records discarded, all accounted for\n",
			v->lost, v->lost + v->records);
		put_losses(v, out);
		break;
	case CLB_UNFINISHED:
		put_unfinished(v, trace, dir, out);
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
			put_attach(trace, dir, out);
		}
		break;
	}
	if (v->late)
		fprintf(out, "  %" PRIu64 " record%s came late: %s not exact\n", v->late,
			plural(v->late), v->late == 1 ? "its time is" : "their times are");
}
