/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parts of the trace reader that no trace of today brings to their limits.
 *
 * usage: unit METADATA CHUNKS OLD: the file of any trace, a directory of two
 * chunks, a trace from before there were chunks
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crc32c.h"
#include "metadata.h"
#include "metadata_check.h"
#include "record.h"
#include "task_table.h"
#include "totals.h"
#include "trace_internal.h"
#include "when.h"

static int points;

static void point(bool passed, const char *name)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", ++points, name);
}

static void test_crc32c(void)
{
	/* Check value of the catalogue; the others are of RFC 3720, B.4. */
	uint8_t bytes[4096] = { 0 };
	bool same = true;

	point(~clb_crc32c(~0u, "123456789", 9) == 0xe3069283, "crc32c: nine digits");
	point(~clb_crc32c(~0u, bytes, 32) == 0x8a9136aa, "crc32c: 32 zeros");
	memset(bytes, 0xff, 32);
	point(~clb_crc32c(~0u, bytes, 32) == 0x62a8ab43, "crc32c: 32 ones");
	for (int i = 0; i < 32; i++)
		bytes[i] = i;
	point(~clb_crc32c_table(~0u, bytes, 32) == 0x46dd794e, "crc32c: counting up, by table");
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = i * i * 31 >> 3;
	for (size_t at = 0; at < 16; at++)
		for (size_t len = 0; len < 200; len++)
			same &= clb_crc32c(len, bytes + at, len) ==
				clb_crc32c_table(len, bytes + at, len);
	point(same, "crc32c: processor and table agree at any place and length");
	point(clb_crc32c(clb_crc32c(~0u, bytes, 1001), bytes + 1001, 2000) ==
	      clb_crc32c(~0u, bytes, 3001), "crc32c: in parts");
}

static void test_tasks(void)
{
	struct clb_task_table table = { 0 };
	struct clb_task task = { 0 };
	bool right = true;

	point(!clb_task_table_find(&table, 0), "tasks: an empty table has none");
	for (uint32_t turn = 0; turn < 3; turn++)
		for (uint32_t tid = 0; tid < 5000; tid++) {
			task.tgid = tid + turn;
			right &= !clb_task_table_set(&table, clb_task_key(tid % 7, tid % 4, tid),
						     &task);
		}
	for (uint32_t tid = 0; tid < 5000; tid++) {
		const struct clb_task *found;

		found = clb_task_table_find(&table, clb_task_key(tid % 7, tid % 4, tid));
		right &= found && found->tgid == tid + 2;
		right &= !clb_task_table_find(&table, clb_task_key(tid % 7 + 1, tid % 4, tid));
		right &= !clb_task_table_find(&table, clb_task_key(tid % 7, tid % 4 + 1, tid));
	}
	point(right, "tasks: the last definition holds, where it was given and nowhere else");
	clb_task_table_free(&table);
}

/* Four definitions for each that is kept; a thread that is seen at times, one renamed. */
static void test_many_tasks(void)
{
	struct clb_task_table table = { 0 };
	struct clb_task task = { 0 };
	const struct clb_task *found;
	bool right = true, bounded = true;

	for (uint32_t tid = 0; tid < 4 * CLB_TASK_TABLE_MAX; tid++) {
		task.tgid = tid;
		right &= !clb_task_table_set(&table, clb_task_key(0, 0, tid), &task);
		if (tid % 100000 == 1)
			right &= !clb_task_table_set(&table, clb_task_key(0, 0, 1), &task);
		if (tid % 100000)
			continue;
		found = clb_task_table_find(&table, clb_task_key(0, 0, 0));
		right &= found && !found->tgid;
		bounded &= table.nr_slots <= CLB_TASK_TABLE_MAX;
	}
	point(bounded, "tasks: there is a limit to how many are kept");
	found = clb_task_table_find(&table, clb_task_key(0, 0, 1));
	point(right && found && found->tgid == 4100001 &&
	      clb_task_table_find(&table, clb_task_key(0, 0, task.tgid)),
	      "tasks: those in use are, as they were defined last");
	point(!clb_task_table_find(&table, clb_task_key(0, 0, 2)), "tasks: others are forgotten");
	clb_task_table_free(&table);
}

static bool prints(const struct clb_record *record, const char *wanted)
{
	struct clb_record_field field = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *out;
	bool same;

	out = open_memstream(&text, &size);
	if (!out)
		return false;
	while (clb_record_next_field(record, &field)) {
		fprintf(out, "%s=", field.field->name);
		clb_value_print(out, &field.value);
		fputc(' ', out);
	}
	same = !fclose(out) && !strcmp(text, wanted) && !field.field;
	free(text);
	return same;
}

