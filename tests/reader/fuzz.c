/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Damages a trace in many ways, and reads each: nothing may happen but a refusal
 * with a reason. Built with sanitizers, which see the rest.
 *
 * usage: fuzz TRACE WORK ROUNDS SEED
 */
#include <endian.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/clbench_record.h>

#include "crc32c.h"
#include "metadata.h"
#include "show.h"
#include "trace_reader.h"
#include "verify_show.h"

#define FILE_MAX	(1u << 16)

struct file {
	uint8_t bytes[FILE_MAX];
	size_t size;
};

/* What became of the traces. */
struct tally {
	uint64_t sound;
	uint64_t damaged;
	uint64_t refused;
	uint64_t records;
};

static uint64_t random_state;
static int failed;

/* xorshift64*: Vigna, An experimental exploration of Marsaglia's generators, 2016. */
static uint64_t random_below(uint64_t limit)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (random_state * 0x2545f4914f6cdd1du >> 16) % limit;
}

static void load(struct file *file, const char *dir, const char *name)
{
	char path[4096];
	FILE *in;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	in = fopen(path, "r");
	if (!in) {
		printf("Bail out! cannot open %s\n", path);
		exit(1);
	}
	file->size = fread(file->bytes, 1, sizeof(file->bytes), in);
	fclose(in);
}

static void store(const struct file *file, const char *dir, const char *name)
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "w");
	if (!out || fwrite(file->bytes, 1, file->size, out) != file->size || fclose(out)) {
		printf("Bail out! cannot write %s\n", path);
		exit(1);
	}
}

/* Values at the edge of something are worth more than others. */
static uint8_t random_byte(void)
{
	static const uint8_t edges[] = { 0, 1, 31, 0x1f, 0x7f, 0x80, 0xff, '"', '\\', '/', '*' };

	return random_below(2) ? edges[random_below(sizeof(edges))] : random_below(256);
}

static void damage_once(struct file *file)
{
	size_t at = random_below(file->size), len = random_below(40) + 1, to;

	if (len > file->size - at)
		len = file->size - at;
	switch (random_below(7)) {
	case 0:
		file->bytes[at] ^= 1 << random_below(8);
		break;
	case 1:
		file->bytes[at] = random_byte();
		break;
	case 2:
		memset(file->bytes + at, random_byte(), len);
		break;
	case 3:
		memmove(file->bytes + at, file->bytes + at + len, file->size - at - len);
		file->size -= len;
		break;
	case 4:
		if (file->size + len > FILE_MAX)
			break;
		memmove(file->bytes + at + len, file->bytes + at, file->size - at);
		file->size += len;
		break;
	case 5:
		to = random_below(file->size - len + 1);
		memmove(file->bytes + to, file->bytes + at, len);
		break;
	case 6:
		/* Seldom: what is cut off is not tested. */
		if (!random_below(8))
			file->size = at;
		break;
	}
	if (!file->size)
		file->size = 1;
}

static void damage(struct file *file)
{
	for (uint64_t n = random_below(4) + 1; n; n--)
		damage_once(file);
}

/* Else the checksum would keep most of the damage from the code behind it. */
static void mend_checksums(struct file *file)
{
	struct clbench_packet header;
	size_t at = 0;

	while (file->size - at >= sizeof(header)) {
		uint64_t content, size;

		memcpy(&header, file->bytes + at, sizeof(header));
		content = le64toh(header.content_size) / 8;
		size = le64toh(header.packet_size) / 8;
		if (content < sizeof(header) || content > size || size > file->size - at)
			return;
		header.crc32c = 0;
		memcpy(file->bytes + at, &header, sizeof(header));
		header.crc32c = htole32(~clb_crc32c(~0u, file->bytes + at, content));
		memcpy(file->bytes + at, &header, sizeof(header));
		at += size;
	}
}

static void check(bool sound, uint64_t round, const char *what)
{
	if (sound || failed++ > 10)
		return;
	printf("# round %" PRIu64 ": %s\n", round, what);
}

