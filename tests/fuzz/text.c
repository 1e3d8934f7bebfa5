/* SPDX-License-Identifier: GPL-2.0 */
/* Fuzzes what people write: the first byte says which parser reads the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "fuzz_metadata.h"
#include "metadata.h"
#include "quantity.h"
#include "select.h"
#include "text.h"
#include "when.h"

static void read_size(const char *text)
{
	char wide[CLB_SIZE_TEXT], narrow[CLB_SIZE_TEXT];
	uint64_t bytes, number;

	if (clb_size_parse(text, &bytes))
		return;
	fuzz_check(strlen(clb_size_format(wide, bytes)) < sizeof(wide) &&
		   strlen(clb_size_format_short(narrow, bytes)) < sizeof(narrow),
		   "a size has room", text);
	fuzz_check(clb_number_parse(text, &number) || number == bytes,
		   "a bare number is bytes", text);
}

static void read_time(const char *text)
{
	uint64_t ns, more;

	if (clb_time_parse(text, CLB_NS_PER_S, &ns))
		return;
	fuzz_check(ns <= INT64_MAX, "a time fits", text);
	if (!clb_time_parse(text, CLB_NS_PER_MS, &more))
		fuzz_check(more == ns || more == ns / 1000,
			   "a bare time counts units", text);
}

static void read_when(const char *text)
{
	const uint64_t first = UINT64_C(1763716502123456789);
	struct clb_when when;

	if (clb_when_parse(text, &when))
		return;
	clb_when_set_day(&when, first, first + UINT64_C(86400000000000));
	fuzz_check(when.kind != CLB_WHEN_DAYTIME, "a daytime finds its day", text);
	if (strlen(text) <= 10 && when.kind == CLB_WHEN_DATE)
		fuzz_check(when.ns / 1000000000 + 2 * 86400 > first / 1000000000 &&
			   when.ns / 1000000000 < first / 1000000000 + 2 * 86400,
			   "its day is near", text);
}

static void choose(const char *text)
{
	char why[CLB_SELECT_WHY] = "", parse_why[CLB_METADATA_WHY];
	struct clb_metadata_parsed metadata;
	struct clb_select select;
	int ret;

	ret = clb_metadata_parse(fuzz_metadata, strlen(fuzz_metadata), &metadata, parse_why);
	fuzz_check(!ret && !clb_select_init(&select, &metadata.events), "there are events", NULL);
	select.internal = strlen(text) % 2;
	ret = clb_select_add(&select, text, why);
	fuzz_check(!ret == !*why, "a refusal has a reason", why);
	fuzz_check(ret || clb_select_count(&select), "who is not refused has events", text);
	clb_select_free(&select);
	clb_metadata_free(&metadata);
}

static void print(const uint8_t *data, size_t size)
{
	char *text = NULL;
	size_t length;
	FILE *out = open_memstream(&text, &length);

	clb_text_put(out, data, size);
	fclose(out);
	fuzz_check(fuzz_is_printable(text, length) && !memchr(text, '\n', length),
		   "bytes become a line", text);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text;

	if (!size)
		return 0;
	setenv("TZ", data[0] & 0x10 ? "Europe/Berlin" : "UTC", 1);
	text = fuzz_text(data + 1, size - 1);
	switch ((uint8_t)(data[0] - '0') % 5) {
	case 0:
		read_size(text);
		break;
	case 1:
		read_time(text);
		break;
	case 2:
		read_when(text);
		break;
	case 3:
		choose(text);
		break;
	case 4:
		print(data + 1, size - 1);
		break;
	}
	free(text);
	return 0;
}
