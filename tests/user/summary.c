/* SPDX-License-Identifier: GPL-2.0 */
/* What "record" says at its end. */
#include <stdlib.h>
#include <string.h>

#include "point.h"
#include "summary.h"

static struct clb_counts counts[] = {
	{ .event_name = "block_bio_queue", .delivered = 16402 },
	{ .event_name = "pagecache_miss", .delivered = 3100 },
};
static struct clb_session session = {
	.id = 1, .name = "record-4711", .nr_node = 4, .node_nr_composed = 512,
	.mem_max = 536870912, .mem_high = 3040870, .nodes_high = 9, .drained = 240,
	.counts = counts, .nr_counts = 2,
};
static struct clb_summary summary = {
	.dir = "dir", .session = &session, .counted = true, .measured = true, .whole = true,
	.duration_ns = 3204000000, .batches = 19, .bytes = 1153434,
	.has_command = true, .command_status = 0,
};

static bool prints(const char *wanted, bool quiet)
{
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);
	bool is;

	clb_summary_print(&summary, f, quiet);
	fclose(f);
	is = !strcmp(text, wanted);
	if (!is)
		printf("# got:\n# %s\n", text);
	free(text);
	return is;
}

static bool writes(const char *wanted)
{
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);
	bool has;

	clb_summary_json(&summary, f);
	fclose(f);
	has = strstr(text, wanted) && strchr(text, '\n') == text + length - 1;
	if (!has)
		printf("# got: %s", text);
	free(text);
	return has;
}

static bool advises(enum clbench_cause cause, uint64_t lost, const char *wanted)
{
	char text[CLB_ADVICE_TEXT] = "";
	bool is;

	counts[1].discarded[cause] = lost;
	is = clb_summary_advice(&summary, text) && strstr(text, wanted);
	counts[1].discarded[cause] = 0;
	if (!is)
		printf("# got: %s\n", text);
	return is;
}

static void test_complete(void)
{
	point(prints("EVENT              ATTEMPTED   DELIVERED   DISCARDED  CAUSES\n"
		     "block_bio_queue        16402       16402           0\n"
		     "pagecache_miss          3100        3100           0\n"
		     "3.204 s, 19 batches, 1.1 MiB, 240 records drained at the end; "
		     "lists 4 -> 9 nodes x 512, memory 2.9 of at most 512.0 MiB\n"
		     "COMPLETE: 19502 records\n", false), "a complete recording is summed up");
	point(prints("", true), "-q has nothing to say of it");
	point(writes("\"complete\":true,\"duration_ns\":3204000000,\"command_status\":0,"
		     "\"bytes\":1153434,\"batches\":19,\"drained\":240,"),
	      "JSON says the same, on one line");
	point(writes("\"advice\":null"), "without advice");
}

static void test_incomplete(void)
{
	counts[1].discarded[CLBENCH_CAUSE_FULL_REFILL] = 812;
	point(prints("EVENT              ATTEMPTED   DELIVERED   DISCARDED  CAUSES\n"
		     "block_bio_queue        16402       16402           0\n"
		     "pagecache_miss          3912        3100         812  full_refill 812\n"
		     "3.204 s, 19 batches, 1.1 MiB, 240 records drained at the end; "
		     "lists 4 -> 9 nodes x 512, memory 2.9 of at most 512.0 MiB\n"
		     "INCOMPLETE: 812 of 20314 records discarded, "
		     "see `clbench-ctl verify`; "
		     "--nr-node 12 would have kept them (lists grew too late)\n", false),
	      "what was discarded is told with its cause and what would have kept it");
	point(prints("INCOMPLETE: 812 of 20314 records discarded, "
		     "see `clbench-ctl verify`; "
		     "--nr-node 12 would have kept them (lists grew too late)\n", true),
	      "-q does not hide it");
	counts[0].discarded[CLBENCH_CAUSE_NESTED] = 1;
	point(writes("\"complete\":false") &&
	      writes("\"total\":{\"attempted\":20315,\"delivered\":19502,"
		     "\"discarded\":{\"full_cap\":0,\"full_refill\":812,\"nested\":1,"),
	      "JSON has totals by cause");
	memset(counts[0].discarded, 0, sizeof(counts[0].discarded));
	memset(counts[1].discarded, 0, sizeof(counts[1].discarded));
}

static void test_unknown(void)
{
	summary.measured = false;
	point(prints("EVENT              ATTEMPTED   DELIVERED   DISCARDED  CAUSES\n"
		     "block_bio_queue        16402       16402           0\n"
		     "pagecache_miss          3100        3100           0\n"
		     "3.204 s, 19 batches, 1.1 MiB, 240 records drained at the end\n"
		     "COMPLETE: 19502 records\n", false),
	      "what only the kernel's last word tells is left out without it");
	summary.counted = false;
	point(prints("3.204 s, 19 batches, 1.1 MiB\n"
		     "INCOMPLETE: the final counters are not known\n", false) &&
	      !clb_summary_complete(&summary), "unknown counters are not complete ones");
	summary.counted = summary.measured = true;
	summary.whole = false;
	point(!clb_summary_complete(&summary), "a trace without its end is not complete");
	summary.whole = true;
}

static void test_advice(void)
{
	char text[CLB_ADVICE_TEXT];

	point(!clb_summary_advice(&summary, text), "no loss, no advice");
	point(advises(CLBENCH_CAUSE_FULL_REFILL, 1, "--nr-node 11 ") &&
	      advises(CLBENCH_CAUSE_FULL_REFILL, 513, "--nr-node 12 ") &&
	      advises(CLBENCH_CAUSE_FULL_REFILL, 1ull << 40, "fewer events"),
	      "lists that grew too late: --nr-node, within its limit");
	point(advises(CLBENCH_CAUSE_FULL_CAP, 1000000, "--mem-max 640M "),
	      "memory at its cap: --mem-max");
	session.stalled_ms = 2300;
	session.window = 4;
	point(advises(CLBENCH_CAUSE_FULL_CAP, 1000, "--window 64 would have kept them (records waited 2.3 s"),
	      "a window of few batches: --window");
	session.window = 127;
	point(advises(CLBENCH_CAUSE_FULL_CAP, 1000000, "the reader was too slow"),
	      "a slow reader is named");
	session.stalled_ms = 0;
	point(advises(CLBENCH_CAUSE_NESTED, 1, "no option"), "nested: no option helps");
	counts[0].discarded[CLBENCH_CAUSE_FULL_REFILL] = 5;
	point(advises(CLBENCH_CAUSE_FULL_CAP, 6, "--mem-max"), "the cause of most losses decides");
	counts[0].discarded[CLBENCH_CAUSE_FULL_REFILL] = 0;
}

int main(void)
{
	test_complete();
	test_incomplete();
	test_unknown();
	test_advice();
	return done();
}
