/* SPDX-License-Identifier: GPL-2.0 */
/* Points in time as people write them. */
#ifndef CLB_WHEN_H
#define CLB_WHEN_H

#include <stdbool.h>
#include <stdint.h>

enum clb_when_kind {
	CLB_WHEN_AFTER,		/* +SECONDS after the first record */
	CLB_WHEN_DAYTIME,	/* HH:MM:SS of a day that is yet to be found */
	CLB_WHEN_DATE,		/* date and time */
};

/**
 * struct clb_when - a point in time
 * @kind: what it counts from
 * @utc: CLB_WHEN_DAYTIME: of UTC, not of the local time zone
 * @ns: after the first record, after midnight, or since 1970
 */
struct clb_when {
	enum clb_when_kind kind;
	bool utc;
	uint64_t ns;
};

/**
 * clb_when_parse() - read a point in time
 * @text: HH:MM:SS, RFC 3339 (without a zone: local time) or +SECONDS; decimals
 *	down to ns are allowed
 * @when: what it says
 *
 * Return: 0 or -EINVAL.
 */
int clb_when_parse(const char *text, struct clb_when *when);

/**
 * clb_when_set_day() - find the day that a daytime means
 * @when: becomes CLB_WHEN_DATE: on the day of @first, or on the day after it if
 *	that is the one between @first and @last; not for CLB_WHEN_AFTER
 * @first: start of the trace, ns since 1970
 * @last: its end
 */
void clb_when_set_day(struct clb_when *when, uint64_t first, uint64_t last);

#endif /* CLB_WHEN_H */
