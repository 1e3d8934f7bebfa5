/* SPDX-License-Identifier: GPL-2.0 */
/* The steps that all parts of the metadata's reader are made of. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "metadata_parser.h"

int clb_parser_refuse(struct clb_parser *parser, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(parser->why, CLB_METADATA_WHY, format, args);
	va_end(args);
	return -EINVAL;
}

int clb_parser_no_memory(struct clb_parser *parser)
{
	clb_parser_refuse(parser, "out of memory");
	return -ENOMEM;
}

int clb_parser_unexpected(struct clb_parser *parser)
{
	return clb_parser_refuse(parser, "line %u of its metadata is not what clbench writes",
		      parser->lexer.token.line);
}

bool clb_parser_is_next(struct clb_parser *parser, const char *text)
{
	return clb_token_is(&parser->lexer.token, text);
}

int clb_parser_expect(struct clb_parser *parser, const char *text)
{
	struct clb_token *token = &parser->lexer.token;
	struct clb_lexer wanted;

	for (clb_lexer_init(&wanted, text, strlen(text)); wanted.token.type != CLB_TOKEN_END;
	     clb_lexer_next(&wanted)) {
		if (token->type != wanted.token.type || token->len != wanted.token.len ||
		    memcmp(token->start, wanted.token.start, token->len))
			return clb_parser_unexpected(parser);
		clb_lexer_next(&parser->lexer);
	}
	return 0;
}

int clb_parser_number(struct clb_parser *parser, int64_t min, int64_t max, int64_t *number)
{
	if (parser->lexer.token.type != CLB_TOKEN_NUMBER ||
	    clb_token_number(&parser->lexer.token, min, max, number))
		return clb_parser_unexpected(parser);
	clb_lexer_next(&parser->lexer);
	return 0;
}

int clb_parser_text(struct clb_parser *parser, enum clb_token_type type, char **string)
{
	if (parser->lexer.token.type != type)
		return clb_parser_unexpected(parser);
	free(*string);
	*string = clb_token_string(&parser->lexer.token);
	if (!*string)
		return clb_parser_no_memory(parser);
	clb_lexer_next(&parser->lexer);
	return 0;
}
