/* SPDX-License-Identifier: GPL-2.0 */
/* The records of one event as CSV, RFC 4180. */
#include <string.h>

#include "show.h"

static const char *const columns[] = {
	"ts_ns", "time", "cpu", "context", "tid", "tgid", "comm",
};

#define NR_COLUMNS	(sizeof(columns) / sizeof(*columns))

static bool is_column(const char *name)
{
	for (size_t i = 0; i < NR_COLUMNS; i++)
		if (!strcmp(name, columns[i]))
			return true;
	return false;
}

void clb_show_csv_header(struct clb_show *show, const struct clb_event *event)
{
	struct clb_out *out = &show->out;

	for (size_t i = 0; i < NR_COLUMNS; i++) {
		if (i)
			clb_out_char(out, ',');
		clb_out_string(out, columns[i]);
	}
	for (size_t i = 0; i < event->nr_fields; i++) {
		const char *name = event->fields[i].name;

		clb_out_string(out, is_column(name) ? ",field_" : ",");
		clb_out_string(out, name);
	}
	clb_out_string(out, "\r\n");
}

static void put_task(struct clb_out *out, const struct clb_record *record)
{
	const struct clb_task *task = record->task;

	clb_out_u64(out, record->tid, 1);
	clb_out_char(out, ',');
	if (task)
		clb_out_u64(out, task->tgid, 1);
	clb_out_char(out, ',');
	if (task)
		clb_out_text(out, task->comm, strnlen(task->comm, CLB_COMM_MAX), CLB_OUT_CSV);
}

void clb_show_csv(struct clb_show *show, const struct clb_record *record)
{
	const char *context = clb_show_context(record->context);
	const struct clb_event *event = record->event;
	const uint8_t *at = record->fields;
	struct clb_out *out = &show->out;

	clb_out_u64(out, record->ts_ns, 1);
	clb_out_char(out, ',');
	clb_show_rfc3339(show, record);
	clb_out_char(out, ',');
	clb_out_u64(out, record->cpu, 1);
	clb_out_char(out, ',');
	if (context)
		clb_out_string(out, context);
	else
		clb_out_u64(out, record->context, 1);
	clb_out_char(out, ',');
	put_task(out, record);
	for (size_t i = 0; i < event->nr_fields; i++) {
		clb_out_char(out, ',');
		at = clb_show_value(show, &event->fields[i], at, CLB_OUT_CSV);
	}
	clb_out_string(out, "\r\n");
}
