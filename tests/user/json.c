/* SPDX-License-Identifier: GPL-2.0 */
/* Text of unknown origin, as text and as JSON. */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "point.h"
#include "text.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

static bool same(char *got, const char *wanted)
{
	bool is = !strcmp(got, wanted);

	if (!is)
		printf("# got %s, wanted %s\n", got, wanted);
	free(got);
	return is;
}

static bool shown_as(const char *bytes, size_t size, const char *wanted)
{
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);

	clb_text_put(f, bytes, size);
	fclose(f);
	return same(text, wanted);
}

static void test_text(void)
{
	static const struct {
		const char *bytes, *wanted;
	} rows[] = {
		{ "plain", "plain" },
		{ "back\\slash \"quotes\"", "back\\slash \"quotes\"" },
		{ "Gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7",
		  "Gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\xa7" },
		{ "a\tb\nc\x1b[31m\x7f", "a\\x09b\\x0ac\\x1b[31m\\x7f" },
		{ "\xff\xfe", "\\xff\\xfe" },
		{ "\xc3", "\\xc3" },			/* cut */
		{ "\xc3(", "\\xc3(" },
		{ "\xe2\x82", "\\xe2\\x82" },
		{ "\xc0\xaf", "\\xc0\\xaf" },		/* overlong */
		{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },	/* surrogate */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xc2\x9b" "31m", "\\xc2\\x9b31m" },	/* C1 control */
		{ "\xe2\x80\xae", "\\xe2\\x80\\xae" },	/* turns the direction */
	};
	bool right = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		right &= shown_as(rows[i].bytes, strlen(rows[i].bytes), rows[i].wanted);
	point(right, "what is not printable UTF-8 is shown byte by byte");
	point(shown_as("a\0b", 3, "a\\x00b"), "a NUL is a byte like any other");
}

static void test_json(void)
{
	char *text = NULL;
	size_t length;
	FILE *f = open_memstream(&text, &length);
	struct clb_json json = { .out = f };

	clb_json_open(&json, NULL, '{');
	clb_json_u64(&json, "most", UINT64_MAX);
	clb_json_string(&json, "none", NULL);
	clb_json_bytes(&json, "bytes", "a\"\\\x01\xff\0z", 7);
	clb_json_null(&json, "k\"\\\x1b\xff");
	clb_json_open(&json, "list", '[');
	clb_json_close(&json, ']');
	clb_json_open(&json, "two", '[');
	clb_json_bool(&json, NULL, true);
	clb_json_open(&json, NULL, '{');
	clb_json_close(&json, '}');
	clb_json_close(&json, ']');
	clb_json_null(&json, "end");
	clb_json_close(&json, '}');
	clb_json_end(&json);
	clb_json_u64(&json, NULL, 2);
	clb_json_end(&json);
	fclose(f);
	point(same(text, "{\"most\":18446744073709551615,"
			 "\"none\":null,\"bytes\":\"a\\\"\\\\\\\\x01\\\\xff\\\\x00z\","
			 "\"k\\\"\\\\\\\\x1b\\\\xff\":null,"
			 "\"list\":[],\"two\":[true,{}],\"end\":null}\n2\n"),
	      "JSON has its commas, its escapes, and integers that are no strings");
}

int main(void)
{
	test_text();
	test_json();
	return done();
}
