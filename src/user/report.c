/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a command that recorded: closes the trace, tells what became of it. */

#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "recorder.h"
#include "summary.h"
#include "totals.h"

int clb_report_open(struct clb_report *report)
{
	int ret;

	if (!report->as_json)
		return 0;
	report->json = report->json_file ? fopen(report->json_file, "we") : stdout;
	if (report->json)
		return 0;
	ret = -errno;
	clb_say("cannot write %s: %s; choose another file", report->json_file, strerror(-ret));
	return ret;
}

void clb_report_close(struct clb_report *report)
{
	if (report->json && report->json != stdout)
		fclose(report->json);
	report->json = NULL;
}

/* The final counters: from the kernel's last word or, if that was lost or there was
 * no memory for them in it, the trace.
 */
static void take_counters(const struct clb_report *report, const struct clb_recorder *recorder,
			  struct clb_session *session, struct clb_summary *s)
{
	const struct clb_session *last = recorder->has_last ? &recorder->last :
							      &recorder->channel.session;

	if (clb_session_copy(session, last))
		return;
	s->measured = recorder->has_last;
	s->counted = session->nr_counts && recorder->has_last;
	if (s->counted)
		return;
	s->counted = !clb_totals_read(report->dir, session);
}

static int compare_name(const void *a, const void *b)
{
	const struct clb_counts *counts_a = a, *counts_b = b;

	return strcmp(counts_a->event_name, counts_b->event_name);
}

static int sum_up(const struct clb_report *report, const struct clb_recorder *recorder, int status)
{
	struct clb_session session = { 0 };
	struct clb_summary s = {
		.dir = report->dir,
		.session = &session,
		.gave_up = recorder->gave_up,
		.whole = recorder->channel.last && !recorder->failed,
		.duration_ns = recorder->started_ns ? recorder->stopped_ns - recorder->started_ns : 0,
		.batches = recorder->writer.packets,
		.bytes = recorder->writer.bytes,
		.has_command = recorder->command_ended ||
			       (recorder->child.pid && !recorder->child.running),
		.command_status = recorder->child.status,
	};
	struct clb_counts total;

	take_counters(report, recorder, &session, &s);
	if (session.nr_counts)
		qsort(session.counts, session.nr_counts, sizeof(*session.counts), compare_name);
	clb_summary_print(&s, stderr, report->quiet);
	if (report->json) {
		clb_summary_json(&s, report->json);
		if (fflush(report->json) && report->json != stdout)
			status = clb_fail(CLB_EXIT_RECORDING, "cannot write %s: %s; free space",
					  report->json_file, strerror(errno));
	}
	total = clb_session_total(&session);
	if (report->strict && (!s.counted || clb_counts_discarded(&total)))
		status = CLB_EXIT_RECORDING;
	clb_session_free(&session);
	return status;
}

int clb_report(const struct clb_report *report, struct clb_recorder *recorder, int status)
{
	int ret;

	if (!recorder->writer.packets && !recorder->attached) {
		clb_trace_writer_remove(&recorder->writer, report->dir);
		return status;
	}
	ret = clb_trace_writer_close(&recorder->writer);
	if (ret && !recorder->failed) {
		recorder->failed = true;
		status = clb_fail(CLB_EXIT_RECORDING, "cannot write %s: %s; free space",
				  report->dir, strerror(-ret));
	}
	return sum_up(report, recorder, status);
}
