/* SPDX-License-Identifier: GPL-2.0 */
/* Points in time as people write them. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

#include "when.h"

#define NSEC_PER_SEC	1000000000u
#define SEC_PER_DAY	86400

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly @digits digits, @min to @max, then @after if it is not NUL. */
static bool take_number(const char **text, int digits, int min, int max, char after, int *number)
{
	const char *p = *text;

	*number = 0;
	for (int i = 0; i < digits; i++, p++) {
		if (!is_digit(*p))
			return false;
		*number = *number * 10 + *p - '0';
	}
	if (after && *p++ != after)
		return false;
	*text = p;
	return *number >= min && *number <= max;
}

/* ".frac" or nothing; digits beyond the ninth are cut off. */
static bool take_fraction(const char **text, uint32_t *ns)
{
	uint32_t unit = NSEC_PER_SEC / 10;
	const char *p = *text;

	*ns = 0;
	if (*p != '.')
		return true;
	if (!is_digit(*++p))
		return false;
	for (; is_digit(*p); p++, unit /= 10)
		*ns += unit * (*p - '0');
	*text = p;
	return true;
}

/* HH:MM:SS[.frac]; a leap second is the first of the next minute. */
static bool take_daytime(const char **text, struct tm *tm, uint32_t *ns)
{
	return take_number(text, 2, 0, 23, ':', &tm->tm_hour) &&
	       take_number(text, 2, 0, 59, ':', &tm->tm_min) &&
	       take_number(text, 2, 0, 60, 0, &tm->tm_sec) &&
	       take_fraction(text, ns);
}

static int parse_after(const char *text, struct clb_when *when)
{
	uint64_t sec = 0;
	uint32_t ns;

	if (!is_digit(*text))
		return -EINVAL;
	for (; is_digit(*text); text++) {
		sec = sec * 10 + *text - '0';
		if (sec >= UINT64_MAX / NSEC_PER_SEC / 2)
			return -EINVAL;
	}
	if (!take_fraction(&text, &ns) || *text)
		return -EINVAL;
	*when = (struct clb_when) { .kind = CLB_WHEN_AFTER, .ns = sec * NSEC_PER_SEC + ns };
	return 0;
}

static int parse_daytime(const char *text, struct clb_when *when)
{
	struct tm tm = { 0 };
	uint32_t ns;

	*when = (struct clb_when) { .kind = CLB_WHEN_DAYTIME };
	if (!take_daytime(&text, &tm, &ns))
		return -EINVAL;
	if (*text == 'Z' || *text == 'z') {
		when->utc = true;
		text++;
	}
	if (*text)
		return -EINVAL;
	when->ns = (tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec) * (uint64_t)NSEC_PER_SEC + ns;
	return 0;
}

/* Z, +HH:MM or -HH:MM up to the end; none is the local zone. -1 as mktime(). */
static time_t take_zone(const char *text, struct tm *tm)
{
	int sign = *text == '-' ? -1 : 1, hours, minutes;

	if (!*text)
		return mktime(tm);
	if (!strcmp(text, "Z") || !strcmp(text, "z"))
		return timegm(tm);
	if (*text != '+' && *text != '-')
		return -1;
	text++;
	if (!take_number(&text, 2, 0, 23, ':', &hours) ||
	    !take_number(&text, 2, 0, 59, 0, &minutes) || *text)
		return -1;
	return timegm(tm) - sign * (hours * 3600 + minutes * 60);
}

static int days_of_month(int year, int month)
{
	bool leap = (year % 4 == 0 && year % 100) || year % 400 == 0;

	if (month == 2)
		return leap ? 29 : 28;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static int parse_date(const char *text, struct clb_when *when)
{
	struct tm tm = { .tm_isdst = -1 };
	uint32_t ns;
	time_t sec;

	if (!take_number(&text, 4, 1970, 2500, '-', &tm.tm_year) ||
	    !take_number(&text, 2, 1, 12, '-', &tm.tm_mon) ||
	    !take_number(&text, 2, 1, days_of_month(tm.tm_year, tm.tm_mon), 0, &tm.tm_mday))
		return -EINVAL;
	if (*text != 'T' && *text != 't' && *text != ' ')
		return -EINVAL;
	text++;
	if (!take_daytime(&text, &tm, &ns))
		return -EINVAL;
	tm.tm_year -= 1900;
	tm.tm_mon--;
	sec = take_zone(text, &tm);
	if (sec < 0)
		return -EINVAL;
	*when = (struct clb_when) {
		.kind = CLB_WHEN_DATE,
		.ns = sec * (uint64_t)NSEC_PER_SEC + ns,
	};
	return 0;
}

int clb_when_parse(const char *text, struct clb_when *when)
{
	if (*text == '+')
		return parse_after(text + 1, when);
	if (strchr(text, '-') && strlen(text) > 10)
		return parse_date(text, when);
	return parse_daytime(text, when);
}

/* @when's daytime, @days after the day of @first. */
static uint64_t on_day(const struct clb_when *when, uint64_t first, int days)
{
	time_t sec = first / NSEC_PER_SEC;
	uint64_t daytime = when->ns / NSEC_PER_SEC;
	struct tm tm;

	if (when->utc) {
		sec = sec / SEC_PER_DAY * SEC_PER_DAY + days * SEC_PER_DAY + daytime;
	} else {
		localtime_r(&sec, &tm);
		tm.tm_mday += days;
		tm.tm_hour = daytime / 3600;
		tm.tm_min = daytime / 60 % 60;
		tm.tm_sec = daytime % 60;
		tm.tm_isdst = -1;
		sec = mktime(&tm);
	}
	return sec * (uint64_t)NSEC_PER_SEC + when->ns % NSEC_PER_SEC;
}

void clb_when_set_day(struct clb_when *when, uint64_t first, uint64_t last)
{
	uint64_t today, tomorrow;

	if (when->kind != CLB_WHEN_DAYTIME)
		return;
	today = on_day(when, first, 0);
	tomorrow = on_day(when, first, 1);
	when->kind = CLB_WHEN_DATE;
	when->ns = today < first && tomorrow <= last ? tomorrow : today;
}
