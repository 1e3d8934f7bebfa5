/* SPDX-License-Identifier: GPL-2.0 */
/* Values of options: read, or refused with a sentence. */

#include "option_value.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <linux/clbench.h>

#include "quantity.h"
#include "session.h"

int clb_option_refuse(const struct clb_options *o, const char *what, const char *rule)
{
	return clb_options_usage(o->argv[0], "%s \"%s\": %s", what, o->value, rule);
}

int clb_option_number(const struct clb_options *o, const char *what, uint32_t min, uint32_t max,
		      uint32_t *number)
{
	uint64_t value;
	char rule[80];

	if (!clb_number_parse(o->value, &value) && value >= min && value <= max) {
		*number = value;
		return -1;
	}
	snprintf(rule, sizeof(rule), "must be a number from %" PRIu32 " to %" PRIu32, min, max);
	return clb_option_refuse(o, what, rule);
}

int clb_option_size(const struct clb_options *o, const char *what, bool zero, uint64_t *bytes)
{
	int ret;

	ret = clb_size_parse(o->value, bytes);
	/* Beyond that, other programs read no integers. */
	if (!ret && *bytes > INT64_MAX)
		ret = -ERANGE;
	if (!ret && (*bytes || zero))
		return -1;
	if (ret == -EINVAL)
		return clb_option_refuse(o, what,
					 "must be a number of bytes, or one with k, M or G");
	return clb_option_refuse(o, what, ret ? "is too much" : "must be more than 0");
}

int clb_option_time(const struct clb_options *o, const char *what, bool zero, uint64_t *time_ns)
{
	int ret;

	ret = clb_time_parse(o->value, CLB_NS_PER_S, time_ns);
	if (!ret && (*time_ns || zero))
		return -1;
	if (ret == -EINVAL)
		return clb_option_refuse(o, what,
					 "must be a number, or one with us, ms, s, m, h or d");
	return clb_option_refuse(o, what, ret ? "is too long" : "must be more than 0");
}

int clb_option_flush_period(const struct clb_options *o, uint32_t *period_ms)
{
	uint64_t time_ns;

	if (clb_time_parse(o->value, CLB_NS_PER_MS, &time_ns) || time_ns < CLB_NS_PER_MS ||
	    time_ns > 60 * CLB_NS_PER_S || time_ns % CLB_NS_PER_MS)
		return clb_option_refuse(o, "--flush-period",
					 "must be a time from 1ms to 60s, in whole ms");
	*period_ms = time_ns / CLB_NS_PER_MS;
	return -1;
}

/* 0 is a time, too: the session ends with its reader. */
int clb_option_linger(const struct clb_options *o, uint32_t *linger_ms)
{
	uint64_t time_ns;

	if (clb_time_parse(o->value, CLB_NS_PER_S, &time_ns) || time_ns % CLB_NS_PER_MS ||
	    time_ns / CLB_NS_PER_MS > UINT32_MAX)
		return clb_option_refuse(o, "--linger",
					 "must be a time in whole ms, such as 30s, 10m or 0");
	*linger_ms = time_ns / CLB_NS_PER_MS;
	return -1;
}

int clb_option_on_full(const struct clb_options *o, bool *pause)
{
	*pause = !strcmp(o->value, "pause");
	if (*pause || !strcmp(o->value, "stop"))
		return -1;
	return clb_option_refuse(o, "--on-full", "must be pause or stop");
}

int clb_option_session(const struct clb_options *o, const char *name)
{
	size_t length = strlen(name);

	if (length && length <= CLBENCH_NAME_MAX && strspn(name, CLB_SESSION_LETTERS) == length)
		return -1;
	return clb_options_usage(o->argv[0],
				 "session name \"%s\": must be 1 to 31 of the characters A-Z a-z 0-9 _ . -",
				 name);
}
