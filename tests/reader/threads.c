/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Threads that each read a trace of their own, all at once, with libclbench: what
 * they share is the library's. Built with the thread sanitizer.
 *
 * usage: threads TRACE
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "crc32c.h"
#include "trace_reader.h"
#include "verify.h"

#define NR_THREADS	8
#define ROUNDS		5

/* What a thread has seen. */
struct seen {
	pthread_t thread;
	const char *dir;
	uint64_t records;
	uint64_t packets;
	uint32_t crc;
	enum clb_verdict verdict;
	int error;
};

static int read_once(struct seen *seen)
{
	struct clb_verify verify;
	struct clb_record record;
	struct clb_trace *trace;
	int ret;

	ret = clb_trace_open(&trace, seen->dir);
	while (!ret && (ret = clb_trace_next(trace, &record)) > 0) {
		seen->records++;
		ret = 0;
	}
	clb_trace_close(trace);
	if (ret)
		return ret;
	ret = clb_trace_open(&trace, seen->dir);
	ret = clb_verify(&verify, trace, ret);
	seen->verdict = verify.verdict;
	seen->packets += verify.packets;
	clb_verify_free(&verify);
	clb_trace_close(trace);
	return ret;
}

static void *read_often(void *arg)
{
	struct seen *seen = arg;

	/* The table of processors that have no instruction is filled by the first. */
	seen->crc = ~clb_crc32c_table(~0u, "123456789", 9);
	for (int i = 0; i < ROUNDS && !seen->error; i++)
		seen->error = read_once(seen);
	return NULL;
}

int main(int argc, char **argv)
{
	struct seen seen[NR_THREADS] = { 0 };
	int wrong = 0;

	if (argc != 2)
		return 2;
	for (int i = 0; i < NR_THREADS; i++) {
		seen[i].dir = argv[1];
		if (pthread_create(&seen[i].thread, NULL, read_often, &seen[i]))
			return 2;
	}
	for (int i = 0; i < NR_THREADS; i++) {
		pthread_join(seen[i].thread, NULL);
		wrong += seen[i].error || seen[i].verdict || seen[i].records != seen[0].records ||
			 seen[i].packets != seen[0].packets || seen[i].crc != 0xe3069283;
	}
	printf("# %d threads, %llu records each\n", NR_THREADS,
	       (unsigned long long)seen[0].records);
	return wrong || !seen[0].records;
}
