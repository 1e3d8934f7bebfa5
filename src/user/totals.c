/* SPDX-License-Identifier: GPL-2.0 */
/* The final counters of a session, from its trace or the last chunk of it. */

#include "totals.h"

#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/clbench_record.h>

#include "chunks.h"
#include "trace_reader.h"
#include "value.h"

static int add_total(struct clb_session *session, const struct clb_record *record)
{
	const char *name = (const char *)record->fields + sizeof(struct clbench_total);
	struct clbench_total total;
	struct clb_counts *counts;

	counts = reallocarray(session->counts, session->nr_counts + 1, sizeof(*counts));
	if (!counts)
		return -ENOMEM;
	session->counts = counts;
	counts += session->nr_counts++;
	memset(counts, 0, sizeof(*counts));
	memcpy(&total, record->fields, sizeof(total));
	/* The reader has seen to it that the string has its NUL. */
	snprintf(counts->event_name, sizeof(counts->event_name), "%s", name);
	counts->event_id = le32toh(total.event_id);
	counts->delivered = le64toh(total.delivered);
	for (size_t i = 0; i < sizeof(total.discarded) / sizeof(*total.discarded); i++)
		counts->discarded[i] = le64toh(total.discarded[i]);
	return 0;
}

/* Bytes before the first string. */
static size_t fixed_size(const struct clb_event *event)
{
	size_t size = 0;

	for (size_t i = 0; i < event->nr_fields; i++)
		size += clb_field_size(&event->fields[i]);
	return size;
}

/* Has the record what we read of it, whatever the metadata says? */
static bool is(const struct clb_record *record, uint32_t id, size_t size)
{
	return record->event->id == id && fixed_size(record->event) >= size;
}

static bool is_total(const struct clb_record *record)
{
	const struct clb_event *event = record->event;

	return is(record, CLBENCH_ID_TOTAL, sizeof(struct clbench_total)) &&
	       event->fields[event->nr_fields - 1].type == CLBENCH_FIELD_TYPE_STRING;
}

/* 0 if the session ends with it. It was shorter before there were chunks. */
static int take_end(struct clb_session *session, const struct clb_record *record)
{
	struct clbench_end end = { 0 };
	size_t size = fixed_size(record->event);

	memcpy(&end, record->fields, size < sizeof(end) ? size : sizeof(end));
	session->drained = le64toh(end.drained);
	session->late = le64toh(end.late);
	return end.next_chunk ? -ENODATA : 0;
}

/* The trace to look into, for free(); NULL without memory. */
static char *find_last(const char *dir)
{
	struct clb_chunks chunks;
	char *path;

	path = clb_chunks_open(&chunks, dir) ?
	       strdup(dir) : clb_chunks_path(dir, chunks.list[chunks.nr - 1].number);
	clb_chunks_free(&chunks);
	return path;
}

int clb_totals_read(const char *dir, struct clb_session *session)
{
	char *path = find_last(dir);
	struct clb_trace *trace = NULL;
	struct clb_record record;
	int ret, result = -ENODATA;

	free(session->counts);
	session->counts = NULL;
	session->nr_counts = 0;
	ret = path ? clb_trace_open(&trace, path) : -ENOMEM;
	while (!ret && (ret = clb_trace_next(trace, &record)) > 0) {
		ret = 0;
		if (is_total(&record))
			ret = add_total(session, &record);
		if (is(&record, CLBENCH_ID_END, offsetof(struct clbench_end, next_chunk)))
			result = take_end(session, &record);
	}
	clb_trace_close(trace);
	free(path);
	return ret < 0 ? ret : result;
}
