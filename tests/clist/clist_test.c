// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of clist in user space: the module's own source, on top of a shim.
 *
 * usage: clist_test [OBJECTS [STEPS [SEED]]]
 */

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clist_test.h"

static unsigned int nr_points;
static unsigned int nr_failed;

bool point(bool good, const char *what, ...)
{
	va_list args;

	printf("%sok %u - ", good ? "" : "not ", ++nr_points);
	va_start(args, what);
	vprintf(what, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
	nr_failed += !good;
	return good;
}

void failed(const char *file, int line, const char *what)
{
	printf("# %s:%d: %s\n", file, line, what);
	fflush(stdout);
}

bool charge(void *data, long bytes)
{
	struct charge *c = data;
	long now = __atomic_add_fetch(&c->now, bytes, __ATOMIC_RELAXED);

	if (bytes <= 0 || now <= READ_ONCE(c->max))
		return true;
	__atomic_sub_fetch(&c->now, bytes, __ATOMIC_RELAXED);
	return false;
}

unsigned int random_below(u64 *seed, unsigned int n)
{
	/* xorshift64*, Vigna 2016. */
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (unsigned int)((*seed * 0x2545f4914f6cdd1dull) >> 32) % n;
}

void object_fill(unsigned char *data, size_t size, u64 number)
{
	size_t i;

	for (i = 0; i < size; i++)
		data[i] = (unsigned char)((number >> (i % 8 * 8)) + i);
}

bool object_intact(const unsigned char *data, size_t size, u64 number)
{
	size_t i;

	for (i = 0; i < size; i++)
		if (data[i] != (unsigned char)((number >> (i % 8 * 8)) + i))
			return false;
	return true;
}

int main(int argc, char **argv)
{
	u64 objects = argc > 1 ? strtoull(argv[1], NULL, 0) : 2000000;
	unsigned long steps = argc > 2 ? strtoul(argv[2], NULL, 0) : 200000;
	u64 seed = argc > 3 ? strtoull(argv[3], NULL, 0) : (u64)time(NULL);

	printf("# objects %llu, steps %lu, seed %llu\n", (unsigned long long)objects, steps,
	       (unsigned long long)seed);
	model_tests(seed ? seed : 1, steps);
	thread_tests(seed ? seed : 1, objects);
	point(!clist_shim.allocated, "all memory was freed");
	printf("1..%u\n", nr_points);
	return nr_failed != 0;
}
