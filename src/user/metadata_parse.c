/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads back the metadata that clb_metadata_write() wrote, and refuses all else.
 *
 * What never varies is compared, token by token, with the text that the writer
 * uses; only the trace's uuid, its environment, the clock's offset and the
 * events (metadata_events.c) are read.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "metadata.h"
#include "metadata_layout.h"
#include "metadata_parser.h"
#include "text.h"

#define NSEC_PER_SEC	1000000000

/* Bytes of another tracer's name that are told. */
#define TRACER_MAX	30

/* Which string of struct clb_metadata_parsed owns what. */
enum { SESSION, HOSTNAME, KERNEL_RELEASE, MODULE_VERSION };

static int hex_digit(char c)
{
	const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? p - digits : -1;
}

/* As 8-4-4-4-12 digits in quotes. */
static int parse_uuid(struct clb_parser *parser)
{
	const struct clb_token *token = &parser->lexer.token;
	const char *p = token->start + 1;

	if (token->type != CLB_TOKEN_STRING || token->len != 38)
		return clb_parser_unexpected(parser);
	for (int i = 0; i < 16; i++, p += 2) {
		int high, low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && *p++ != '-')
			return clb_parser_unexpected(parser);
		high = hex_digit(p[0]);
		low = hex_digit(p[1]);
		if (high < 0 || low < 0)
			return clb_parser_unexpected(parser);
		parser->p->m.uuid[i] = high << 4 | low;
	}
	clb_lexer_next(&parser->lexer);
	return 0;
}

static int parse_trace(struct clb_parser *parser)
{
	int err = clb_parser_expect(parser, "trace { major = 1; minor = 8; uuid =");

	if (!err)
		err = parse_uuid(parser);
	if (!err)
		err = clb_parser_expect(parser, "; byte_order = le; packet.header := struct {"
				     " uint32_t magic; uint8_t uuid[16]; }; };");
	return err;
}

/* A damaged name of the checksum's entry is another name, not no checksum. */
static bool is_plain_entry(const struct clb_token *key)
{
	return clb_token_is(key, "domain") || clb_token_is(key, "sysname") ||
	       clb_token_is(key, "tracer_name");
}

static int parse_env_entry(struct clb_parser *parser)
{
	static const char *const keys[] = {
		[SESSION] = "trace_name",
		[HOSTNAME] = "hostname",
		[KERNEL_RELEASE] = "kernel_release",
		[MODULE_VERSION] = "tracer_version",
	};
	struct clb_token key = parser->lexer.token;
	int64_t number;
	int err;

	if (key.type != CLB_TOKEN_WORD)
		return clb_parser_unexpected(parser);
	clb_lexer_next(&parser->lexer);
	err = clb_parser_expect(parser, "=");
	if (err)
		return err;
	if (parser->lexer.token.type == CLB_TOKEN_NUMBER) {
		err = clb_parser_number(parser, INT64_MIN, INT64_MAX, &number);
		if (!err && clb_token_is(&key, "clbench_format"))
			parser->format = number;
		return err ? err : clb_parser_expect(parser, ";");
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (!clb_token_is(&key, keys[i]))
			continue;
		err = clb_parser_text(parser, CLB_TOKEN_STRING, &parser->p->text[i]);
		return err ? err : clb_parser_expect(parser, ";");
	}
	if (parser->lexer.token.type != CLB_TOKEN_STRING)
		return clb_parser_unexpected(parser);
	parser->p->strange |= !is_plain_entry(&key);
	clb_lexer_next(&parser->lexer);
	return clb_parser_expect(parser, ";");
}

static int parse_environment(struct clb_parser *parser)
{
	struct clb_metadata_parsed *p = parser->p;
	int err = clb_parser_expect(parser, "env {");

	while (!err && !clb_parser_is_next(parser, "}"))
		err = parse_env_entry(parser);
	if (!err)
		err = clb_parser_expect(parser, "};");
	if (err)
		return err;
	p->m.session = p->text[SESSION];
	p->m.hostname = p->text[HOSTNAME];
	p->m.kernel_release = p->text[KERNEL_RELEASE];
	p->m.module_version = p->text[MODULE_VERSION];
	return 0;
}

