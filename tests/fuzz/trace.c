/* SPDX-License-Identifier: GPL-2.0 */
/* Fuzzes the reader: the input is the stream of a trace, its metadata is that of make_trace.py. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "fuzz_metadata.h"
#include "packet.h"
#include "show.h"
#include "trace_internal.h"
#include "value.h"
#include "verify_show.h"

/* gcc says so by itself. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif

static struct clb_show show;

/* What was put is one line of JSON, or none. */
static void check_json(void)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_INT_AS_REAL;
	json_t *json = json_loadb(show.out.buffer, show.out.used, flags, NULL);

	fuzz_check(json, "a record is a line of JSON", NULL);
	fuzz_check(show.out.buffer[show.out.used - 1] == '\n' &&
		   memchr(show.out.buffer, '\n', show.out.used) ==
		   show.out.buffer + show.out.used - 1, "a record is one line", NULL);
	json_decref(json);
}

static void check_text(void)
{
	show.out.buffer[show.out.used - 1] = '\0';
	fuzz_check(fuzz_is_printable(show.out.buffer, show.out.used - 1),
		   "a record drives no terminal", show.out.buffer);
	fuzz_check(!strchr(show.out.buffer, '\n'), "a record is one line", show.out.buffer);
}

/* Lines end with CR LF, and nowhere else is either. */
static void check_csv(void)
{
	char *end = show.out.buffer + show.out.used;
	int nr = 0;

	for (char *p = show.out.buffer; (p = memchr(p, '\r', end - p)); nr++)
		*p = ' ';
	fuzz_check(nr == 2 && fuzz_is_printable(show.out.buffer, show.out.used),
		   "a header and a record are two lines of CSV", NULL);
}

/* By hand, as a program does that uses the library. */
static void look_at_fields(const struct clb_record *record)
{
	struct clb_record_field field = { 0 }, found;
	size_t nr = 0;

	while (clb_record_next_field(record, &field)) {
		nr++;
		fuzz_check(clb_record_find_field(record, field.field->name, &found),
			   "a field is found by its name", field.field->name);
	}
	fuzz_check(nr == record->event->nr_fields, "all fields of a record are there", NULL);
}

/* What one record needs is less than the buffer: texts of a packet are not longer. */
static void print(const struct clb_record *record)
{
	bool fits = record->packet->content < sizeof(show.out.buffer) / 8;

	show.out.used = 0;
	clb_show_text(&show, record);
	if (fits)
		check_text();
	show.out.used = 0;
	clb_show_json(&show, record);
	if (fits)
		check_json();
	show.out.used = 0;
	clb_show_csv_header(&show, record->event);
	clb_show_csv(&show, record);
	if (fits)
		check_csv();
	show.out.used = 0;
	look_at_fields(record);
}

/* What verify finds no fault with, the reader must be able to read: @ret is its end. */
static void judge(int ret)
{
	struct clb_verify verify;
	struct clb_trace *trace;
	FILE *null = fopen("/dev/null", "w");
	int err;

	err = clb_trace_open(&trace, fuzz_folder());
	err = clb_verify(&verify, trace, err);
	fuzz_check(!err, "a trace can be judged", clb_trace_why(trace));
	clb_verify_text(&verify, "a trace", null);
	clb_verify_json(&verify, "a trace", null);
	fuzz_check(!ret || !verify.bytes || verify.verdict >= CLB_UNACCOUNTED,
		   "the reader can read what verify finds sound", NULL);
	clb_verify_free(&verify);
	clb_trace_close(trace);
	fclose(null);
}

/*
 * The reader's buffer holds more than a packet: what is behind the packet's content
 * belongs to nobody while its records are read.
 */
static void guard(struct clb_trace *trace, bool on)
{
#ifdef __SANITIZE_ADDRESS__
	size_t rest = trace->bytes + CLB_PACKET_MAX - trace->end;

	if (on)
		ASAN_POISON_MEMORY_REGION(trace->end, rest);
	else
		ASAN_UNPOISON_MEMORY_REGION(trace->bytes, CLB_PACKET_MAX);
#else
	(void)trace;
	(void)on;
#endif
}

static int read_all(void)
{
	struct clb_trace_ends ends;
	struct clb_record record;
	struct clb_trace *trace;
	int ret;

	ret = clb_trace_open(&trace, fuzz_folder());
	fuzz_check(!ret, "the metadata is right", clb_trace_why(trace));
	clb_trace_ends(trace, &ends);
	while (ret >= 0 && (ret = clb_trace_next_packet(trace, NULL)) > 0) {
		guard(trace, true);
		while ((ret = clb_trace_next_record(trace, &record)) > 0)
			print(&record);
		guard(trace, false);
	}
	fuzz_check(!ret || *clb_trace_why(trace), "damage has a reason", NULL);
	fuzz_check(clb_trace_next(trace, &record) <= 0, "the reader stays at its end", NULL);
	clb_trace_close(trace);
	return ret;
}

/* As tail does: packets as they come, of any size. */
static void feed(const uint8_t *data, size_t size)
{
	struct clb_record record;
	struct clb_trace *trace;
	uint64_t packet;
	int ret;

	ret = clb_trace_open_text(&trace, fuzz_metadata, strlen(fuzz_metadata));
	fuzz_check(!ret, "the metadata is right", clb_trace_why(trace));
	for (size_t at = 0; at < size; at += packet) {
		const struct clbench_packet *head = (const void *)(data + at);

		packet = size - at;
		if (packet >= sizeof(*head) && head->packet_size / 8 < packet &&
		    head->packet_size / 8 >= sizeof(*head))
			packet = head->packet_size / 8;
		ret = clb_trace_feed(trace, head, packet);
		fuzz_check(!ret || *clb_trace_why(trace), "a refused packet has a reason", NULL);
		while (!ret && clb_trace_next_record(trace, &record) > 0)
			look_at_fields(&record);
	}
	clb_trace_close(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool prepared;

	if (!prepared) {
		fuzz_write("metadata", fuzz_metadata, strlen(fuzz_metadata));
		setenv("TZ", "UTC", 1);
	}
	prepared = true;
	memset(&show, 0, offsetof(struct clb_show, out.buffer));
	/* Never written to: what does not fit is given up. */
	show.out.fd = -1;
	show.time = size ? data[size - 1] % 4 : 0;
	fuzz_write("stream", data, size);
	judge(read_all());
	feed(data, size);
	return 0;
}
