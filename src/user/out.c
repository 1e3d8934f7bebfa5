/* SPDX-License-Identifier: GPL-2.0 */
/* Buffered output of many short pieces, several times as fast as stdio. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "out.h"
#include "text.h"

int clb_out_flush(struct clb_out *out)
{
	size_t done = 0;

	while (!out->err && done < out->used) {
		ssize_t n = write(out->fd, out->buffer + done, out->used - done);

		if (n >= 0)
			done += n;
		else if (errno != EINTR)
			out->err = -errno;
	}
	out->used = 0;
	return out->err;
}

void clb_out_bytes(struct clb_out *out, const void *bytes, size_t len)
{
	const char *p = bytes;

	while (len) {
		size_t room = CLB_OUT_SIZE - out->used, part = len < room ? len : room;

		memcpy(out->buffer + out->used, p, part);
		out->used += part;
		p += part;
		len -= part;
		if (len)
			clb_out_flush(out);
	}
}

void clb_out_string(struct clb_out *out, const char *string)
{
	clb_out_bytes(out, string, strlen(string));
}

void clb_out_u64(struct clb_out *out, uint64_t number, unsigned int digits)
{
	char text[20], *p = text + sizeof(text);

	do {
		*--p = '0' + number % 10;
		number /= 10;
	} while (number);
	while (p > text + sizeof(text) - digits)
		*--p = '0';
	clb_out_bytes(out, p, text + sizeof(text) - p);
}

void clb_out_s64(struct clb_out *out, int64_t number)
{
	if (number < 0)
		clb_out_char(out, '-');
	clb_out_u64(out, number < 0 ? -(uint64_t)number : (uint64_t)number, 1);
}

static void put_hex(struct clb_out *out, uint8_t byte, enum clb_out_form form)
{
	static const char digits[] = "0123456789abcdef";

	clb_out_string(out, form == CLB_OUT_JSON ? "\\\\x" : "\\x");
	clb_out_char(out, digits[byte >> 4]);
	clb_out_char(out, digits[byte & 15]);
}

void clb_out_text(struct clb_out *out, const void *bytes, size_t len, enum clb_out_form form)
{
	const uint8_t *p = bytes, *end = p + len;
	bool quoted = form == CLB_OUT_CSV && (memchr(p, ',', len) || memchr(p, '"', len));

	if (quoted)
		clb_out_char(out, '"');
	while (p < end) {
		size_t step = *p > ' ' && *p < 0x7f ? 1 : clb_text_step(p, end - p);

		if (!step) {
			put_hex(out, *p++, form);
			continue;
		}
		if (form == CLB_OUT_JSON && (*p == '"' || *p == '\\'))
			clb_out_char(out, '\\');
		else if (quoted && *p == '"')
			clb_out_char(out, '"');
		for (; step; step--)
			clb_out_char(out, *p++);
	}
	if (quoted)
		clb_out_char(out, '"');
}