/* What verify finds no fault with, the reader must be able to read: @ret is its end. */
static void judge(FILE *null, const char *dir, int ret, uint64_t round)
{
	struct clb_verify verify;
	struct clb_trace *trace;
	int err;

	err = clb_trace_open(&trace, dir);
	err = clb_verify(&verify, trace, err);
	check(!err || *clb_trace_why(trace), round, "not judged without a reason");
	if (!err) {
		clb_verify_text(&verify, dir, null);
		clb_verify_json(&verify, dir, null);
		check(!ret || !verify.bytes || verify.verdict >= CLB_UNACCOUNTED, round,
		      "sound for verify, but not for the reader");
	}
	clb_verify_free(&verify);
	clb_trace_close(trace);
}

static void read_trace(struct clb_show *show, FILE *null, const char *dir, struct tally *tally,
		       uint64_t round)
{
	struct clb_trace_ends ends;
	struct clb_trace *trace;
	struct clb_record record;
	int ret = clb_trace_open(&trace, dir);

	if (ret) {
		check(*clb_trace_why(trace), round, "refused without a reason");
		tally->refused++;
		clb_trace_close(trace);
		judge(null, dir, ret, round);
		return;
	}
	clb_trace_ends(trace, &ends);
	while ((ret = clb_trace_next(trace, &record)) > 0) {
		clb_show_text(show, &record);
		clb_show_json(show, &record);
		clb_show_csv(show, &record);
		tally->records++;
	}
	if (ret < 0)
		check(*clb_trace_why(trace), round, "damaged without a reason");
	tally->damaged += ret < 0;
	tally->sound += !ret;
	/* It must stay at its end. */
	check(clb_trace_next(trace, &record) <= 0, round, "a record after the end");
	clb_trace_close(trace);
	judge(null, dir, ret, round);
}

/* What is accepted must be fit to be written again, and accepted again. */
static void rewrite(const struct file *metadata, uint64_t round)
{
	char why[CLB_METADATA_WHY] = "", *text = NULL;
	struct clb_metadata_parsed p, q;
	size_t size = 0;
	FILE *out;

	if (clb_metadata_parse((const char *)metadata->bytes, metadata->size, &p, why)) {
		check(*why, round, "metadata refused without a reason");
		return;
	}
	out = open_memstream(&text, &size);
	if (!clb_metadata_write(out, &p.m)) {
		fclose(out);
		check(!clb_metadata_parse(text, size, &q, why), round, why);
		clb_metadata_free(&q);
	} else {
		fclose(out);
	}
	free(text);
	clb_metadata_free(&p);
}

int main(int argc, char **argv)
{
	static struct file metadata, stream, damaged;
	struct clb_show *show = calloc(1, sizeof(*show));
	struct tally stream_tally = { 0 }, metadata_tally = { 0 };
	FILE *null = fopen("/dev/null", "w");
	uint64_t rounds;

	if (argc != 5)
		return 2;
	load(&metadata, argv[1], "metadata");
	load(&stream, argv[1], "stream");
	store(&metadata, argv[2], "metadata");
	rounds = strtoull(argv[3], NULL, 10);
	random_state = strtoull(argv[4], NULL, 10) * 2 + 1;
	show->out.fd = open("/dev/null", O_WRONLY);

	for (uint64_t round = 0; round < rounds; round++) {
		damaged = stream;
		damage(&damaged);
		if (random_below(8))
			mend_checksums(&damaged);
		store(&damaged, argv[2], "stream");
		read_trace(show, null, argv[2], &stream_tally, round);
	}
	store(&stream, argv[2], "stream");
	for (uint64_t round = 0; round < rounds; round++) {
		damaged = metadata;
		damage(&damaged);
		rewrite(&damaged, round);
		store(&damaged, argv[2], "metadata");
		read_trace(show, null, argv[2], &metadata_tally, round);
	}
	printf("# stream: %" PRIu64 " sound, %" PRIu64 " damaged, %" PRIu64 " records\n",
	       stream_tally.sound, stream_tally.damaged, stream_tally.records);
	printf("# metadata: %" PRIu64 " sound, %" PRIu64 " damaged, %" PRIu64 " refused\n",
	       metadata_tally.sound, metadata_tally.damaged, metadata_tally.refused);
	/* Damage that is always or never seen would mean that it is not this that is tested. */
	check(stream_tally.sound && stream_tally.damaged, rounds, "stream: no variety");
	check(metadata_tally.sound && metadata_tally.refused, rounds, "metadata: no variety");
	fclose(null);
	close(show->out.fd);
	free(show);
	return failed != 0;
}