static int parse_clock(struct clb_parser *parser)
{
	const int64_t limit = INT64_MAX / NSEC_PER_SEC - 1;
	int64_t sec = 0, rest = 0;
	int err;

	err = clb_parser_expect(parser, "clock { name = \"monotonic_raw\"; description =");
	if (err)
		return err;
	if (parser->lexer.token.type != CLB_TOKEN_STRING)
		return clb_parser_unexpected(parser);
	clb_lexer_next(&parser->lexer);
	err = clb_parser_expect(parser, "; freq = 1000000000; offset_s =");
	if (!err)
		err = clb_parser_number(parser, -limit, limit, &sec);
	if (!err)
		err = clb_parser_expect(parser, "; offset =");
	if (!err)
		err = clb_parser_number(parser, 0, NSEC_PER_SEC - 1, &rest);
	if (!err)
		err = clb_parser_expect(parser, "; };");
	parser->p->m.clock_offset_ns = sec * NSEC_PER_SEC + rest;
	return err;
}

/* Whatever the name is: libclbench's callers print the reason as it is. */
static int refuse_tracer(struct clb_parser *parser, const char *name)
{
	char *text = clb_text_printable(name, strnlen(name, TRACER_MAX));
	int err;

	if (!text)
		return clb_parser_no_memory(parser);
	err = clb_parser_refuse(parser, "it was written by %s", text);
	free(text);
	return err;
}

/*
 * Who wrote it? Looked up before anything else is, for a better reason than a
 * line number.
 */
static int check_tracer(struct clb_parser *parser)
{
	struct clb_lexer lexer = parser->lexer;
	char *name;
	int err = 0;

	while (lexer.token.type != CLB_TOKEN_END && lexer.token.type != CLB_TOKEN_BAD) {
		bool found = clb_token_is(&lexer.token, "tracer_name");

		clb_lexer_next(&lexer);
		if (!found || !clb_token_is(&lexer.token, "="))
			continue;
		clb_lexer_next(&lexer);
		if (lexer.token.type != CLB_TOKEN_STRING)
			continue;
		name = clb_token_string(&lexer.token);
		if (!name)
			return clb_parser_no_memory(parser);
		if (strcmp(name, "clbench"))
			err = refuse_tracer(parser, name);
		free(name);
		return err;
	}
	return clb_parser_refuse(parser, "its metadata names no tracer");
}

static int parse(struct clb_parser *parser)
{
	int err = check_tracer(parser);

	if (!err)
		err = clb_parser_expect(parser, clb_metadata_types);
	if (!err)
		err = parse_trace(parser);
	if (!err)
		err = parse_environment(parser);
	if (!err && parser->format > CLB_METADATA_FORMAT)
		err = clb_parser_refuse(parser, "a newer clbench wrote it");
	if (!err)
		err = parse_clock(parser);
	if (!err)
		err = clb_parser_expect(parser, clb_metadata_stream);
	return err ? err : clb_parser_events(parser);
}

int clb_metadata_parse(const char *text, size_t len, struct clb_metadata_parsed *p, char *why)
{
	static const char start[] = "/* CTF 1.8";
	struct clb_parser parser = { .p = p, .why = why };
	int err;

	*p = (struct clb_metadata_parsed) { .m.events = &p->events };
	if (len < strlen(start) || memcmp(text, start, strlen(start)))
		return clb_parser_refuse(&parser, "its metadata is not CTF 1.8 in plain text");
	clb_lexer_init(&parser.lexer, text, len);
	err = parse(&parser);
	if (err)
		clb_metadata_free(p);
	return err;
}

void clb_metadata_free(struct clb_metadata_parsed *p)
{
	clb_events_free(&p->events);
	for (size_t i = 0; i < sizeof(p->text) / sizeof(*p->text); i++)
		free(p->text[i]);
	*p = (struct clb_metadata_parsed) { .m.events = &p->events };
}
