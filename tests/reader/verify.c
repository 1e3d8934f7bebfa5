/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Cuts a complete trace at every byte, and changes bytes of it: what verify says
 * of each. No byte of a trace is unused, so each change is damage.
 *
 * usage: verify TRACE WORK ROUNDS SEED
 */
#include <endian.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verify.h"

#define FILE_MAX	(1u << 16)
#define NO_TRACE	-1

struct file {
	const char *name;
	uint8_t bytes[FILE_MAX];
	size_t size;
};

static struct file stream = { .name = "stream" }, metadata = { .name = "metadata" };
static const char *work;
static uint64_t random_state;
static int points, complaints;

static void point(bool passed, const char *name)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", ++points, name);
}

/* xorshift64*: Vigna, An experimental exploration of Marsaglia's generators, 2016. */
static uint64_t random_below(uint64_t limit)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * 0x2545f4914f6cdd1du >> 16) % limit;
}

static FILE *open_in(const char *dir, const char *name, const char *mode)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, mode);
	if (f)
		return f;
	printf("Bail out! cannot open %s\n", path);
	exit(1);
}

static void load(struct file *file, const char *dir)
{
	FILE *in = open_in(dir, file->name, "r");

	file->size = fread(file->bytes, 1, FILE_MAX, in);
	fclose(in);
}

static void store(const struct file *file, size_t size)
{
	FILE *out = open_in(work, file->name, "w");

	fwrite(file->bytes, 1, size, out);
	fclose(out);
}

/* Of the trace in @work: an enum clb_verdict, or NO_TRACE. */
static int verdict(void)
{
	struct clb_trace *trace = NULL;
	struct clb_verify verify;
	int err, result;

	err = clb_trace_open(&trace, work);
	err = clb_verify(&verify, trace, err);
	result = err ? NO_TRACE : (int)verify.verdict;
	if (err && !*clb_trace_why(trace))
		complaints++;
	clb_verify_free(&verify);
	clb_trace_close(trace);
	return result;
}

static bool expect(int wanted, const char *what, const struct file *file, size_t at)
{
	int got = verdict();

	if (got == wanted)
		return true;
	printf("# %s %s at byte %zu: verdict %d\n", what, file->name, at, got);
	return false;
}

static bool is_boundary(size_t at)
{
	size_t start = 0;

	while (start < at && start + sizeof(struct clbench_packet) <= stream.size) {
		const struct clbench_packet *raw = (const void *)(stream.bytes + start);

		start += le64toh(raw->packet_size) / 8;
	}
	return start == at;
}

static void cut_stream(void)
{
	size_t wrong = 0, boundaries = 0;

	for (size_t at = 0; at < stream.size; at++) {
		bool whole = is_boundary(at);

		store(&stream, at);
		boundaries += whole;
		wrong += !expect(whole ? CLB_UNFINISHED : CLB_DAMAGED, "cut", &stream, at);
	}
	store(&stream, stream.size);
	point(boundaries > 3, "the stream has several packets");
	point(!wrong, "cut between packets it is unfinished, anywhere else damaged");
}

static void cut_metadata(void)
{
	size_t good = 0;

	for (size_t at = 0; at < metadata.size; at++) {
		int got;

		store(&metadata, at);
		got = verdict();
		good += got == CLB_DAMAGED || got == NO_TRACE;
	}
	store(&metadata, metadata.size);
	point(good == metadata.size, "metadata cut anywhere is damaged, or no trace of clbench");
}

/* Changes one byte and judges. */
static bool flip(struct file *file, size_t at, uint8_t bits)
{
	bool right;

	file->bytes[at] ^= bits;
	store(file, file->size);
	right = expect(CLB_DAMAGED, "change in", file, at);
	file->bytes[at] ^= bits;
	return right;
}

static void flip_all(struct file *file, const char *name)
{
	size_t wrong = 0;

	for (size_t at = 0; at < file->size; at++)
		wrong += !flip(file, at, 1 << random_below(8));
	store(file, file->size);
	point(!wrong, name);
}

static void flip_some(unsigned long rounds)
{
	size_t wrong = 0;

	while (rounds--) {
		size_t at = random_below(stream.size + metadata.size);
		struct file *file = at < stream.size ? &stream : &metadata;

		wrong += !flip(file, at < stream.size ? at : at - stream.size,
			       1 + random_below(255));
		store(file, file->size);
	}
	point(!wrong, "a byte changed at random: damaged");
}

/* A byte more, or a byte less, anywhere. */
static void shift(void)
{
	static struct file shifted = { .name = "stream" };
	size_t wrong = 0;

	for (size_t at = 0; at <= stream.size; at += 7) {
		memcpy(shifted.bytes, stream.bytes, at);
		shifted.bytes[at] = 0;
		memcpy(shifted.bytes + at + 1, stream.bytes + at, stream.size - at);
		store(&shifted, stream.size + 1);
		wrong += !expect(CLB_DAMAGED, "a byte more in", &stream, at);
	}
	store(&stream, stream.size);
	point(!wrong, "a byte more anywhere: damaged");
}

int main(int argc, char **argv)
{
	if (argc != 5)
		return 2;
	work = argv[2];
	random_state = strtoull(argv[4], NULL, 0) * 2 + 1;
	load(&stream, argv[1]);
	load(&metadata, argv[1]);
	store(&stream, stream.size);
	store(&metadata, metadata.size);
	point(verdict() == CLB_COMPLETE, "the trace is complete");
	cut_stream();
	cut_metadata();
	flip_all(&stream, "a bit changed in any byte of the stream: damaged");
	flip_all(&metadata, "a bit changed in any byte of the metadata: damaged");
	flip_some(strtoul(argv[3], NULL, 0));
	shift();
	point(verdict() == CLB_COMPLETE, "undone, it is complete again");
	point(!complaints, "what is no trace is refused with a reason");
	printf("1..%d\n", points);
	return 0;
}
