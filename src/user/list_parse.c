/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the document of "list --json" that the daemon sent. */

#include "list_parse.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "list_json.h"

/* A copy of a string; NULL for null or nothing. */
static int copy_text(json_t *object, const char *key, char **text)
{
	json_t *value = json_object_get(object, key);

	if (!value || json_is_null(value))
		return 0;
	if (!json_is_string(value))
		return -EPROTO;
	*text = strdup(json_string_value(value));
	return *text ? 0 : -ENOMEM;
}

static int copy_name(json_t *object, char **name)
{
	int ret = copy_text(object, "name", name);

	return ret ? ret : *name ? 0 : -EPROTO;
}

static int parse_number(json_t *object, const char *key, uint32_t *number)
{
	json_t *value = json_object_get(object, key);

	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > UINT32_MAX)
		return -EPROTO;
	*number = json_integer_value(value);
	return 0;
}

/* Of a signed field, it may be negative. */
static int parse_label(json_t *object, struct clb_label *label)
{
	json_t *value = json_object_get(object, "value");

	if (!json_is_integer(value) || json_integer_value(value) < INT32_MIN ||
	    json_integer_value(value) > UINT32_MAX)
		return -EPROTO;
	label->value = json_integer_value(value);
	return copy_name(object, &label->name);
}

/* A type that a newer kernel has keeps the name that list gives it, "unknown". */
static int parse_type(json_t *object, struct clb_field *field)
{
	const char *name = json_string_value(json_object_get(object, "type"));
	unsigned int type = 0;

	if (!name)
		return -EPROTO;
	for (; type <= CLBENCH_FIELD_TYPE_MAX; type++) {
		field->type = type;
		if (clb_list_type(field) && !strcmp(clb_list_type(field), name))
			break;
	}
	field->type = type;
	if (field->type != CLBENCH_FIELD_TYPE_TEXT)
		return 0;
	return parse_number(object, "size_bytes", &field->size);
}

static int parse_labels(json_t *labels, struct clb_field *field)
{
	size_t nr = json_array_size(labels);
	int ret = 0;

	if (!labels || json_is_null(labels))
		return 0;
	if (!json_is_array(labels))
		return -EPROTO;
	field->labels = calloc(nr + 1, sizeof(*field->labels));
	if (!field->labels)
		return -ENOMEM;
	for (size_t i = 0; i < nr && !ret; i++)
		ret = parse_label(json_array_get(labels, i), &field->labels[field->nr_labels++]);
	return ret;
}

static int parse_field(json_t *object, struct clb_field *field)
{
	int ret;

	ret = copy_name(object, &field->name);
	if (!ret)
		ret = parse_type(object, field);
	if (!ret)
		ret = copy_text(object, "unit", &field->unit);
	return ret ? ret : parse_labels(json_object_get(object, "labels"), field);
}

static int parse_fields(json_t *fields, struct clb_event *event)
{
	size_t nr = json_array_size(fields);
	int ret = 0;

	if (!json_is_array(fields))
		return -EPROTO;
	event->fields = calloc(nr + 1, sizeof(*event->fields));
	if (!event->fields)
		return -ENOMEM;
	for (size_t i = 0; i < nr && !ret; i++)
		ret = parse_field(json_array_get(fields, i), &event->fields[event->nr_fields++]);
	return ret;
}

static int parse_event(json_t *object, struct clb_event *event)
{
	int ret;

	ret = copy_name(object, &event->name);
	if (!ret)
		ret = copy_text(object, "group", &event->group);
	if (!ret)
		ret = copy_text(object, "source", &event->source);
	if (!ret)
		ret = copy_text(object, "module", &event->module);
	if (!ret)
		ret = copy_text(object, "why_not", &event->why_not);
	if (!ret)
		ret = copy_text(object, "description", &event->description);
	return ret ? ret : parse_fields(json_object_get(object, "fields"), event);
}

int clb_list_parse(json_t *document, struct clb_info *info, struct clb_events *events)
{
	const char *version;
	json_t *list;
	int ret = 0;
	size_t nr;

	*info = (struct clb_info){ 0 };
	if (json_unpack(document, "{s:{s:s}, s:o}", "module", "version", &version, "events", &list) ||
	    !json_is_array(list) ||
	    parse_number(json_object_get(document, "module"), "protocol", &info->protocol))
		return -EPROTO;
	snprintf(info->module_version, sizeof(info->module_version), "%s", version);
	nr = json_array_size(list);
	events->list = calloc(nr + 1, sizeof(*events->list));
	if (!events->list)
		return -ENOMEM;
	for (size_t i = 0; i < nr && !ret; i++) {
		events->list[i].id = i;
		events->nr++;
		ret = parse_event(json_array_get(list, i), &events->list[i]);
	}
	return ret;
}
