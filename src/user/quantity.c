/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers, sizes and times as people write them. */

#include "quantity.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/* strtoull() alone would take blanks, signs and the empty string. */
static int leading_number(const char *text, char **end, uint64_t *number)
{
	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*number = strtoull(text, end, 10);
	return errno ? -ERANGE : 0;
}

int clb_number_parse(const char *text, uint64_t *number)
{
	char *end;
	int ret;

	ret = leading_number(text, &end, number);
	if (ret)
		return ret;
	return *end ? -EINVAL : 0;
}

int clb_size_parse(const char *text, uint64_t *bytes)
{
	static const struct {
		const char *suffix;
		unsigned int shift;
	} units[] = { { "", 0 }, { "k", 10 }, { "K", 10 }, { "M", 20 }, { "G", 30 } };
	uint64_t number;
	char *end;
	int ret;

	ret = leading_number(text, &end, &number);
	if (ret == -EINVAL)
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (strcmp(end, units[i].suffix))
			continue;
		if (ret || number > UINT64_MAX >> units[i].shift)
			return -ERANGE;
		*bytes = number << units[i].shift;
		return 0;
	}
	return -EINVAL;
}

static uint64_t unit_of(const char *suffix, uint64_t bare_ns)
{
	static const struct {
		const char *suffix;
		uint64_t ns;
	} units[] = {
		{ "us", 1000 },
		{ "ms", CLB_NS_PER_MS },
		{ "s", CLB_NS_PER_S },
		{ "m", 60 * CLB_NS_PER_S },
		{ "h", 3600 * CLB_NS_PER_S },
		{ "d", 86400 * CLB_NS_PER_S },
	};

	if (!*suffix)
		return bare_ns;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (!strcmp(suffix, units[i].suffix))
			return units[i].ns;
	return 0;
}

int clb_time_parse(const char *text, uint64_t unit_ns, uint64_t *time_ns)
{
	const char *decimals = NULL;
	uint64_t whole, unit, rest = 0;
	char *end;
	int ret;

	ret = leading_number(text, &end, &whole);
	if (ret == -EINVAL)
		return ret;
	if (*end == '.') {
		decimals = ++end;
		while (isdigit((unsigned char)*end))
			end++;
		if (end == decimals)
			return -EINVAL;
	}
	unit = unit_of(end, unit_ns);
	if (!unit)
		return -EINVAL;
	if (ret || whole >= INT64_MAX / unit)
		return -ERANGE;

	for (uint64_t part = unit / 10; decimals && decimals < end && part; decimals++, part /= 10)
		rest += part * (*decimals - '0');
	*time_ns = whole * unit + rest;
	return 0;
}

const char *clb_size_format(char text[CLB_SIZE_TEXT], uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB" };
	double size = bytes / 1024.0;
	size_t i = 0;

	if (bytes < 1024) {
		snprintf(text, CLB_SIZE_TEXT, "%" PRIu64 " B", bytes);
		return text;
	}
	/* 1023.95 would be printed as 1024.0 */
	while (size >= 1023.95 && i + 1 < ARRAY_SIZE(units)) {
		size /= 1024;
		i++;
	}
	snprintf(text, CLB_SIZE_TEXT, "%.1f %s", size, units[i]);
	return text;
}

const char *clb_size_format_short(char text[CLB_SIZE_TEXT], uint64_t bytes)
{
	static const char units[] = "BkMGT";
	size_t i = 0;

	while (bytes >= 1024 && units[i + 1]) {
		bytes = bytes / 1024 + (bytes % 1024 ? 1 : 0);
		i++;
	}
	if (i)
		snprintf(text, CLB_SIZE_TEXT, "%" PRIu64 "%c", bytes, units[i]);
	else
		snprintf(text, CLB_SIZE_TEXT, "%" PRIu64, bytes);
	return text;
}
