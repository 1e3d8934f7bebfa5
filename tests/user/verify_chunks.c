/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The judgement of chunks that are removed while they are read, each of them sound.
 *
 * usage: verify_chunks DIR, an empty directory
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "point.h"
#include "verify_account.h"
#include "verify_chunks.h"

#define NR_CHUNKS	6u

/* What happens to some chunks when one is opened. */
static uint32_t when_opened, first_removed, last_removed;
/* The one that was opened last. */
static uint32_t opened;
static unsigned int nr_reasons;

static void remove_chunk(uint32_t number)
{
	char path[32];

	snprintf(path, sizeof(path), "%06u/stream", number);
	unlink(path);
	snprintf(path, sizeof(path), "%06u", number);
	rmdir(path);
}

/* ------------------------------------------------- what is taken from the reader */

int clb_trace_open(struct clb_trace **trace, const char *path)
{
	char stream[32];

	*trace = NULL;
	opened = strtoul(strrchr(path, '/') + 1, NULL, 10);
	for (uint32_t i = first_removed; opened == when_opened && i && i <= last_removed; i++)
		remove_chunk(i);
	snprintf(stream, sizeof(stream), "%s/stream", path);
	return access(stream, F_OK) ? -ENOENT : 0;
}

const char *clb_trace_why(const struct clb_trace *trace)
{
	(void)trace;
	return "no stream";
}

void clb_trace_close(struct clb_trace *trace)
{
	(void)trace;
}

/* As clb_trace_open() found it. */
int clb_verify(struct clb_verify *verify, struct clb_trace *trace, int err)
{
	(void)trace;
	*verify = (struct clb_verify){ .verdict = CLB_DAMAGED };
	if (err)
		return 0;
	*verify = (struct clb_verify) {
		.verdict = CLB_COMPLETE,
		.records = 1,
		.runs = calloc(1, sizeof(*verify->runs)),
		.nr_runs = 1,
		.chunk = opened,
		.next_chunk = opened < NR_CHUNKS ? opened + 1 : 0,
		.has_end = true,
		.has_uuid = true,
	};
	verify->runs->first = verify->runs->last = opened;
	return 0;
}

void clb_verify_free(struct clb_verify *verify)
{
	free(verify->runs);
	free(verify->accounts);
}

void clb_verify_reason(struct clb_verify *verify, const char *format, ...)
{
	(void)verify;
	(void)format;
	nr_reasons++;
}

void clb_verify_causes(struct clb_verify *verify)
{
	(void)verify;
}

/* ------------------------------------------------------------------------ points */

static void make_chunks(void)
{
	for (uint32_t i = 1; i <= NR_CHUNKS; i++) {
		char path[32];
		int fd;

		snprintf(path, sizeof(path), "%06u", i);
		mkdir(path, 0700);
		snprintf(path, sizeof(path), "%06u/stream", i);
		fd = open(path, O_WRONLY | O_CREAT, 0600);
		if (fd < 0 || write(fd, "x", 1) != 1 || close(fd))
			abort();
	}
}

/* When chunk @when is opened, those from @first to @last are removed. */
static int judge(struct clb_verify_chunks *c, uint32_t when, uint32_t first, uint32_t last)
{
	struct clb_chunks chunks;
	int ret;

	make_chunks();
	when_opened = when;
	first_removed = first;
	last_removed = last;
	nr_reasons = 0;
	if (clb_chunks_open(&chunks, "."))
		abort();
	ret = clb_verify_chunks(c, ".", &chunks);
	clb_chunks_free(&chunks);
	return ret;
}

/* Is the rest, from chunk @first on, judged sound? */
static bool goes_on_from(uint32_t first, uint32_t when, uint32_t last)
{
	struct clb_verify_chunks c;
	bool result;

	result = !judge(&c, when, 1, last) && c.nr == NR_CHUNKS + 1 - first &&
		 c.list[0].number == first && !c.nr_damaged && !nr_reasons &&
		 c.all.verdict == CLB_COMPLETE && c.all.records == c.nr;
	clb_verify_chunks_free(&c);
	return result;
}

int main(int argc, char **argv)
{
	struct clb_verify_chunks c;
	int ret;

	if (argc != 2 || chdir(argv[1]))
		return 1;
	point(goes_on_from(1, 0, 0), "chunks that stay are judged");
	point(goes_on_from(2, 1, 1), "the first is removed before it is read");
	point(goes_on_from(1, 4, 3), "those that were read may go");
	point(goes_on_from(5, 4, 4), "those that were read do not count if the next is gone, too");
	point(goes_on_from(6, 2, 5), "and if many more are");

	ret = judge(&c, 4, 4, 4);
	point(!ret && c.nr_damaged == 1 && c.nr == NR_CHUNKS,
	      "one that is gone while older ones stay is missed");
	clb_verify_chunks_free(&c);
	ret = judge(&c, 4, 2, 4);
	point(!ret && c.nr_damaged == 1, "also if not all of those stay");
	clb_verify_chunks_free(&c);
	ret = judge(&c, 3, 1, NR_CHUNKS);
	point(ret == -ENOENT && !c.failed && strstr(c.why, "removed"),
	      "that nothing is left is told");
	clb_verify_chunks_free(&c);
	return done();
}
