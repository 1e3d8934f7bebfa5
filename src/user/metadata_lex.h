/* SPDX-License-Identifier: GPL-2.0 */
/* Takes the metadata's text apart into tokens. */
#ifndef CLB_METADATA_LEX_H
#define CLB_METADATA_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum clb_token_type {
	CLB_TOKEN_END,
	CLB_TOKEN_WORD,
	CLB_TOKEN_NUMBER,
	CLB_TOKEN_STRING,
	CLB_TOKEN_SIGN,		/* one of { } [ ] ( ) < > ; = : , . or := or ... */
	CLB_TOKEN_NOTE,		/* the start of our own kind of comment */
	CLB_TOKEN_NOTE_END,
	CLB_TOKEN_BAD,
};

/**
 * struct clb_token - one token
 * @type: what it is
 * @start: its text, a string's quotes included; not terminated
 * @len: bytes of @start
 * @line: the line it stands in, from 1
 */
struct clb_token {
	enum clb_token_type type;
	const char *start;
	size_t len;
	unsigned int line;
};

/**
 * struct clb_lexer - a text being read
 * @at: what comes next
 * @end: behind the text
 * @line: of @at
 * @in_note: inside of a comment that starts with "clbench:"
 * @token: the token read last
 */
struct clb_lexer {
	const char *at;
	const char *end;
	unsigned int line;
	bool in_note;
	struct clb_token token;
};

/**
 * clb_lexer_init() - start at the first token of a text
 * @lexer: the lexer
 * @text: any bytes; must outlive @lexer and its tokens
 * @len: bytes of @text
 */
void clb_lexer_init(struct clb_lexer *lexer, const char *text, size_t len);

/**
 * clb_lexer_next() - go on to the next token
 * @lexer: the lexer; stays at CLB_TOKEN_END and at CLB_TOKEN_BAD
 */
void clb_lexer_next(struct clb_lexer *lexer);

/**
 * clb_token_is() - compare a token with a word or a sign
 * @token: the token
 * @text: the word or the sign
 *
 * Return: whether it is the same.
 */
bool clb_token_is(const struct clb_token *token, const char *text);

/**
 * clb_token_string() - copy what a string or a word says
 * @token: of type CLB_TOKEN_STRING, its escapes are resolved, or CLB_TOKEN_WORD
 *
 * Return: memory for free(), NULL if there is none. What follows a NUL is lost.
 */
char *clb_token_string(const struct clb_token *token);

/**
 * clb_token_number() - read a decimal number
 * @token: of type CLB_TOKEN_NUMBER
 * @min: smallest allowed
 * @max: largest allowed
 * @number: what it says
 *
 * Return: 0, or -ERANGE.
 */
int clb_token_number(const struct clb_token *token, int64_t min, int64_t max, int64_t *number);

#endif /* CLB_METADATA_LEX_H */
