// SPDX-License-Identifier: GPL-2.0
/* Writer, reader and refiller at the same time: nothing is lost in silence. */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clist_test.h"

/**
 * struct run - a list and its three threads
 * @list: the one under test
 * @charge: its budget. The refiller changes its limit.
 * @seed: of the random numbers
 * @objects: numbers 1 to this are pushed
 * @stall_one_in: objects after which the reader sleeps, on the average; 0: never
 * @flap: the budget is short now and then
 * @refused: the writer's count, by cause; read after it was joined
 * @done: the writer is. Atomic.
 * @stop: the refiller shall. Atomic.
 * @seen: objects read. The reader's; so for the following.
 * @told: losses heard of, by cause
 * @good: nothing was wrong
 */
struct run {
	struct clist *list;
	struct charge charge;
	u64 seed;
	u64 objects;
	unsigned int stall_one_in;
	bool flap;
	u64 refused[CLIST_NR_LOST];
	bool done;
	bool stop;
	u64 seen;
	u64 told[CLIST_NR_LOST];
	bool good;
};

/* The threads find the list's wishes by looking. */
static void ignore_kick(struct irq_work *work)
{
	(void)work;
}

static void nap(unsigned int us)
{
	nanosleep(&(struct timespec){ .tv_nsec = us * 1000l }, NULL);
}

static size_t object_size(u64 number)
{
	return 8 + (size_t)(number * 0x9e3779b97f4a7c15ull >> 58);
}

static void *write_all(void *data)
{
	struct run *run = data;
	struct clist *l = run->list;
	u64 i;

	for (i = 1; i <= run->objects; i++) {
		size_t size = object_size(i), space = CLIST_SPACE(size);
		struct clist_obj *obj;

		if (!clist_enter(l))
			abort();
		obj = clist_reserve(l, space);
		if (obj) {
			obj->stamp = i;
			obj->aux = (u32)i;
			obj->size = (u16)size;
			obj->tag = (u16)~i;
			object_fill(obj->data, size, i);
			clist_commit(l, obj, space);
		} else {
			run->refused[clist_lose(l)]++;
		}
		clist_leave(l);
	}
	/* Pairs with the acquire in read_on(): all was pushed, and counted. */
	smp_store_release(&run->done, true);
	return NULL;
}

static void *refill(void *data)
{
	struct run *run = data;
	u64 seed = run->seed ^ 0x5bd1e995;

	/* Pairs with the release in run_threads(). */
	while (!smp_load_acquire(&run->stop)) {
		if (run->flap && !random_below(&seed, 20))
			WRITE_ONCE(run->charge.max, random_below(&seed, 2) ? 0 : LONG_MAX);
		if (READ_ONCE(run->list->want_refill))
			clist_refill(run->list, charge, &run->charge);
		nap(20);
	}
	return NULL;
}

static u64 hear(struct run *run, bool (*ask)(struct clist *l, struct clist_loss *loss))
{
	struct clist_loss loss;
	u64 lost = 0;

	while (ask(run->list, &loss)) {
		run->told[loss.cause] += loss.count;
		lost += loss.count;
	}
	return lost;
}

/* All objects of this node that are there; returns the next number, or 0. */
static u64 read_run(struct run *run, const struct clist_obj *obj, u64 next)
{
	/* Pairs with the release in clist_commit(). */
	const unsigned char *end = smp_load_acquire(&run->list->r->end);

	for (; (const unsigned char *)obj != end; obj = clist_next_obj(obj), next++) {
		CHECK(obj->stamp == next && obj->aux == (u32)next, 0);
		CHECK(obj->tag == (u16)~next && obj->size == object_size(next), 0);
		CHECK(object_intact(obj->data, obj->size, next), 0);
		run->seen++;
	}
	clist_consume(run->list, obj);
	return next;
}

/* Each number is there or was told to be lost, at exactly its place. */
static u64 read_on(struct run *run, u64 next)
{
	/* Pairs with the release in write_all(). */
	bool done = smp_load_acquire(&run->done);
	const struct clist_obj *obj = clist_peek(run->list);

	next += hear(run, clist_loss);
	if (obj)
		return read_run(run, obj, next);
	/* The writer was done before we found nothing: no object can come. */
	if (done)
		next += hear(run, clist_loss_now);
	else
		nap(5);
	return next;
}

static void *read_all(void *data)
{
	struct run *run = data;
	u64 seed = run->seed ^ 0x2545f491, next = 1;

	while (next && next <= run->objects) {
		next = read_on(run, next);
		if (run->stall_one_in && !random_below(&seed, run->stall_one_in))
			nap(random_below(&seed, 5000));
		if (!random_below(&seed, 50)) {
			clist_decay(run->list);
			clist_feed(run->list);
		}
	}
	run->good = next == run->objects + 1;
	return NULL;
}

static bool run_threads(struct run *run)
{
	pthread_t writer, reader, refiller;

	if (pthread_create(&refiller, NULL, refill, run) ||
	    pthread_create(&reader, NULL, read_all, run) ||
	    pthread_create(&writer, NULL, write_all, run))
		abort();
	pthread_join(writer, NULL);
	pthread_join(reader, NULL);
	/* Pairs with the acquire in refill(). */
	smp_store_release(&run->stop, true);
	pthread_join(refiller, NULL);
	CHECK(run->good, false);
	CHECK(run->told[0] == run->refused[0] && run->told[1] == run->refused[1], false);
	CHECK(run->seen + run->told[0] + run->told[1] == run->objects, false);
	return true;
}

/* One list and its threads, with most of @nr_max nodes, spares included. */
static void test_threads(const char *what, struct run *run, unsigned int nr_max)
{
	size_t bytes = clist_node_bytes(2000);
	unsigned int high;
	bool good;

	run->charge.max = nr_max ? (long)(nr_max * bytes) : LONG_MAX;
	if (posix_memalign((void **)&run->list, 64, sizeof(*run->list)) ||
	    clist_init(run->list, 2, bytes, NUMA_NO_NODE, ignore_kick, charge, &run->charge))
		abort();
	good = run_threads(run);
	high = run->list->nr_high;
	clist_exit(run->list, charge, &run->charge);
	free(run->list);
	point(good && !run->charge.now,
	      "%s: %llu objects are seen or accounted for, each in its place", what,
	      (unsigned long long)run->objects);
	printf("# seen %llu, full_cap %llu, full_refill %llu, most nodes %u\n",
	       (unsigned long long)run->seen, (unsigned long long)run->told[CLIST_LOST_CAP],
	       (unsigned long long)run->told[CLIST_LOST_REFILL], high);
}

void thread_tests(u64 seed, u64 objects)
{
	struct run run = { .seed = seed, .objects = objects };
	struct run keeps_up = run, stalls = run, flaps = run, small = run, tiny = run;

	stalls.stall_one_in = 300;
	flaps.stall_one_in = 300;
	flaps.flap = true;
	small.stall_one_in = 1000;
	clist_shim.disturb = 1000;
	test_threads("a reader that keeps up", &keeps_up, 0);
	test_threads("a reader that stalls", &stalls, 0);
	test_threads("a reader that stalls, memory that comes and goes", &flaps, 0);
	test_threads("a reader that stalls, at most 6 nodes", &small, 6);
	test_threads("a reader that keeps up, at most 3 nodes", &tiny, 3);
	clist_shim.disturb = 0;
}
