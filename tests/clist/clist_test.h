/* SPDX-License-Identifier: GPL-2.0 */
/* Test points, and objects whose content follows from their number. */
#ifndef CLIST_TEST_H
#define CLIST_TEST_H

#include <clbench/clist.h>

/**
 * struct charge - a budget for nodes
 * @now: bytes in use. Atomic.
 * @max: most bytes. Atomic.
 */
struct charge {
	long now;
	long max;
};

bool charge(void *data, long bytes);
unsigned int random_below(u64 *seed, unsigned int n);
void object_fill(unsigned char *data, size_t size, u64 number);
bool object_intact(const unsigned char *data, size_t size, u64 number);

/* One TAP line; @what is kept in one piece by the caller's format. */
bool point(bool good, const char *what, ...) __attribute__((format(printf, 2, 3)));

/* Says where, once for each place, and leaves the function. */
#define CHECK(condition, fail)							\
	do {									\
		if (!(condition)) {						\
			failed(__FILE__, __LINE__, #condition);			\
			return fail;						\
		}								\
	} while (0)

void failed(const char *file, int line, const char *what);

void model_tests(u64 seed, unsigned long steps);
void thread_tests(u64 seed, u64 objects);

#endif /* CLIST_TEST_H */
