/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The steps that all parts of the metadata's reader are made of.
 *
 * Every function is called with the lexer at the first token that is its own,
 * and leaves it behind the last one. Those that return int return 0, -ENOMEM,
 * or -EINVAL for text that clbench did not write, and have then filled in @why.
 */
#ifndef CLB_METADATA_PARSER_H
#define CLB_METADATA_PARSER_H

#include <stdbool.h>

#include "metadata.h"
#include "metadata_lex.h"

/**
 * struct clb_parser - metadata being read
 * @lexer: at what comes next
 * @p: what was read so far
 * @format: the layout that the trace says it has
 * @why: why it is refused, CLB_METADATA_WHY bytes
 */
struct clb_parser {
	struct clb_lexer lexer;
	struct clb_metadata_parsed *p;
	int64_t format;
	char *why;
};

/**
 * clb_parser_refuse() - say why
 * @parser: the parser
 * @format: as in printf
 *
 * Return: -EINVAL.
 */
int clb_parser_refuse(struct clb_parser *parser, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * clb_parser_no_memory() - say that there is no memory
 * @parser: the parser
 *
 * Return: -ENOMEM.
 */
int clb_parser_no_memory(struct clb_parser *parser);

/**
 * clb_parser_unexpected() - say that the next token is not what clbench writes
 * @parser: the parser
 *
 * Return: -EINVAL.
 */
int clb_parser_unexpected(struct clb_parser *parser);

/**
 * clb_parser_is_next() - look at the next token
 * @parser: the parser
 * @text: a word or a sign
 *
 * Return: whether it comes next.
 */
bool clb_parser_is_next(struct clb_parser *parser, const char *text);

/**
 * clb_parser_expect() - all tokens of a text must come next
 * @parser: the parser
 * @text: the text
 *
 * Return: see above.
 */
int clb_parser_expect(struct clb_parser *parser, const char *text);

/**
 * clb_parser_number() - a number must come next
 * @parser: the parser
 * @min: smallest allowed
 * @max: largest allowed
 * @number: what it is
 *
 * Return: see above.
 */
int clb_parser_number(struct clb_parser *parser, int64_t min, int64_t max, int64_t *number);

/**
 * clb_parser_text() - a string or a word must come next
 * @parser: the parser
 * @type: CLB_TOKEN_STRING or CLB_TOKEN_WORD
 * @string: what it says, for free(); what was there before is freed
 *
 * Return: see above.
 */
int clb_parser_text(struct clb_parser *parser, enum clb_token_type type, char **string);

/**
 * clb_parser_events() - events must come next, up to the end
 * @parser: the parser; gets them sorted by id
 *
 * Return: see above.
 */
int clb_parser_events(struct clb_parser *parser);

#endif /* CLB_METADATA_PARSER_H */
