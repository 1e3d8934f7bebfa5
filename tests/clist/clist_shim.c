// SPDX-License-Identifier: GPL-2.0
/* Memory that can fail and that is poisoned when freed, and time. */

#include <malloc.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "clist_shim.h"

struct clist_shim clist_shim = { .fail_after = -1 };

void clist_disturb(void)
{
	static __thread u32 state;

	if (!clist_shim.disturb)
		return;
	/* Numerical Recipes' generator: its high bits will do. */
	state = state * 1664525 + 1013904223;
	if ((state >> 8) % clist_shim.disturb == 0)
		sched_yield();
}

static bool may_allocate(void)
{
	long left = READ_ONCE(clist_shim.fail_after);

	while (left > 0 &&
	       !__atomic_compare_exchange_n(&clist_shim.fail_after, &left, left - 1, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	return left != 0;
}

void *kvmalloc_node(size_t size, gfp_t gfp, int numa)
{
	void *p = may_allocate() ? malloc(size) : NULL;

	(void)gfp;
	(void)numa;
	if (p) {
		__atomic_fetch_add(&clist_shim.allocated, 1, __ATOMIC_RELAXED);
		memset(p, 0xa5, size);
	}
	return p;
}

void *__vmalloc(size_t size, gfp_t gfp)
{
	return kvmalloc_node(size, gfp, NUMA_NO_NODE);
}

void *kzalloc_node(size_t size, gfp_t gfp, int numa)
{
	void *p = NULL;

	(void)gfp;
	(void)numa;
	/* A list is aligned to cache lines, which malloc() does not know. */
	if (!may_allocate() || posix_memalign(&p, 64, size))
		return NULL;
	__atomic_fetch_add(&clist_shim.allocated, 1, __ATOMIC_RELAXED);
	return memset(p, 0, size);
}

void kvfree(const void *p)
{
	void *block = (void *)p;

	if (!p)
		return;
	/* Whoever still reads it finds no object; the sanitizers see it, too. */
	memset(block, 0x6b, malloc_usable_size(block));
	__atomic_fetch_sub(&clist_shim.allocated, 1, __ATOMIC_RELAXED);
	free(block);
}

void kfree(const void *p)
{
	kvfree(p);
}

u64 ktime_get_raw_fast_ns(void)
{
	struct timespec now;

	if (clist_shim.clock)
		return clist_shim.clock++;
	clock_gettime(CLOCK_MONOTONIC_RAW, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}

size_t roundup_pow_of_two(size_t n)
{
	size_t power = 1;

	while (power < n)
		power *= 2;
	return power;
}
