/* SPDX-License-Identifier: GPL-2.0 */
/* What the files that read traces share. */
#ifndef CLB_TRACE_INTERNAL_H
#define CLB_TRACE_INTERNAL_H

#include <endian.h>
#include <stdbool.h>
#include <string.h>

#include <linux/clbench_record.h>

#include "task_table.h"
#include "trace_reader.h"

/**
 * struct clb_layout - how long the fields of an event are
 * @fixed: bytes before the first string; CLB_PACKET_MAX stands for all above it
 * @nr_strings: strings behind them
 */
struct clb_layout {
	size_t fixed;
	size_t nr_strings;
};

/**
 * struct clb_trace - an open trace
 * @fd: its stream
 * @size: of the stream when it was opened, bytes
 * @text: the metadata as it is in the file
 * @text_size: bytes of @text
 * @checked: what clb_metadata_check() says of it; -EINVAL if it was not read
 * @next: where the next packet starts
 * @metadata: what the metadata says
 * @layouts: one for each event, in the order of the metadata
 * @compact: event by id, for those that fit into the short header
 * @packet: the packet being read
 * @nr_missing: packets that are missing before it
 * @bytes: its bytes, CLB_PACKET_MAX of them
 * @at: its next record
 * @end: end of its content
 * @last_ts: time of the record before, at first its timestamp_begin
 * @tasks: the tasks defined so far in this chunk
 * @has_tasks: clbench_task looks as in linux/clbench_record.h
 * @why: what went wrong last
 */
struct clb_trace {
	int fd;
	uint64_t size;
	char *text;
	size_t text_size;
	int checked;
	uint64_t next;
	struct clb_metadata_parsed metadata;
	struct clb_layout *layouts;
	const struct clb_event *compact[CLBENCH_ID_EXTENDED];
	struct clb_packet packet;
	uint64_t nr_missing;
	uint8_t *bytes;
	const uint8_t *at;
	const uint8_t *end;
	uint64_t last_ts;
	struct clb_task_table tasks;
	bool has_tasks;
	char why[CLB_TRACE_WHY];
};

/**
 * clb_trace_fail() - say what went wrong
 * @trace: the trace
 * @err: a negative errno
 * @format: as in printf, without a full stop
 *
 * Return: @err.
 */
int clb_trace_fail(struct clb_trace *trace, int err, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Numbers of the stream, wherever they stand. */
static inline uint32_t clb_get_u32(const uint8_t *p)
{
	uint32_t value;

	memcpy(&value, p, sizeof(value));
	return le32toh(value);
}

static inline uint64_t clb_get_u64(const uint8_t *p)
{
	uint64_t value;

	memcpy(&value, p, sizeof(value));
	return le64toh(value);
}

#endif /* CLB_TRACE_INTERNAL_H */
