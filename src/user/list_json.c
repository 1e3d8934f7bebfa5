/* SPDX-License-Identifier: GPL-2.0 */
/* The document of "list --json": the events that the kernel can record. */

#include "list_json.h"

#include "counts_json.h"
#include "json.h"

static const char *const type_names[] = {
	[CLBENCH_FIELD_TYPE_U8] = "u8",
	[CLBENCH_FIELD_TYPE_U16] = "u16",
	[CLBENCH_FIELD_TYPE_U32] = "u32",
	[CLBENCH_FIELD_TYPE_U64] = "u64",
	[CLBENCH_FIELD_TYPE_S8] = "s8",
	[CLBENCH_FIELD_TYPE_S16] = "s16",
	[CLBENCH_FIELD_TYPE_S32] = "s32",
	[CLBENCH_FIELD_TYPE_S64] = "s64",
	[CLBENCH_FIELD_TYPE_TEXT] = "text",
	[CLBENCH_FIELD_TYPE_STRING] = "string",
};

const char *clb_list_type(const struct clb_field *field)
{
	return field->type <= CLBENCH_FIELD_TYPE_MAX ? type_names[field->type] : "unknown";
}

int64_t clb_list_label(const struct clb_field *field, const struct clb_label *label)
{
	if (field->type >= CLBENCH_FIELD_TYPE_S8 && field->type <= CLBENCH_FIELD_TYPE_S64)
		return (int32_t)label->value;
	return label->value;
}

static void write_field(struct clb_json *json, const struct clb_field *field)
{
	clb_json_open(json, NULL, '{');
	clb_json_string(json, "name", field->name);
	clb_json_string(json, "type", clb_list_type(field));
	if (field->type == CLBENCH_FIELD_TYPE_TEXT)
		clb_json_u64(json, "size_bytes", field->size);
	clb_json_string(json, "unit", field->unit);
	if (field->nr_labels) {
		clb_json_open(json, "labels", '[');
		for (size_t i = 0; i < field->nr_labels; i++) {
			clb_json_open(json, NULL, '{');
			clb_json_s64(json, "value", clb_list_label(field, &field->labels[i]));
			clb_json_string(json, "name", field->labels[i].name);
			clb_json_close(json, '}');
		}
		clb_json_close(json, ']');
	} else {
		clb_json_null(json, "labels");
	}
	clb_json_close(json, '}');
}

static void write_event(struct clb_json *json, const struct clb_event *event)
{
	clb_json_open(json, NULL, '{');
	clb_json_string(json, "name", event->name);
	clb_json_string(json, "group", event->group);
	clb_json_string(json, "source", event->source);
	clb_json_string(json, "module", event->module);
	clb_json_bool(json, "available", !event->why_not);
	clb_json_string(json, "why_not", event->why_not);
	clb_json_string(json, "description", event->description);
	clb_json_open(json, "fields", '[');
	for (size_t i = 0; i < event->nr_fields; i++)
		write_field(json, &event->fields[i]);
	clb_json_close(json, ']');
	clb_json_close(json, '}');
}

void clb_list_json(const struct clb_select *select, const struct clb_info *info, FILE *out)
{
	struct clb_json json = { .out = out };

	clb_json_open(&json, NULL, '{');
	clb_json_u64(&json, "schema", 1);
	clb_json_module(&json, info);
	clb_json_open(&json, "events", '[');
	for (size_t i = 0; i < select->events->nr; i++)
		if (select->chosen[i])
			write_event(&json, &select->events->list[i]);
	clb_json_close(&json, ']');
	clb_json_close(&json, '}');
}
