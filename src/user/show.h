/* SPDX-License-Identifier: GPL-2.0 */
/* The forms in which "clbench-ctl show" prints records. */
#ifndef CLB_SHOW_H
#define CLB_SHOW_H

#include "out.h"
#include "trace_reader.h"

enum clb_show_time {
	CLB_SHOW_LOCAL,
	CLB_SHOW_UTC,
	CLB_SHOW_RAW,
	CLB_SHOW_RELATIVE,
};

/**
 * struct clb_show - a trace being shown
 * @time: how times are told in text
 * @first_ts: of the trace's first record, for CLB_SHOW_RELATIVE
 * @second: the second that @date tells
 * @date: a time without its decimals, kept because most records share it
 * @out: where to
 */
struct clb_show {
	enum clb_show_time time;
	uint64_t first_ts;
	uint64_t second;
	char date[24];
	struct clb_out out;
};

/**
 * clb_show_text() - print a record as a line for people
 * @show: where to
 * @record: the record
 */
void clb_show_text(struct clb_show *show, const struct clb_record *record);

/**
 * clb_show_json() - print a record as a line of JSON
 * @show: where to
 * @record: the record
 */
void clb_show_json(struct clb_show *show, const struct clb_record *record);

/**
 * clb_show_csv_header() - print the names of the columns
 * @show: where to
 * @event: the event that all records are of
 */
void clb_show_csv_header(struct clb_show *show, const struct clb_event *event);

/**
 * clb_show_csv() - print a record as a line of CSV
 * @show: where to
 * @record: the record
 */
void clb_show_csv(struct clb_show *show, const struct clb_record *record);

/**
 * clb_show_rfc3339() - print the wall clock of a record, as JSON and CSV have it
 * @show: where to
 * @record: the record
 */
void clb_show_rfc3339(struct clb_show *show, const struct clb_record *record);

/**
 * clb_show_date() - print the wall clock down to ns
 * @show: where to
 * @realtime_ns: since 1970
 * @format: of strftime(); always the same for one @show
 * @utc: not in the local time zone
 */
void clb_show_date(struct clb_show *show, uint64_t realtime_ns, const char *format, bool utc);

/**
 * clb_show_context() - tell a context
 * @context: enum clbench_context
 *
 * Return: such as "task"; NULL if there is no such context.
 */
const char *clb_show_context(unsigned int context);

/**
 * clb_show_value() - print the value of a field
 * @show: where to
 * @field: the field
 * @at: its bytes
 * @form: how; CLB_OUT_JSON puts quotes where JSON wants them
 *
 * Return: where the next field starts.
 */
const uint8_t *clb_show_value(struct clb_show *show, const struct clb_field *field,
			      const uint8_t *at, enum clb_out_form form);

#endif /* CLB_SHOW_H */
