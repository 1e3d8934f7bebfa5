/* SPDX-License-Identifier: GPL-2.0 */
/* The fields of a record, one after the other. */

#include "record.h"

#include <string.h>

bool clb_record_next_field(const struct clb_record *record, struct clb_record_field *field)
{
	const struct clb_event *event = record->event;
	size_t next = field->field ? field->field - event->fields + 1 : 0;
	const uint8_t *at = field->field ? field->next : record->fields;

	if (next >= event->nr_fields) {
		*field = (struct clb_record_field){ 0 };
		return false;
	}
	field->field = &event->fields[next];
	field->next = clb_value_get(&field->value, field->field, at);
	return true;
}

bool clb_record_find_field(const struct clb_record *record, const char *name,
			   struct clb_record_field *field)
{
	*field = (struct clb_record_field){ 0 };
	while (clb_record_next_field(record, field))
		if (!strcmp(field->field->name, name))
			return true;
	return false;
}