static void test_fields(void)
{
	static struct clb_field fields[] = {
		{ .name = "delta", .type = CLBENCH_FIELD_TYPE_S16 },
		{ .name = "name", .type = CLBENCH_FIELD_TYPE_STRING },
		{ .name = "dev", .type = CLBENCH_FIELD_TYPE_U32, .unit = "device" },
	};
	static const uint8_t bytes[] = "\xfe\xff" "a\x1b\0" "\x10\x00\xe0\x0f";
	struct clb_event event = { .fields = fields, .nr_fields = 3 };
	struct clb_record record = { .event = &event, .fields = bytes };
	struct clb_record_field field;

	point(prints(&record, "delta=-2 name=a\\x1b dev=254:16 "), "fields: one after the other");
	point(clb_record_find_field(&record, "dev", &field) && field.field == &fields[2] &&
	      field.value.number == (254 << CLB_MINOR_BITS | 16), "fields: one is found");
	point(!clb_record_find_field(&record, "de", &field) && !field.field,
	      "fields: one that is not there is not found");
	event.nr_fields = 0;
	point(prints(&record, ""), "fields: an event may have none");
}

static bool means(const char *text, enum clb_when_kind kind, uint64_t ns)
{
	struct clb_when when;

	return !clb_when_parse(text, &when) && when.kind == kind && when.ns == ns;
}

static void test_when(void)
{
	static const char *const wrong[] = {
		"", "+", "+-1", "+1.", "+1s", "+99999999999999999999", "1:00:00", "24:00:00",
		"00:60:00", "00:00:61", "00:00:00+01:00", "2026-02-30T00:00:00Z",
		"2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T00:00:00+1:00",
		"2026-01-01T00:00:00Zx", "1969-12-31T00:00:00Z", "2026-01-01x00:00:00Z",
	};
	bool refused = true;
	struct clb_when when;

	point(means("+1.5", CLB_WHEN_AFTER, 1500000000) && means("+0", CLB_WHEN_AFTER, 0),
	      "when: seconds");
	point(means("10:15:02.000000001", CLB_WHEN_DAYTIME, 36902000000001) &&
	      means("00:00:00.1234567899Z", CLB_WHEN_DAYTIME, 123456789), "when: time of day");
	point(means("2000-02-29T23:59:60Z", CLB_WHEN_DATE, 951868800000000000) &&
	      means("2026-11-21t10:15:02.5+01:00", CLB_WHEN_DATE, 1795252502500000000) &&
	      means("2026-11-20 23:45:02z", CLB_WHEN_DATE, 1795218302000000000) &&
	      means("2026-11-21T08:45:02-00:30", CLB_WHEN_DATE, 1795252502000000000),
	      "when: RFC 3339");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		refused &= clb_when_parse(wrong[i], &when) < 0;
	point(refused, "when: nothing else");
}

static char *written(const struct clb_metadata *m, int *err)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	*err = clb_metadata_write(out, m);
	fclose(out);
	return text;
}

static int write_where_no_room_is(const struct clb_metadata *m)
{
	FILE *out = fopen("/dev/full", "w");
	int err;

	if (!out)
		return -errno;
	setvbuf(out, NULL, _IONBF, 0);
	err = clb_metadata_write(out, m);
	fclose(out);
	return err;
}

static void test_metadata(const char *path)
{
	static char text[1 << 16];
	FILE *in = fopen(path, "r");
	size_t size = in ? fread(text, 1, sizeof(text) - 1, in) : 0;
	struct clb_metadata_parsed p;
	char why[CLB_METADATA_WHY], *again;
	int err, unseen = 0;

	if (in)
		fclose(in);
	if (clb_metadata_parse(text, size, &p, why)) {
		printf("# %s\n", why);
		point(false, "metadata: read and written it is the same");
		return;
	}
	again = written(&p.m, &err);
	point(!err && !strcmp(text, again), "metadata: read and written it is the same");
	free(again);
	point(write_where_no_room_is(&p.m) == -ENOSPC, "metadata: a full disk is told as such");
	point(!clb_metadata_check(text, size), "metadata: has its checksum");
	for (size_t i = 0; i < size; i++) {
		text[i] ^= 1 << i % 8;
		unseen += !clb_metadata_check(text, i + 1) || !clb_metadata_check(text, size);
		text[i] ^= 1 << i % 8;
	}
	point(!unseen, "metadata: no bit can change, no byte at the end be missing");
	clb_metadata_free(&p);
}

static int write_fields(struct clb_field *fields, size_t nr)
{
	struct clb_event event = { .id = 6, .name = "e", .fields = fields, .nr_fields = nr };
	struct clb_events events = { &event, 1 };
	struct clb_metadata m = { .events = &events };
	struct clb_metadata_parsed p;
	char why[CLB_METADATA_WHY], *text;
	int err;

	text = written(&m, &err);
	/* What is written without complaint must be fit to be read. */
	if (!err && clb_metadata_parse(text, strlen(text), &p, why))
		err = 1;
	else if (!err)
		clb_metadata_free(&p);
	free(text);
	return err;
}

