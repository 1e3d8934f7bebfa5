/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the events of the metadata: event {} and the comments that go with them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "metadata_layout.h"
#include "metadata_parser.h"

/* The comment before an event or behind a field; the lexer is at its start. */
static int parse_note(struct clb_parser *parser, struct clb_event *event, struct clb_field *field)
{
	clb_lexer_next(&parser->lexer);
	while (parser->lexer.token.type != CLB_TOKEN_NOTE_END) {
		char **string = NULL;
		int err;

		if (event && clb_parser_is_next(parser, "group"))
			string = &event->group;
		else if (event && clb_parser_is_next(parser, "source"))
			string = &event->source;
		else if (event && clb_parser_is_next(parser, "module"))
			string = &event->module;
		else if (event && clb_parser_is_next(parser, "description"))
			string = &event->description;
		else if (field && clb_parser_is_next(parser, "unit"))
			string = &field->unit;
		else if (event && clb_parser_is_next(parser, "internal"))
			event->internal = true;
		else
			return clb_parser_unexpected(parser);
		clb_lexer_next(&parser->lexer);
		if (!string)
			continue;
		err = clb_parser_expect(parser, "=");
		if (!err)
			err = clb_parser_text(parser, CLB_TOKEN_STRING, string);
		if (err)
			return err;
	}
	clb_lexer_next(&parser->lexer);
	return 0;
}

/* Room for one more element, zeroed, behind @nr; NULL if there is no memory. */
static void *grow(void *list, size_t nr, size_t size)
{
	void *p = list;

	/* Powers of two only: full when nr is one. */
	if (!(nr & (nr - 1)))
		p = reallocarray(list, nr ? nr * 2 : 1, size);
	if (p)
		memset((char *)p + nr * size, 0, size);
	return p;
}

static int parse_label(struct clb_parser *parser, struct clb_field *field)
{
	struct clb_label *labels = grow(field->labels, field->nr_labels, sizeof(*labels));
	int64_t value = 0;
	int err;

	if (!labels)
		return clb_parser_no_memory(parser);
	field->labels = labels;
	labels += field->nr_labels++;
	err = clb_parser_text(parser, CLB_TOKEN_STRING, &labels->name);
	if (!err)
		err = clb_parser_expect(parser, "=");
	if (!err)
		err = clb_parser_number(parser, INT32_MIN, UINT32_MAX, &value);
	labels->value = value;
	return err;
}

static int parse_type(struct clb_parser *parser, struct clb_field *field,
		      enum clbench_field_type max)
{
	for (unsigned int type = 0; type <= max; type++) {
		if (!clb_parser_is_next(parser, clb_metadata_type_name[type]))
			continue;
		field->type = type;
		clb_lexer_next(&parser->lexer);
		return 0;
	}
	return clb_parser_unexpected(parser);
}

static int parse_enum(struct clb_parser *parser, struct clb_field *field)
{
	int err = clb_parser_expect(parser, "enum :");

	if (!err)
		err = parse_type(parser, field, CLBENCH_FIELD_TYPE_S64);
	if (!err)
		err = clb_parser_expect(parser, "{");
	if (!err)
		err = parse_label(parser, field);
	while (!err && clb_parser_is_next(parser, ",")) {
		clb_lexer_next(&parser->lexer);
		err = parse_label(parser, field);
	}
	return err ? err : clb_parser_expect(parser, "}");
}

static int parse_field_name(struct clb_parser *parser, struct clb_field *field)
{
	struct clb_token *token = &parser->lexer.token;

	if (token->type != CLB_TOKEN_WORD || token->len < 2 || *token->start != '_')
		return clb_parser_unexpected(parser);
	token->start++;
	token->len--;
	return clb_parser_text(parser, CLB_TOKEN_WORD, &field->name);
}

static int parse_field(struct clb_parser *parser, struct clb_event *event)
{
	struct clb_field *field = grow(event->fields, event->nr_fields, sizeof(*field));
	int64_t size = 0;
	int err;

	if (!field)
		return clb_parser_no_memory(parser);
	event->fields = field;
	field += event->nr_fields++;
	if (clb_parser_is_next(parser, "enum"))
		err = parse_enum(parser, field);
	else
		err = parse_type(parser, field, CLBENCH_FIELD_TYPE_MAX);
	if (!err && event->nr_fields > 1 && field->type != CLBENCH_FIELD_TYPE_STRING &&
	    field[-1].type == CLBENCH_FIELD_TYPE_STRING)
		err = clb_parser_unexpected(parser);
	if (!err)
		err = parse_field_name(parser, field);
	if (!err && field->type == CLBENCH_FIELD_TYPE_TEXT) {
		err = clb_parser_expect(parser, "[");
		if (!err)
			err = clb_parser_number(parser, 1, UINT32_MAX, &size);
		if (!err)
			err = clb_parser_expect(parser, "]");
		field->size = size;
	}
	if (!err)
		err = clb_parser_expect(parser, ";");
	if (!err && parser->lexer.token.type == CLB_TOKEN_NOTE)
		err = parse_note(parser, NULL, field);
	return err;
}

static int parse_event(struct clb_parser *parser)
{
	struct clb_events *events = &parser->p->events;
	struct clb_event *event = grow(events->list, events->nr, sizeof(*event));
	int64_t id = 0;
	int err;

	if (!event)
		return clb_parser_no_memory(parser);
	events->list = event;
	event += events->nr++;
	if (parser->lexer.token.type != CLB_TOKEN_NOTE)
		return clb_parser_unexpected(parser);
	err = parse_note(parser, event, NULL);
	if (!err)
		err = clb_parser_expect(parser, "event { name =");
	if (!err)
		err = clb_parser_text(parser, CLB_TOKEN_STRING, &event->name);
	if (!err)
		err = clb_parser_expect(parser, "; id =");
	if (!err)
		err = clb_parser_number(parser, 0, UINT32_MAX, &id);
	event->id = id;
	if (!err)
		err = clb_parser_expect(parser, "; fields := struct {");
	while (!err && !clb_parser_is_next(parser, "}"))
		err = parse_field(parser, event);
	return err ? err : clb_parser_expect(parser, "}; };");
}

static int compare_ids(const void *a, const void *b)
{
	const struct clb_event *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}

int clb_parser_events(struct clb_parser *parser)
{
	struct clb_events *events = &parser->p->events;
	int err = 0;

	while (!err && parser->lexer.token.type != CLB_TOKEN_END)
		err = parse_event(parser);
	if (err)
		return err;
	if (events->nr)
		qsort(events->list, events->nr, sizeof(*events->list), compare_ids);
	for (size_t i = 1; i < events->nr; i++)
		if (events->list[i].id == events->list[i - 1].id)
			return clb_parser_refuse(parser, "two events in its metadata have the id %u",
				      events->list[i].id);
	return 0;
}
