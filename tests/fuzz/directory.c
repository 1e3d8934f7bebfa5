/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fuzzes what is done with damaged directories: verify, of chunks too, repair, and
 * to go on behind the last whole packet. The input is files:
 *
 *   u8 chunk      its directory, from 1; 0: the directory itself is the trace
 *   u8 kind       0: stream, 1: metadata, and without bytes none at all
 *   le16 size     bytes that follow
 */
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chunks.h"
#include "clbenchd/chunk_writer.h"
#include "fuzz.h"
#include "fuzz_metadata.h"
#include "repair.h"
#include "trace_tail.h"
#include "trace_writer.h"
#include "verify_chunks.h"
#include "verify_show.h"

#define CHUNKS_MAX	8
#define ITEMS_MAX	24

/* As make_trace.py has it. */
static const uint8_t uuid[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

/* The directory of a chunk, or the one above them. */
static const char *chunk_dir(unsigned int chunk)
{
	char name[32] = "d";

	if (chunk)
		snprintf(name, sizeof(name), "d/%06u", chunk);
	return fuzz_path(name);
}

static void put_file(unsigned int chunk, unsigned int kind, const void *data, size_t size)
{
	char name[48];

	mkdir(chunk_dir(chunk), 0700);
	snprintf(name, sizeof(name), "%s/%s", chunk_dir(chunk) + strlen(fuzz_folder()) + 1,
		 kind ? "metadata" : "stream");
	if (kind && !size)
		unlink(fuzz_path(name));
	else
		fuzz_write(name, data, size);
	if (!kind)
		put_file(chunk, 1, fuzz_metadata, strlen(fuzz_metadata));
}

static void make_directory(const uint8_t *data, size_t size)
{
	fuzz_remove(fuzz_path("d"));
	mkdir(fuzz_path("d"), 0700);
	for (int i = 0; i < ITEMS_MAX && size >= 4; i++) {
		size_t length = data[2] | data[3] << 8;

		if (length > size - 4)
			length = size - 4;
		put_file(data[0] % CHUNKS_MAX, data[1] % 2, data + 4, length);
		data += 4 + length;
		size -= 4 + length;
	}
}

static void check_json(const char *text, size_t size)
{
	json_t *json = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL, NULL);

	fuzz_check(json, "a judgement is JSON", text);
	json_decref(json);
}

/* --------------------------------------------------------------------- chunks */

static void judge_chunks(void)
{
	struct clb_verify_chunks verify;
	struct clb_chunks chunks;
	char *text = NULL;
	size_t size;
	FILE *out;
	int err;

	err = clb_chunks_open(&chunks, fuzz_path("d"));
	if (!err) {
		err = clb_verify_chunks(&verify, fuzz_path("d"), &chunks);
		out = open_memstream(&text, &size);
		if (!err)
			clb_verify_chunks_text(&verify, "d", out);
		fclose(out);
		fuzz_check(fuzz_is_printable(text, size), "a judgement drives no terminal", text);
		free(text);
		out = open_memstream(&text, &size);
		if (!err)
			clb_verify_chunks_json(&verify, "d", out);
		fclose(out);
		if (!err)
			check_json(text, size);
		else
			fuzz_check(*verify.why, "what is not judged has a reason", NULL);
		free(text);
		clb_verify_chunks_free(&verify);
	}
	clb_chunks_free(&chunks);
}

/* --------------------------------------------------------------------- repair */

static enum clb_verdict verdict_of(const char *dir, uint64_t *packets)
{
	enum clb_verdict verdict;
	struct clb_verify verify;
	struct clb_trace *trace;
	int err;

	err = clb_trace_open(&trace, dir);
	err = clb_verify(&verify, trace, err);
	fuzz_check(!err, "what was saved can be judged", clb_trace_why(trace));
	verdict = verify.verdict;
	*packets = verify.packets;
	clb_verify_free(&verify);
	clb_trace_close(trace);
	return verdict;
}

