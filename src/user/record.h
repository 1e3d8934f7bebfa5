/* SPDX-License-Identifier: GPL-2.0 */
/* A record of a trace: what happened, when, where and to whom. */
#ifndef CLB_RECORD_H
#define CLB_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "event.h"
#include "packet.h"
#include "task.h"
#include "value.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct clb_record - a record; all pointers live until the next one is read
 * @event: its description
 * @packet: where it stood
 * @task: who it was, NULL if the trace does not tell
 * @fields: the bytes of the event's fields, known to be all there
 * @ts_ns: time of the trace's clock
 * @tid: thread
 * @cpu: CPU
 * @context: enum clbench_context
 */
struct clb_record {
	const struct clb_event *event;
	const struct clb_packet *packet;
	const struct clb_task *task;
	const uint8_t *fields;
	uint64_t ts_ns;
	uint32_t tid;
	uint16_t cpu;
	uint8_t context;
};

/**
 * clb_record_realtime() - tell the wall clock of a record
 * @record: the record
 *
 * Return: ns since 1970, from the packet's pair of times.
 */
static inline uint64_t clb_record_realtime(const struct clb_record *record)
{
	return record->packet->realtime_ns + (record->ts_ns - record->packet->raw_ns);
}

/**
 * struct clb_record_field - a field of a record; zeroed, it stands before the first
 * @field: its description
 * @value: its value; the text lives as long as the record
 * @next: where the bytes of the next field start
 */
struct clb_record_field {
	const struct clb_field *field;
	struct clb_value value;
	const uint8_t *next;
};

/**
 * clb_record_next_field() - go on to the next field of a record
 * @record: the record
 * @field: the field before, of the same record, or zeroed; becomes the next
 *
 * Return: whether there is one; if not, @field is zeroed.
 */
bool clb_record_next_field(const struct clb_record *record, struct clb_record_field *field);

/**
 * clb_record_find_field() - look for a field of a record
 * @record: the record
 * @name: its name
 * @field: becomes it
 *
 * Return: whether the event has such a field; if not, @field is zeroed.
 */
bool clb_record_find_field(const struct clb_record *record, const char *name,
			   struct clb_record_field *field);

#ifdef __cplusplus
}
#endif

#endif /* CLB_RECORD_H */
