/* SPDX-License-Identifier: GPL-2.0 */
/* Records as lines for people. */
#include <string.h>

#include <linux/clbench_record.h>

#include "show.h"

#define NSEC_PER_SEC	1000000000u

static void put_ns(struct clb_out *out, uint64_t ns)
{
	clb_out_u64(out, ns / NSEC_PER_SEC, 1);
	clb_out_char(out, '.');
	clb_out_u64(out, ns % NSEC_PER_SEC, 9);
}

/* "--from" and "--to" take all but the raw times as they are printed here. */
static void put_time(struct clb_show *show, const struct clb_record *record)
{
	switch (show->time) {
	case CLB_SHOW_LOCAL:
	case CLB_SHOW_UTC:
		clb_show_date(show, clb_record_realtime(record), "%H:%M:%S",
			      show->time == CLB_SHOW_UTC);
		break;
	case CLB_SHOW_RAW:
		put_ns(&show->out, record->ts_ns);
		break;
	case CLB_SHOW_RELATIVE:
		clb_out_char(&show->out, '+');
		put_ns(&show->out, record->ts_ns - show->first_ts);
		break;
	}
}

/*
 * "-" is nobody, clbench's own thread included; "?" somebody whose name the
 * trace does not tell.
 */
static void put_task(struct clb_out *out, const struct clb_record *record)
{
	bool own = record->event->internal && record->event->id != CLBENCH_ID_MARK;
	const struct clb_task *task = record->task;

	if (!task && (own || !record->tid)) {
		clb_out_char(out, '-');
		return;
	}
	if (task)
		clb_out_text(out, task->comm, strnlen(task->comm, CLB_COMM_MAX), CLB_OUT_TEXT);
	else
		clb_out_char(out, '?');
	clb_out_char(out, '-');
	clb_out_u64(out, record->tid, 1);
}

void clb_show_text(struct clb_show *show, const struct clb_record *record)
{
	static const char letters[] = "tshn";
	const struct clb_event *event = record->event;
	const uint8_t *at = record->fields;
	struct clb_out *out = &show->out;

	put_time(show, record);
	clb_out_bytes(out, " [", 2);
	clb_out_u64(out, record->cpu, 3);
	clb_out_bytes(out, "] ", 2);
	clb_out_char(out, record->context <= CLBENCH_CONTEXT_MAX ? letters[record->context] : '?');
	clb_out_char(out, ' ');
	put_task(out, record);
	clb_out_char(out, ' ');
	clb_out_text(out, event->name, strlen(event->name), CLB_OUT_TEXT);
	clb_out_char(out, ':');
	for (size_t i = 0; i < event->nr_fields; i++) {
		clb_out_char(out, ' ');
		clb_out_string(out, event->fields[i].name);
		clb_out_char(out, '=');
		at = clb_show_value(show, &event->fields[i], at, CLB_OUT_TEXT);
	}
	clb_out_char(out, '\n');
}
