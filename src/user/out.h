/* SPDX-License-Identifier: GPL-2.0 */
/* Buffered output of many short pieces, several times as fast as stdio. */
#ifndef CLB_OUT_H
#define CLB_OUT_H

#include <stddef.h>
#include <stdint.h>

#define CLB_OUT_SIZE	(64u << 10)

/* What the text between clb_out_text() and its reader has to survive. */
enum clb_out_form {
	CLB_OUT_TEXT,		/* \xNN for bytes that are not printable UTF-8 */
	CLB_OUT_JSON,		/* that, and inside of a JSON string */
	CLB_OUT_CSV,		/* that, and a whole field as in RFC 4180 */
};

/**
 * struct clb_out - where to write
 * @fd: file descriptor
 * @err: 0, or the negative errno of the first write() that failed; nothing is
 *	written after it
 * @used: bytes of @buffer
 * @buffer: waits for write()
 */
struct clb_out {
	int fd;
	int err;
	size_t used;
	char buffer[CLB_OUT_SIZE];
};

/**
 * clb_out_flush() - write what waits
 * @out: the output
 *
 * Return: @out->err.
 */
int clb_out_flush(struct clb_out *out);

/**
 * clb_out_bytes() - put bytes as they are
 * @out: the output
 * @bytes: what
 * @len: how many
 */
void clb_out_bytes(struct clb_out *out, const void *bytes, size_t len);

/**
 * clb_out_string() - put a string as it is
 * @out: the output
 * @string: what
 */
void clb_out_string(struct clb_out *out, const char *string);

/**
 * clb_out_char() - put one character as it is
 * @out: the output
 * @c: what
 */
static inline void clb_out_char(struct clb_out *out, char c)
{
	if (out->used == CLB_OUT_SIZE)
		clb_out_flush(out);
	out->buffer[out->used++] = c;
}

/**
 * clb_out_u64() - put a number in decimal
 * @out: the output
 * @number: what
 * @digits: with leading zeros if it is shorter, at most 20
 */
void clb_out_u64(struct clb_out *out, uint64_t number, unsigned int digits);

/**
 * clb_out_s64() - put a number that may be negative
 * @out: the output
 * @number: what
 */
void clb_out_s64(struct clb_out *out, int64_t number);

/**
 * clb_out_text() - put bytes of unknown origin
 * @out: the output
 * @bytes: what
 * @len: how many
 * @form: how; for CLB_OUT_JSON the quotes are the caller's
 */
void clb_out_text(struct clb_out *out, const void *bytes, size_t len, enum clb_out_form form);

#endif /* CLB_OUT_H */