/* What verify says can be saved, all of it, is a trace without damage. */
static void save(struct clb_trace *trace, const struct clb_verify *verify)
{
	bool damaged_metadata = verify->metadata;
	struct clb_trace_writer writer;
	uint64_t packets;
	int err;

	fuzz_remove(fuzz_path("new"));
	err = clb_trace_writer_open(&writer, fuzz_path("new"), geteuid(), getegid());
	if (!err)
		err = clb_repair(&writer, trace, verify);
	clb_trace_writer_close(&writer);
	fuzz_check(!err, "what is sound can be saved", NULL);
	fuzz_check(damaged_metadata || verdict_of(fuzz_path("new"), &packets) < CLB_DAMAGED,
		   "what was saved is sound", NULL);
	fuzz_check(damaged_metadata || packets == verify->packets, "all that is sound was saved",
		   NULL);
}

static void repair(const char *dir)
{
	struct clb_verify verify;
	struct clb_trace *trace;
	int err;

	err = clb_trace_open(&trace, dir);
	err = clb_verify(&verify, trace, err);
	if (!err && verify.nr_runs)
		save(trace, &verify);
	clb_verify_free(&verify);
	clb_trace_close(trace);
}

/* ----------------------------------------------------------------- to go on */

static int cut(const char *dir, struct clb_trace_tail *tail)
{
	struct clb_trace_writer writer;
	int err;

	err = clb_trace_writer_reopen(&writer, dir, tail);
	if (!err)
		err = clb_trace_writer_cut(&writer);
	clb_trace_writer_close(&writer);
	return err;
}

/*
 * Cut again, nothing changes: but for a packet that only now stands at the end,
 * where its content is looked at.
 */
static void go_on(const char *dir)
{
	struct clb_trace_tail first, second, third;

	if (cut(dir, &first) || cut(dir, &second))
		return;
	fuzz_check(second.bytes == first.bytes || second.packets + 1 == first.packets,
		   "what was cut is whole but for its last packet", NULL);
	if (second.bytes != first.bytes)
		return;
	fuzz_check(!cut(dir, &third) && !third.torn && third.bytes == second.bytes &&
		   third.seq == second.seq && third.packets == second.packets,
		   "what was cut is whole", NULL);
}

static void read_chunks(struct clb_chunks *chunks)
{
	int dir = open(fuzz_path("d"), O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	fuzz_check(!clb_chunks_read(chunks, dir), "the chunks can be read", NULL);
	close(dir);
}

static void check_same(const struct clb_chunks *a, const struct clb_chunks *b)
{
	fuzz_check(a->nr == b->nr, "no chunk goes before the kernel agrees", NULL);
	for (size_t i = 0; i < a->nr; i++)
		fuzz_check(a->list[i].number == b->list[i].number &&
			   a->list[i].bytes == b->list[i].bytes,
			   "nothing of a chunk goes before the kernel agrees", NULL);
}

/* To close a chunk is to see that its metadata is on the disk. */
static bool has_metadata(uint32_t chunk)
{
	char name[48];

	snprintf(name, sizeof(name), "d/%06u/metadata", chunk);
	return !access(fuzz_path(name), F_OK);
}

/* As the daemon: the last chunk that has a packet. */
static void go_on_with_chunks(void)
{
	struct clb_chunks before, after;
	struct clb_session session = { .name = "a" };
	struct clbd_stream stream = { 0 };
	struct clbd_chunk_writer w = {
		.stream = &stream,
		.session = &session,
		.module_version = "0",
	};
	struct clbench_packet opening = { .content_size = sizeof(opening) * 8 };
	uint32_t number;
	uint64_t seq;
	int err;

	read_chunks(&before);
	err = clbd_chunks_reopen(&w, fuzz_path("d"), uuid, &seq);
	read_chunks(&after);
	check_same(&before, &after);
	clb_chunks_free(&before);
	clb_chunks_free(&after);
	number = w.number;
	if (!err && (!w.open || has_metadata(number))) {
		fuzz_check(!seq == !w.open, "a chunk that is open has packets", NULL);
		err = clbd_chunks_cut(&w);
		fuzz_check(!err, "what is torn can be cut off", strerror(-err));
		err = clbd_chunks_put(&w, &opening, sizeof(opening));
		fuzz_check(!err && w.number == number + 1, "the next chunk can be begun", strerror(-err));
	}
	clbd_chunks_close(&w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stat st;

	make_directory(data, size);
	judge_chunks();
	for (unsigned int chunk = 0; chunk < CHUNKS_MAX; chunk++) {
		if (stat(chunk_dir(chunk), &st))
			continue;
		repair(chunk_dir(chunk));
		if (!chunk)
			go_on(chunk_dir(chunk));
	}
	go_on_with_chunks();
	return 0;
}
