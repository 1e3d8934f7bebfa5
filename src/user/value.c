/* SPDX-License-Identifier: GPL-2.0 */
/* The value of one field of a record. */
#include <string.h>

#include "value.h"

size_t clb_field_size(const struct clb_field *field)
{
	static const size_t sizes[] = {
		[CLBENCH_FIELD_TYPE_U8] = 1,
		[CLBENCH_FIELD_TYPE_U16] = 2,
		[CLBENCH_FIELD_TYPE_U32] = 4,
		[CLBENCH_FIELD_TYPE_U64] = 8,
		[CLBENCH_FIELD_TYPE_S8] = 1,
		[CLBENCH_FIELD_TYPE_S16] = 2,
		[CLBENCH_FIELD_TYPE_S32] = 4,
		[CLBENCH_FIELD_TYPE_S64] = 8,
		[CLBENCH_FIELD_TYPE_STRING] = 0,
	};

	if (field->type == CLBENCH_FIELD_TYPE_TEXT)
		return field->size;
	return field->type < sizeof(sizes) / sizeof(*sizes) ? sizes[field->type] : 0;
}

static void get_text(struct clb_value *value, const void *text, size_t len)
{
	value->kind = CLB_VALUE_TEXT;
	value->text = text;
	value->len = len;
}

/* A value without a label stays a number. */
static void get_label(struct clb_value *value, const struct clb_field *field)
{
	for (size_t i = 0; i < field->nr_labels; i++) {
		uint64_t number = field->labels[i].value;

		if (value->kind == CLB_VALUE_SIGNED)
			number = (int64_t)(int32_t)number;
		if (value->number == number) {
			get_text(value, field->labels[i].name, strlen(field->labels[i].name));
			return;
		}
	}
}

static void get_number(struct clb_value *value, const struct clb_field *field,
		       const uint8_t *at, size_t size)
{
	bool is_signed = field->type >= CLBENCH_FIELD_TYPE_S8;
	uint64_t number = size && is_signed && at[size - 1] & 0x80 ? UINT64_MAX : 0;

	for (size_t i = size; i > 0; i--)
		number = number << 8 | at[i - 1];
	value->kind = is_signed ? CLB_VALUE_SIGNED : CLB_VALUE_UNSIGNED;
	value->number = number;
	if (field->nr_labels)
		get_label(value, field);
	else if (field->unit && !strcmp(field->unit, "device"))
		value->kind = CLB_VALUE_DEVICE;
}

const uint8_t *clb_value_get(struct clb_value *value, const struct clb_field *field,
			     const uint8_t *at)
{
	size_t size = clb_field_size(field);

	if (field->type == CLBENCH_FIELD_TYPE_STRING) {
		size = strlen((const char *)at) + 1;
		get_text(value, at, size - 1);
	} else if (field->type == CLBENCH_FIELD_TYPE_TEXT) {
		get_text(value, at, strnlen((const char *)at, size));
	} else {
		get_number(value, field, at, size);
	}
	return at + size;
}
