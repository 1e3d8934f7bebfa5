/* SPDX-License-Identifier: GPL-2.0 */
/* What "record" says at its end: a table, a verdict, JSON. */

#include "summary.h"

#include <inttypes.h>
#include <string.h>

#include "counts_json.h"
#include "quantity.h"
#include "text.h"

bool clb_summary_complete(const struct clb_summary *s)
{
	struct clb_counts total = clb_session_total(s->session);

	return s->counted && s->whole && !clb_counts_discarded(&total);
}

static void print_causes(FILE *out, const struct clb_counts *counts)
{
	const char *between = "  ";

	for (unsigned int cause = 0; cause < CLB_NR_CAUSES; cause++) {
		if (!counts->discarded[cause])
			continue;
		fprintf(out, "%s%s %" PRIu64, between, clb_cause_name(cause),
			counts->discarded[cause]);
		between = ", ";
	}
	if (counts->missed)
		fprintf(out, "%smissed by the kprobe %" PRIu64, between, counts->missed);
	fputc('\n', out);
}

static void print_table(const struct clb_summary *s, FILE *out)
{
	const struct clb_session *session = s->session;
	int width = 16;

	for (size_t i = 0; i < session->nr_counts; i++)
		if ((int)strlen(session->counts[i].event_name) >= width)
			width = strlen(session->counts[i].event_name) + 1;
	fprintf(out, "%-*s%12s%12s%12s  CAUSES\n", width, "EVENT", "ATTEMPTED", "DELIVERED",
		"DISCARDED");
	for (size_t i = 0; i < session->nr_counts; i++) {
		const struct clb_counts *c = &session->counts[i];

		clb_text_put(out, c->event_name, strlen(c->event_name));
		fprintf(out, "%*s%12" PRIu64 "%12" PRIu64 "%12" PRIu64,
			width - (int)strlen(c->event_name), "", clb_counts_attempted(c),
			c->delivered, clb_counts_discarded(c));
		print_causes(out, c);
	}
}

static void print_totals(const struct clb_summary *s, FILE *out)
{
	const struct clb_session *session = s->session;
	uint64_t ms = s->duration_ns / CLB_NS_PER_MS;
	char size[CLB_SIZE_TEXT];

	fprintf(out, "%" PRIu64 ".%03" PRIu64 " s, %" PRIu64 " batch%s, %s", ms / 1000, ms % 1000,
		s->batches, s->batches == 1 ? "" : "es", clb_size_format(size, s->bytes));
	if (s->counted)
		fprintf(out, ", %" PRIu64 " record%s drained at the end", session->drained,
			session->drained == 1 ? "" : "s");
	if (s->measured)
		fprintf(out, "; lists %" PRIu32 " -> %" PRIu32 " nodes x %" PRIu32
			", memory %.1f of at most %.1f MiB", session->nr_node,
			session->nodes_high, session->node_nr_composed,
			session->mem_high / 1048576.0, session->mem_max / 1048576.0);
	if (session->late)
		fprintf(out, "; %" PRIu64 " records came late, their times are not exact",
			session->late);
	fputc('\n', out);
}

static void print_verdict(const struct clb_summary *s, FILE *out)
{
	struct clb_counts total = clb_session_total(s->session);
	char advice[CLB_ADVICE_TEXT];

	if (clb_summary_complete(s)) {
		fprintf(out, "COMPLETE: %" PRIu64 " record%s\n", total.delivered,
			total.delivered == 1 ? "" : "s");
		return;
	}
	if (!s->counted) {
		fputs("INCOMPLETE: the final counters are not known\n", out);
		return;
	}
	fprintf(out, "INCOMPLETE: %" PRIu64 " of %" PRIu64 " records discarded",
		clb_counts_discarded(&total), clb_counts_attempted(&total));
	if (!s->whole)
		fputs(", the trace has no end", out);
	if (clb_counts_discarded(&total) > total.discarded[CLBENCH_CAUSE_ABANDONED])
		fputs(", see `clbench-ctl verify`", out);
	if (clb_summary_advice(s, advice))
		fprintf(out, "; %s", advice);
	fputc('\n', out);
}

void clb_summary_print(const struct clb_summary *s, FILE *out, bool quiet)
{
	if (!quiet && s->counted)
		print_table(s, out);
	if (!quiet)
		print_totals(s, out);
	if (!quiet || !clb_summary_complete(s))
		print_verdict(s, out);
}

void clb_summary_json(const struct clb_summary *s, FILE *out)
{
	struct clb_json json = { .out = out };
	char uuid[CLB_UUID_TEXT], advice[CLB_ADVICE_TEXT];

	clb_json_open(&json, NULL, '{');
	clb_json_u64(&json, "schema", 1);
	clb_json_string(&json, "dir", s->dir);
	clb_json_string(&json, "session", s->session->name);
	clb_json_string(&json, "uuid", clb_uuid_format(uuid, s->session->uuid));
	clb_json_bool(&json, "complete", clb_summary_complete(s));
	clb_json_u64(&json, "duration_ns", s->duration_ns);
	if (s->has_command)
		clb_json_u64(&json, "command_status", s->command_status);
	else
		clb_json_null(&json, "command_status");
	clb_json_u64(&json, "bytes", s->bytes);
	clb_json_u64(&json, "batches", s->batches);
	clb_json_u64(&json, "drained", s->session->drained);
	clb_json_u64(&json, "late", s->session->late);
	clb_json_counts(&json, s->session, false);
	clb_json_open(&json, "memory", '{');
	if (s->measured)
		clb_json_u64(&json, "high_bytes", s->session->mem_high);
	else
		clb_json_null(&json, "high_bytes");
	clb_json_u64(&json, "max_bytes", s->session->mem_max);
	clb_json_close(&json, '}');
	clb_json_string(&json, "advice", clb_summary_advice(s, advice) ? advice : NULL);
	clb_json_close(&json, '}');
	clb_json_end(&json);
}
