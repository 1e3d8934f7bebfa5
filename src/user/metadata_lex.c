/* SPDX-License-Identifier: GPL-2.0 */
/* Takes the metadata's text apart into tokens. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "metadata_lex.h"

static const char note_start[] = "/* clbench:";

/* The C library's own know locales. */
static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool starts_with(const struct clb_lexer *lexer, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(lexer->end - lexer->at) >= len && !memcmp(lexer->at, text, len);
}

static void advance(struct clb_lexer *lexer, size_t len)
{
	for (; len; len--)
		lexer->line += *lexer->at++ == '\n';
}

/* False if the comment has no end. */
static bool skip_comment(struct clb_lexer *lexer)
{
	for (advance(lexer, 2); lexer->at < lexer->end; advance(lexer, 1)) {
		if (starts_with(lexer, "*/")) {
			advance(lexer, 2);
			return true;
		}
	}
	return false;
}

/* To the next token; false if there is a comment without an end. */
static bool skip_space(struct clb_lexer *lexer)
{
	while (lexer->at < lexer->end) {
		if (*lexer->at == ' ' || *lexer->at == '\t' || *lexer->at == '\n')
			advance(lexer, 1);
		else if (lexer->in_note || !starts_with(lexer, "/*") ||
			 starts_with(lexer, note_start))
			break;
		else if (!skip_comment(lexer))
			return false;
	}
	return true;
}

static void take(struct clb_lexer *lexer, enum clb_token_type type, size_t len)
{
	lexer->token = (struct clb_token) {
		.type = type,
		.start = lexer->at,
		.len = len,
		.line = lexer->line,
	};
	advance(lexer, len);
}

static void take_string(struct clb_lexer *lexer)
{
	const char *p = lexer->at + 1;

	while (p < lexer->end && *p != '"' && *p != '\n')
		p += *p == '\\' && lexer->end - p > 1 && p[1] != '\n' ? 2 : 1;
	if (p == lexer->end || *p == '\n')
		take(lexer, CLB_TOKEN_BAD, 0);
	else
		take(lexer, CLB_TOKEN_STRING, p + 1 - lexer->at);
}

static void take_word(struct clb_lexer *lexer)
{
	const char *p = lexer->at + 1;
	bool is_number = is_digit(*lexer->at) || *lexer->at == '-';

	while (p < lexer->end && (is_number ? is_digit(*p) : is_word(*p)))
		p++;
	if (is_number && ((p < lexer->end && is_word(*p)) || !is_digit(p[-1])))
		take(lexer, CLB_TOKEN_BAD, 0);
	else
		take(lexer, is_number ? CLB_TOKEN_NUMBER : CLB_TOKEN_WORD, p - lexer->at);
}

void clb_lexer_next(struct clb_lexer *lexer)
{
	if (lexer->token.type == CLB_TOKEN_BAD)
		return;
	if (!skip_space(lexer)) {
		take(lexer, CLB_TOKEN_BAD, 0);
	} else if (lexer->at == lexer->end) {
		take(lexer, CLB_TOKEN_END, 0);
	} else if (lexer->in_note && starts_with(lexer, "*/")) {
		lexer->in_note = false;
		take(lexer, CLB_TOKEN_NOTE_END, 2);
	} else if (starts_with(lexer, note_start)) {
		lexer->in_note = true;
		take(lexer, CLB_TOKEN_NOTE, strlen(note_start));
	} else if (*lexer->at == '"') {
		take_string(lexer);
	} else if (is_word(*lexer->at) || *lexer->at == '-') {
		take_word(lexer);
	} else if (starts_with(lexer, "...")) {
		take(lexer, CLB_TOKEN_SIGN, 3);
	} else if (starts_with(lexer, ":=")) {
		take(lexer, CLB_TOKEN_SIGN, 2);
	} else if (*lexer->at && strchr("{}[]()<>;=:,.", *lexer->at)) {
		take(lexer, CLB_TOKEN_SIGN, 1);
	} else {
		take(lexer, CLB_TOKEN_BAD, 0);
	}
}

void clb_lexer_init(struct clb_lexer *lexer, const char *text, size_t len)
{
	*lexer = (struct clb_lexer) { .at = text, .end = text + len, .line = 1 };
	clb_lexer_next(lexer);
}

bool clb_token_is(const struct clb_token *token, const char *text)
{
	return (token->type == CLB_TOKEN_WORD || token->type == CLB_TOKEN_SIGN) &&
	       token->len == strlen(text) && !memcmp(token->start, text, token->len);
}

/* The byte after a backslash, or up to three octal digits; advances @p. */
static char unescape(const char **p, const char *end)
{
	unsigned int value = 0;

	if (**p < '0' || **p > '7')
		return *(*p)++;
	for (int i = 0; i < 3 && *p < end && **p >= '0' && **p <= '7'; i++)
		value = value * 8 + *(*p)++ - '0';
	return value;
}

char *clb_token_string(const struct clb_token *token)
{
	bool quoted = token->type == CLB_TOKEN_STRING;
	const char *p = token->start + quoted, *end = token->start + token->len - quoted;
	char *string = malloc(token->len + 1), *to = string;

	if (!string)
		return NULL;
	while (p < end) {
		if (quoted && *p == '\\') {
			p++;
			*to++ = unescape(&p, end);
		} else {
			*to++ = *p++;
		}
	}
	*to = 0;
	return string;
}

int clb_token_number(const struct clb_token *token, int64_t min, int64_t max, int64_t *number)
{
	bool negative = *token->start == '-';
	int64_t value = 0;

	for (size_t i = negative; i < token->len; i++) {
		int digit = token->start[i] - '0';

		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, negative ? -digit : digit, &value))
			return -ERANGE;
	}
	if (value < min || value > max)
		return -ERANGE;
	*number = value;
	return 0;
}
