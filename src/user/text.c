/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes that came from somewhere else, made fit to be printed. */

#include "text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* What a terminal obeys instead of showing it, and what is no character. */
static bool code_is_printable(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} not_printable[] = {
		{ 0x0000, 0x001f },	/* controls */
		{ 0x007f, 0x009f },
		{ 0x200b, 0x200f },	/* of no width, or they turn the direction */
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0xd800, 0xf8ff },	/* surrogates, private use */
		{ 0xfdd0, 0xfdef },
		{ 0xfeff, 0xfeff },
		{ 0xfff0, 0xfffc },
	};

	if ((code & 0xfffe) == 0xfffe || code >= 0xf0000)
		return false;
	for (size_t i = 0; i < sizeof(not_printable) / sizeof(*not_printable); i++)
		if (code >= not_printable[i].first && code <= not_printable[i].last)
			return false;
	return true;
}

/* The length of the UTF-8 character at @p; 0 if there is none. */
static size_t decode(const unsigned char *p, size_t size, uint32_t *code)
{
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length;

	if (p[0] < 0x80)
		length = 1;
	else if (p[0] >= 0xc2 && p[0] < 0xe0)
		length = 2;
	else if (p[0] >= 0xe0 && p[0] < 0xf0)
		length = 3;
	else if (p[0] >= 0xf0 && p[0] < 0xf5)
		length = 4;
	else
		return 0;
	if (length > size)
		return 0;

	*code = length == 1 ? p[0] : p[0] & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (p[i] & 0x3f);
	}
	return *code < smallest[length] ? 0 : length;
}

size_t clb_text_step(const void *bytes, size_t size)
{
	uint32_t code;
	size_t length = decode(bytes, size, &code);

	return length && code_is_printable(code) ? length : 0;
}

void clb_text_put(FILE *out, const void *bytes, size_t size)
{
	const unsigned char *p = bytes;
	size_t step;

	while (size) {
		step = clb_text_step(p, size);
		if (step) {
			fwrite(p, 1, step, out);
		} else {
			fprintf(out, "\\x%02x", *p);
			step = 1;
		}
		p += step;
		size -= step;
	}
}

void clb_text_put_json(FILE *out, const char *document)
{
	const unsigned char *p = (const unsigned char *)document, *end = p + strlen(document);
	uint32_t code;
	size_t step;

	for (; (step = decode(p, end - p, &code)); p += step) {
		if (code_is_printable(code))
			fwrite(p, 1, step, out);
		else if (code < 0x10000)
			fprintf(out, "\\u%04x", code);
		else
			fprintf(out, "\\u%04x\\u%04x", 0xd7c0 + (code >> 10),
				0xdc00 + (code & 0x3ff));
	}
}

char *clb_text_printable(const void *bytes, size_t size)
{
	char *text = NULL;
	size_t length;
	FILE *f;

	f = open_memstream(&text, &length);
	if (!f)
		return NULL;
	clb_text_put(f, bytes, size);
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}
