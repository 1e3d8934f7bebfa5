/* SPDX-License-Identifier: GPL-2.0 */
/* What "record" recommends when records were discarded. */

#include "summary.h"

#include <inttypes.h>

#define MIB	(UINT64_C(1) << 20)

/* Of the kernel: more is refused. */
#define NR_NODE_MAX	65536

/* What a record takes in a list beside its bytes of the stream, at most. */
#define RECORD_OVERHEAD	16

/* Batches under way with which a reader that runs keeps up. */
#define WINDOW_ENOUGH	64u

/* Records that waited this long for the reader did so because of it. */
#define STALL_MS	100

static unsigned int worst_cause(const struct clb_counts *total)
{
	unsigned int worst = 0;

	for (unsigned int cause = 1; cause < CLB_NR_CAUSES; cause++)
		if (total->discarded[cause] > total->discarded[worst])
			worst = cause;
	return worst;
}

/* As if one list had lost all of them: it may well have been so. */
static void advise_nodes(const struct clb_session *s, uint64_t lost, char *text)
{
	uint64_t composed = s->node_nr_composed ? s->node_nr_composed : 1;
	uint64_t nr_node = s->nodes_high + (lost + composed - 1) / composed + 1;

	if (nr_node <= NR_NODE_MAX)
		snprintf(text, CLB_ADVICE_TEXT,
			 "--nr-node %" PRIu64 " would have kept them (lists grew too late)",
			 nr_node);
	else
		snprintf(text, CLB_ADVICE_TEXT,
			 "record fewer events, or raise --nr-node (lists grew too late)");
}

/*
 * Memory reached its cap while records waited for acknowledgements: it is the
 * reader that was short of something.
 */
static bool advise_reader(const struct clb_session *s, char *text)
{
	if (!s->window || s->window >= WINDOW_ENOUGH || s->stalled_ms < STALL_MS)
		return false;
	snprintf(text, CLB_ADVICE_TEXT,
		 "--window %u would have kept them (records waited %" PRIu32 ".%u s for the reader, %"
		 PRIu32 " batches at a time)", WINDOW_ENOUGH, s->stalled_ms / 1000,
		 s->stalled_ms % 1000 / 100, s->window);
	return true;
}

static void advise_memory(const struct clb_summary *s, uint64_t delivered, uint64_t lost,
			  char *text)
{
	const char *why = s->session->stalled_ms >= STALL_MS ?
			  "memory reached its cap, the reader was too slow" :
			  "memory reached its cap";
	uint64_t record = RECORD_OVERHEAD + (delivered ? s->bytes / delivered : 64);
	uint64_t mib = (s->session->mem_max + lost * record + MIB - 1) / MIB;
	uint64_t rounded = 1;

	/* To what is easily said, at most an eighth more. */
	while (mib / rounded >= 16)
		rounded *= 2;
	mib = (mib + rounded - 1) / rounded * rounded;
	snprintf(text, CLB_ADVICE_TEXT,
		 "--mem-max %" PRIu64 "M would have kept them (%s)", mib, why);
}

bool clb_summary_advice(const struct clb_summary *s, char text[CLB_ADVICE_TEXT])
{
	static const char *const others[CLB_NR_CAUSES] = {
		[CLBENCH_CAUSE_NESTED] =
			"no option keeps them (the events interrupted their own probe)",
		[CLBENCH_CAUSE_OVERSIZE] =
			"--node-nr-composed makes room for them (records larger than a node)",
		[CLBENCH_CAUSE_NO_MEMORY] =
			"free memory, or ask for smaller lists with --nr-node (a CPU had no list)",
		[CLBENCH_CAUSE_NO_RCU] =
			"no option keeps them (the kernel was going idle or to sleep)",
	};
	struct clb_counts total = clb_session_total(s->session);
	unsigned int cause = worst_cause(&total);

	if (!s->counted || !total.discarded[cause])
		return false;
	if (cause == CLBENCH_CAUSE_FULL_CAP && advise_reader(s->session, text))
		return true;
	if (cause == CLBENCH_CAUSE_FULL_CAP)
		advise_memory(s, total.delivered, total.discarded[cause], text);
	else if (cause == CLBENCH_CAUSE_FULL_REFILL)
		advise_nodes(s->session, total.discarded[cause], text);
	else if (cause != CLBENCH_CAUSE_ABANDONED)
		snprintf(text, CLB_ADVICE_TEXT, "%s", others[cause]);
	else if (s->gave_up)
		snprintf(text, CLB_ADVICE_TEXT, "waiting would have kept them (drain given up)");
	else
		return false;
	return true;
}
