/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers, sizes and times as people write them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "point.h"
#include "quantity.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

struct row {
	const char *text;
	int ret;
	uint64_t value;
};

static bool is(const struct row *row, int ret, uint64_t value)
{
	if (ret == row->ret && (ret || value == row->value))
		return true;
	printf("# \"%s\": got %d, %llu\n", row->text, ret, (unsigned long long)value);
	return false;
}

static void test_numbers(void)
{
	static const struct row rows[] = {
		{ "0", 0, 0 },
		{ "65536", 0, 65536 },
		{ "18446744073709551615", 0, UINT64_MAX },
		{ "18446744073709551616", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ " 1", -EINVAL, 0 },
		{ "1 ", -EINVAL, 0 },
		{ "+1", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
		{ "1.5", -EINVAL, 0 },
	};
	bool right = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = 0;
		int ret = clb_number_parse(rows[i].text, &value);

		right &= is(&rows[i], ret, value);
	}
	point(right, "a number is digits and nothing else, and fits 64 bits");
}

static void test_sizes(void)
{
	static const struct row rows[] = {
		{ "0", 0, 0 },
		{ "1000", 0, 1000 },
		{ "1k", 0, 1024 },
		{ "1K", 0, 1024 },
		{ "3M", 0, 3 << 20 },
		{ "2G", 0, 2ull << 30 },
		{ "17179869183G", 0, 17179869183ull << 30 },
		{ "17179869184G", -ERANGE, 0 },
		{ "99999999999999999999", -ERANGE, 0 },
		{ "99999999999999999999M", -ERANGE, 0 },
		{ "99999999999999999999X", -EINVAL, 0 },
		{ "1m", -EINVAL, 0 },
		{ "1MB", -EINVAL, 0 },
		{ "1.5G", -EINVAL, 0 },
		{ "M", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ "-1k", -EINVAL, 0 },
	};
	bool right = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = 0;
		int ret = clb_size_parse(rows[i].text, &value);

		right &= is(&rows[i], ret, value);
	}
	point(right, "a size is a number with k, M or G, and fits 64 bits");
}

static void test_times(void)
{
	static const struct row rows[] = {
		{ "1", 0, 1000000000 },
		{ "0", 0, 0 },
		{ "250us", 0, 250000 },
		{ "1500ms", 0, 1500000000 },
		{ "1.5s", 0, 1500000000 },
		{ "0.000000001s", 0, 1 },
		{ "0.0000000019s", 0, 1 },
		{ "2m", 0, 120000000000 },
		{ "1h", 0, 3600000000000 },
		{ "2d", 0, 172800000000000 },
		{ "106750d", 0, 106750ull * 86400000000000 },
		{ "106751d", -ERANGE, 0 },
		{ "99999999999999999999s", -ERANGE, 0 },
		{ "1ns", -EINVAL, 0 },
		{ "1.", -EINVAL, 0 },
		{ ".5", -EINVAL, 0 },
		{ "1.5.5", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },
		{ "1 s", -EINVAL, 0 },
		{ "-1", -EINVAL, 0 },
	};
	uint64_t value = 0;
	bool right = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int ret = clb_time_parse(rows[i].text, CLB_NS_PER_S, &value);

		right &= is(&rows[i], ret, value);
	}
	point(right, "a time is a number, with decimals if need be, and a unit");
	point(!clb_time_parse("7", CLB_NS_PER_MS, &value) && value == 7000000,
	      "a bare number counts what the option says");
}

static void test_formats(void)
{
	static const struct {
		uint64_t bytes;
		const char *wide, *narrow;
	} rows[] = {
		{ 0, "0 B", "0" },
		{ 1023, "1023 B", "1023" },
		{ 1024, "1.0 KiB", "1k" },
		{ 1025, "1.0 KiB", "2k" },
		{ 1153434, "1.1 MiB", "2M" },
		{ 1048575, "1.0 MiB", "1M" },
		{ 536870912, "512.0 MiB", "512M" },
		{ UINT64_MAX, "16777216.0 TiB", "16777216T" },
	};
	char wide[CLB_SIZE_TEXT], narrow[CLB_SIZE_TEXT];
	bool right = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		clb_size_format(wide, rows[i].bytes);
		clb_size_format_short(narrow, rows[i].bytes);
		if (!strcmp(wide, rows[i].wide) && !strcmp(narrow, rows[i].narrow))
			continue;
		printf("# %llu: %s %s\n", (unsigned long long)rows[i].bytes, wide, narrow);
		right = false;
	}
	point(right, "a size is shown in the largest unit that leaves a whole number");
}

int main(void)
{
	test_numbers();
	test_sizes();
	test_times();
	test_formats();
	return done();
}