static void test_metadata_refused(void)
{
	struct clb_field good[] = {
		{ .name = (char *)"struct", .type = CLBENCH_FIELD_TYPE_S64 },
		{ .name = (char *)"_", .type = CLBENCH_FIELD_TYPE_TEXT, .size = UINT32_MAX },
		{ .name = (char *)"1", .type = CLBENCH_FIELD_TYPE_STRING },
	};
	struct clb_field twice[] = { good[0], good[0] };
	struct clb_field order[] = { good[2], good[0] };
	struct clb_field bad;

	point(!write_fields(good, 3) && !write_fields(NULL, 0), "metadata: names that are keywords");
	point(write_fields(twice, 2) < 0, "metadata: refuses a name that comes twice");
	point(write_fields(order, 2) < 0, "metadata: refuses a string before a number");
	bad = good[0];
	bad.name = (char *)"a b";
	point(write_fields(&bad, 1) < 0, "metadata: refuses a name with a blank");
	bad.name = (char *)"";
	point(write_fields(&bad, 1) < 0, "metadata: refuses an empty name");
	bad = good[1];
	bad.size = 0;
	point(write_fields(&bad, 1) < 0, "metadata: refuses a text of no bytes");
	bad.type = CLBENCH_FIELD_TYPE_MAX + 1;
	point(write_fields(&bad, 1) < 0, "metadata: refuses an unknown type");
}

/* In 32 bits these sizes add up to 4 and to 8. */
static void test_sizes(void)
{
	struct clb_field fields[] = {
		{ .name = (char *)"a", .type = CLBENCH_FIELD_TYPE_TEXT, .size = UINT32_MAX },
		{ .name = (char *)"b", .type = CLBENCH_FIELD_TYPE_TEXT, .size = 5 },
		{ .name = (char *)"c", .type = CLBENCH_FIELD_TYPE_U32 },
	};
	struct clb_event list[] = {
		{ .id = 6, .name = (char *)"e", .fields = fields, .nr_fields = 2 },
		{ .id = 7, .name = (char *)"f", .fields = fields, .nr_fields = 3 },
		{ .id = 8, .name = (char *)"g", .fields = fields + 1, .nr_fields = 2 },
	};
	struct clb_events events = { list, 3 };
	struct clb_metadata m = { .events = &events };
	struct clb_trace *trace;

	point(!clb_trace_open_live(&trace, &m) && trace->layouts[0].fixed == CLB_PACKET_MAX &&
	      trace->layouts[1].fixed == CLB_PACKET_MAX && trace->layouts[2].fixed == 9,
	      "metadata: sizes of fields add up to no less than they are, or than a packet");
	clb_trace_close(trace);
}

static void test_foreign(void)
{
	const char text[] = "/* CTF 1.8 */ env { tracer_name = \"a\\033[31mb\\012c\"; };";
	struct clb_metadata_parsed p;
	char why[CLB_METADATA_WHY];

	point(clb_metadata_parse(text, strlen(text), &p, why) == -EINVAL &&
	      !strcmp(why, "it was written by a\\x1b[31mb\\x0ac"),
	      "metadata: the name of another tracer drives no terminal");
}

static void test_clock_offset(void)
{
	static const int64_t offsets[] = {
		0, 1, -1, 999999999, -999999999, 1000000000, -1000000000, -1000000001,
		1763716502123456789, INT64_MAX / 2, -INT64_MAX / 2,
	};
	struct clb_events events = { 0 };
	bool same = true;

	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		struct clb_metadata m = { .events = &events, .clock_offset_ns = offsets[i] };
		struct clb_metadata_parsed p;
		char why[CLB_METADATA_WHY], *text;
		int err;

		text = written(&m, &err);
		same &= !err && !clb_metadata_parse(text, strlen(text), &p, why) &&
			p.m.clock_offset_ns == offsets[i];
		clb_metadata_free(&p);
		free(text);
	}
	point(same, "metadata: any offset of the clock");
}

/* Of which trace: its records of all events, -1 if it has no end of the session. */
static long total_of(const char *dir, const char *more)
{
	struct clb_session session = { 0 };
	long sum = 0;
	char path[4096];

	snprintf(path, sizeof(path), "%s%s", dir, more);
	if (clb_totals_read(path, &session))
		sum = -1;
	for (size_t i = 0; i < session.nr_counts && sum >= 0; i++)
		sum += session.counts[i].delivered;
	if (sum > 0 && session.drained != 3)
		sum = -2;
	clb_session_free(&session);
	return sum;
}

static void test_totals(const char *chunks, const char *old)
{
	point(total_of(old, "") == 100, "totals: of a trace");
	point(total_of(chunks, "") == 49, "totals: of the last chunk");
	point(total_of(chunks, "/000001") == -1, "totals: none of a chunk that another follows");
	point(total_of(chunks, "/no") == -1, "totals: none of no trace");
}

int main(int argc, char **argv)
{
	if (argc != 4)
		return 2;
	test_crc32c();
	test_tasks();
	test_many_tasks();
	test_fields();
	test_when();
	test_metadata(argv[1]);
	test_metadata_refused();
	test_sizes();
	test_foreign();
	test_clock_offset();
	test_totals(argv[2], argv[3]);
	printf("1..%d\n", points);
	return 0;
}
