/* SPDX-License-Identifier: GPL-2.0 */
/* Test points for the programs of this folder. */
#ifndef POINT_H
#define POINT_H

#include <stdbool.h>
#include <stdio.h>

static int points;

/* One TAP line. */
static inline void point(bool passed, const char *name)
{
	printf("%sok %d - %s\n", passed ? "" : "not ", ++points, name);
}

static inline int done(void)
{
	printf("1..%d\n", points);
	return 0;
}

#endif /* POINT_H */
