/* SPDX-License-Identifier: GPL-2.0 */
/* Records as lines of JSON. */
#include <string.h>

#include "show.h"

static void put_text(struct clb_out *out, const char *text, size_t len)
{
	clb_out_char(out, '"');
	clb_out_text(out, text, len, CLB_OUT_JSON);
	clb_out_char(out, '"');
}

static void put_context(struct clb_out *out, unsigned int context)
{
	const char *name = clb_show_context(context);

	if (name)
		put_text(out, name, strlen(name));
	else
		clb_out_u64(out, context, 1);
}

static void put_task(struct clb_out *out, const struct clb_record *record)
{
	const struct clb_task *task = record->task;

	clb_out_string(out, ",\"tid\":");
	clb_out_u64(out, record->tid, 1);
	if (!task) {
		clb_out_string(out, ",\"tgid\":null,\"comm\":null");
		return;
	}
	clb_out_string(out, ",\"tgid\":");
	clb_out_u64(out, task->tgid, 1);
	clb_out_string(out, ",\"comm\":");
	put_text(out, task->comm, strnlen(task->comm, CLB_COMM_MAX));
}

/* The names of fields are identifiers and need no escape. */
static void put_fields(struct clb_show *show, const struct clb_record *record)
{
	const struct clb_event *event = record->event;
	const uint8_t *at = record->fields;
	struct clb_out *out = &show->out;

	for (size_t i = 0; i < event->nr_fields; i++) {
		if (i)
			clb_out_char(out, ',');
		clb_out_char(out, '"');
		clb_out_string(out, event->fields[i].name);
		clb_out_bytes(out, "\":", 2);
		at = clb_show_value(show, &event->fields[i], at, CLB_OUT_JSON);
	}
}

void clb_show_json(struct clb_show *show, const struct clb_record *record)
{
	struct clb_out *out = &show->out;

	clb_out_string(out, "{\"ts_ns\":");
	clb_out_u64(out, record->ts_ns, 1);
	clb_out_string(out, ",\"time\":\"");
	clb_show_rfc3339(show, record);
	clb_out_string(out, "\",\"cpu\":");
	clb_out_u64(out, record->cpu, 1);
	clb_out_string(out, ",\"context\":");
	put_context(out, record->context);
	put_task(out, record);
	clb_out_string(out, ",\"event\":");
	put_text(out, record->event->name, strlen(record->event->name));
	clb_out_string(out, ",\"fields\":{");
	put_fields(show, record);
	clb_out_string(out, "}}\n");
}
