// SPDX-License-Identifier: GPL-2.0
/* One thread: clist against a plain queue that does the same. */

#include <stdio.h>
#include <stdlib.h>

#include "clist_test.h"

/**
 * struct item - an object that should be in the list
 * @number: what its content follows from
 * @stamp: its time
 * @size: bytes
 * @lost: refused just before it, by cause
 * @first: time of the first of those
 * @last: time of the last
 */
struct item {
	u64 number;
	u64 stamp;
	size_t size;
	u64 lost[CLIST_NR_LOST];
	u64 first;
	u64 last;
};

/**
 * struct model - a list and the queue that it should be
 * @list: the one under test
 * @charge: its budget
 * @node_bytes: of each of its nodes
 * @max_size: of an object, bytes
 * @placed: the reader asks for losses at each object
 * @queue: items, a ring
 * @head: the oldest
 * @count: how many
 * @bytes: that they take in nodes
 * @number: of the next object
 * @lost: refused since the last one that got room
 * @first: time of the first of those, or of all since the last move
 * @last: time of the last
 * @moved: what the next object must be told to have lost before it
 * @refused: by cause, ever
 * @told: by cause, ever
 * @seed: of the random numbers
 */
struct model {
	struct clist *list;
	struct charge charge;
	size_t node_bytes;
	size_t max_size;
	bool placed;
	struct item *queue;
	unsigned long head;
	unsigned long count;
	size_t bytes;
	u64 number;
	u64 lost[CLIST_NR_LOST];
	u64 first;
	u64 last;
	struct item moved;
	u64 refused[CLIST_NR_LOST];
	u64 told[CLIST_NR_LOST];
	u64 seed;
};

/* A list within this budget cannot hold more objects than the queue. */
#define QUEUE_SIZE	(1ul << 16)
#define BUDGET		((long)(QUEUE_SIZE * sizeof(struct clist_obj)))

static unsigned long kicks;

static void count_kick(struct irq_work *work)
{
	(void)work;
	kicks++;
}

static bool model_init(struct model *m, unsigned int nr_node, size_t node_data,
		       size_t max_size, u64 seed)
{
	*m = (struct model){
		.charge.max = BUDGET,
		.node_bytes = clist_node_bytes(node_data),
		.max_size = max_size,
		.placed = true,
		.seed = seed,
	};
	m->queue = calloc(QUEUE_SIZE, sizeof(*m->queue));
	if (posix_memalign((void **)&m->list, 64, sizeof(*m->list)))
		m->list = NULL;
	return m->queue && m->list &&
	       !clist_init(m->list, nr_node, m->node_bytes, NUMA_NO_NODE, count_kick, charge,
			   &m->charge);
}

/* Returns whether the list gave all of its memory back. */
static bool model_exit(struct model *m)
{
	clist_shim.fail_after = -1;
	clist_exit(m->list, charge, &m->charge);
	free(m->list);
	free(m->queue);
	CHECK(!m->charge.now, false);
	return true;
}

static unsigned long stack_length(const struct llist_head *head)
{
	const struct llist_node *n;
	unsigned long length = 0;

	for (n = head->first; n; n = n->next)
		length++;
	return length;
}

/* What must hold of a list that nobody is busy with. */
static bool consistent(const struct model *m)
{
	const struct clist *l = m->list;
	const struct clist_node *n = l->w;
	unsigned long circle = 0, used = 0;

	do {
		circle++;
		CHECK(circle <= l->nr_node, false);
		n = n->next;
	} while (n != l->w);
	CHECK(circle == l->nr_node && circle <= l->nr_high, false);
	for (n = l->r; n != l->w; n = n->next)
		CHECK(++used < circle, false);
	CHECK(used == l->w_seq - l->r_seq, false);
	CHECK(stack_length(&l->spare) == l->nr_added - l->nr_taken, false);
	CHECK((circle + stack_length(&l->spare) + stack_length(&l->retired)) * m->node_bytes ==
	      (unsigned long)m->charge.now, false);
	CHECK(clist_unread(l) >= m->bytes && !(l->busy & 1), false);
	return true;
}

static bool has_room(const struct clist *l, size_t space)
{
	if (!clist_pushable(l) || space > l->node_size)
		return false;
	return (l->limit && l->w->end + space <= l->limit) || l->w->next != l->r ||
	       l->spare.first;
}

/* ------------------------------------------------------------------ writing */

static bool model_refuse(struct model *m, enum clist_lost should)
{
	u64 now = clist_shim.clock;
	enum clist_lost cause = clist_lose(m->list);

	CHECK(cause == should, false);
	if (!m->first)
		m->first = now;
	m->last = now;
	m->lost[cause]++;
	m->refused[cause]++;
	/* Whoever must make room was called, and has not begun since; or there
	 * was no memory, and it will come again by itself.
	 */
	CHECK(m->list->want_refill || m->list->starved, false);
	return true;
}

/* Room was found: what was refused before lies before the next object. */
static void model_move(struct model *m)
{
	unsigned int i;

	for (i = 0; i < CLIST_NR_LOST; i++) {
		m->moved.lost[i] += m->lost[i];
		m->lost[i] = 0;
	}
	if (m->first) {
		m->moved.first = m->first;
		m->moved.last = m->last;
	}
	m->first = 0;
}

static bool push(struct model *m, size_t size, bool commit)
{
	struct clist *l = m->list;
	size_t space = CLIST_SPACE(size);
	bool room = has_room(l, space);
	struct item *item;
	struct clist_obj *obj;
	bool good = true;

	CHECK(clist_enter(l), false);
	/* Whatever interrupts us here must leave. */
	CHECK(!clist_enter(l), false);
	obj = clist_reserve(l, space);
	CHECK(!!obj == room, false);
	if (!obj) {
		if (clist_pushable(l) && space <= l->node_size)
			good = model_refuse(m, l->capped ? CLIST_LOST_CAP : CLIST_LOST_REFILL);
		goto out;
	}
	model_move(m);
	if (!commit)
		goto out;
	obj->stamp = ktime_get_raw_fast_ns();
	obj->aux = (u32)~m->number;
	obj->size = (u16)size;
	obj->tag = (u16)m->number;
	object_fill(obj->data, size, m->number);
	item = &m->queue[(m->head + m->count++) % QUEUE_SIZE];
	*item = m->moved;
	item->number = m->number;
	item->stamp = obj->stamp;
	item->size = size;
	m->bytes += space;
	m->moved = (struct item){};
	clist_commit(l, obj, space);
out:
	clist_leave(l);
	m->number++;
	return good;
}

static size_t random_size(struct model *m)
{
	/* Now and then as large as can be, or without any content. */
	switch (random_below(&m->seed, 8)) {
	case 0:
		return m->max_size;
	case 1:
		return 0;
	default:
		return random_below(&m->seed, (unsigned int)m->max_size + 1);
	}
}

static bool push_some(struct model *m)
{
	unsigned int nr = 1 + random_below(&m->seed, 12);

	while (nr--)
		if (!push(m, random_size(m), random_below(&m->seed, 10) != 0))
			return false;
	return true;
}

/* ------------------------------------------------------------------ reading */

/* Takes what the list tells to be lost; checks it against @should. */
static bool hear_losses(struct model *m, bool now, u64 *should, u64 first, u64 last)
{
	bool (*ask)(struct clist *l, struct clist_loss *loss) = now ? clist_loss_now : clist_loss;
	struct clist_loss loss;
	unsigned int i;

	while (ask(m->list, &loss)) {
		CHECK(loss.cause < CLIST_NR_LOST && loss.count, false);
		CHECK(loss.count == should[loss.cause], false);
		CHECK(loss.first == first && loss.last == last, false);
		should[loss.cause] = 0;
		m->told[loss.cause] += loss.count;
	}
	for (i = 0; i < CLIST_NR_LOST; i++)
		CHECK(!should[i], false);
	return true;
}

static bool same(const struct item *item, const struct clist_obj *obj)
{
	CHECK(obj->size == item->size && obj->stamp == item->stamp, false);
	CHECK(obj->tag == (u16)item->number && obj->aux == (u32)~item->number, false);
	CHECK(object_intact(obj->data, item->size, item->number), false);
	return true;
}

static void model_pop(struct model *m)
{
	m->bytes -= CLIST_SPACE(m->queue[m->head].size);
	m->head = (m->head + 1) % QUEUE_SIZE;
	m->count--;
}

/* Reads one object in its place in the node. Returns 0 on failure. */
static int read_one(struct model *m)
{
	const struct clist_obj *obj = clist_peek(m->list);
	struct item *item = &m->queue[m->head];

	CHECK(!obj == !m->count, 0);
	if (!obj) {
		/* Now is the time to try again what there was no memory for. */
		CHECK(clist_feed(m->list) == m->list->starved, 0);
		CHECK(hear_losses(m, false, m->moved.lost, m->moved.first, m->moved.last), 0);
		CHECK(hear_losses(m, true, m->lost, m->first, m->last), 0);
		CHECK(!clist_unread(m->list), 0);
		return -1;
	}
	CHECK(hear_losses(m, false, item->lost, item->first, item->last), 0);
	CHECK(clist_peek(m->list) == obj, 0);
	CHECK(same(item, obj), 0);
	/* Sometimes it stays: peeked at only. */
	if (random_below(&m->seed, 8)) {
		clist_consume(m->list, clist_next_obj(obj));
		model_pop(m);
	}
	return 1;
}

/* Reads several by copying. Losses are not asked for: their sum is. */
static bool pull_some(struct model *m)
{
	unsigned char buf[8192] __aligned(8);
	size_t size = random_below(&m->seed, sizeof(buf));
	unsigned int nr = random_below(&m->seed, 20);
	unsigned char *p = buf;
	int i, done;

	done = clist_pullable(m->list) && nr == 1 ?
	       clist_pull_one(m->list, (struct clist_obj *)buf, size) :
	       clist_pull_order(m->list, buf, size, nr);
	if (done == -EMSGSIZE) {
		CHECK(m->count && CLIST_SPACE(m->queue[m->head].size) > size, false);
		return true;
	}
	CHECK(done >= 0 && (unsigned int)done <= nr, false);
	for (i = 0; i < done; i++) {
		CHECK(m->count && same(&m->queue[m->head], (struct clist_obj *)p), false);
		p += CLIST_SPACE(m->queue[m->head].size);
		model_pop(m);
	}
	CHECK(p <= buf + size, false);
	/* It stopped for a reason. */
	CHECK((unsigned int)done == nr || !m->count ||
	      p + CLIST_SPACE(m->queue[m->head].size) > buf + size, false);
	return true;
}

static bool read_some(struct model *m)
{
	unsigned int nr = random_below(&m->seed, 24);
	int done;

	if (!m->placed)
		return pull_some(m);
	for (; nr; nr--) {
		done = read_one(m);
		if (done <= 0)
			return done < 0;
	}
	return true;
}

/* ----------------------------------------------------------------- the rest */

/* No memory, for one reason or the other: sooner or later the list is full. */
static bool starve(struct model *m)
{
	enum clist_lost cause = random_below(&m->seed, 2) ? CLIST_LOST_CAP : CLIST_LOST_REFILL;
	u64 before = m->refused[cause];

	clist_shim.fail_after = cause == CLIST_LOST_REFILL ? 0 : -1;
	m->charge.max = cause == CLIST_LOST_CAP ? 0 : LONG_MAX;
	while (m->refused[cause] == before) {
		CHECK(push(m, m->max_size, true), false);
		clist_refill(m->list, charge, &m->charge);
	}
	clist_shim.fail_after = -1;
	m->charge.max = BUDGET;
	return true;
}

static bool change_something(struct model *m)
{
	struct clist *l = m->list;
	unsigned long before;

	if (!random_below(&m->seed, 50))
		return starve(m);
	switch (random_below(&m->seed, 8)) {
	case 0:
		m->charge.max = random_below(&m->seed, 3) ? BUDGET : 0;
		return true;
	case 1:
		clist_shim.fail_after = random_below(&m->seed, 3) ?
					-1 : (long)random_below(&m->seed, 4);
		return true;
	case 2:
		clist_decay(l);
		CHECK(l->shrink_to >= l->nr_start, false);
		return true;
	case 3:
		/* Asked to tell when something comes: it tells, once. */
		l->want_read = false;
		before = kicks;
		atomic_or(CLIST_ARMED, &l->flags);
		CHECK(push(m, 0, true), false);
		CHECK(l->want_read && kicks > before, false);
		CHECK(!(atomic_read(&l->flags) & CLIST_ARMED), false);
		return true;
	default:
		clist_refill(l, charge, &m->charge);
		CHECK(!l->want_refill && !l->retired.first, false);
		return true;
	}
}

static bool all_told(struct model *m)
{
	struct clist_loss loss;
	unsigned int i;

	while (clist_peek(m->list))
		CHECK(m->placed ? read_one(m) : pull_some(m), false);
	CHECK(!m->count, false);
	while (clist_loss(m->list, &loss) || clist_loss_now(m->list, &loss))
		m->told[loss.cause] += loss.count;
	for (i = 0; i < CLIST_NR_LOST; i++)
		CHECK(m->told[i] == m->refused[i], false);
	return true;
}

static bool random_operations(struct model *m, unsigned long steps)
{
	/* Phases in which writing, then reading prevails. */
	unsigned int bias = 0;

	clist_shim.clock = 1000;
	for (; steps; steps--) {
		unsigned int dice = random_below(&m->seed, 10);
		bool good;

		if (steps % 256 == 0)
			bias = random_below(&m->seed, 9);
		if (dice == 9)
			good = change_something(m);
		else if (dice < bias)
			good = push_some(m);
		else
			good = read_some(m);
		if (!good || !consistent(m))
			return false;
	}
	return all_told(m);
}

static void test_random(u64 seed, unsigned long steps)
{
	static const struct {
		unsigned int nr_node;
		size_t node_data;
		size_t max_size;
		bool pull;
	} kinds[] = {
		{ 2, 512, 40, false },
		{ 2, 4000, 3900, false },
		{ 5, 8000, 300, false },
		{ 3, 40000, 900, false },
		{ 2, 512, 200, true },
	};
	struct model m;
	unsigned int i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		bool good = model_init(&m, kinds[i].nr_node, kinds[i].node_data,
				       kinds[i].max_size, seed + i);

		m.placed = !kinds[i].pull;
		good = good && random_operations(&m, steps);
		point(model_exit(&m) && good,
		      "a list of %u nodes of %zu bytes, %s, does what a queue does: %llu objects, %llu + %llu refused",
		      kinds[i].nr_node, m.node_bytes, m.placed ? "read in place" : "pulled",
		      (unsigned long long)m.number, (unsigned long long)m.refused[0],
		      (unsigned long long)m.refused[1]);
		/* A run that never filled the list has proved little. */
		point(m.refused[0] && m.refused[1], "... and was full for both causes");
	}
	clist_shim.clock = 0;
}

/* ------------------------------------------------------------- single rules */

static unsigned int nr_spares(const struct clist *l)
{
	return l->nr_added - l->nr_taken;
}

static bool grows_and_shrinks(struct model *m)
{
	struct clist *l = m->list;
	unsigned long first, moves = 0;
	unsigned int i;

	while (l->nr_node < 64) {
		CHECK(push(m, 40, true), false);
		if (l->want_refill)
			clist_refill(l, charge, &m->charge);
	}
	CHECK(!m->refused[0] && !m->refused[1], false);
	while (m->count)
		CHECK(read_one(m), false);
	clist_decay(l);
	CHECK(l->nr_node + nr_spares(l) >= 64, false);
	/* A quiet time: what the burst needed goes back. A reader that is at
	 * most one node behind needs two; twice that stays, and as many spares.
	 */
	first = l->w_seq;
	for (i = 0; i < 50000; i++) {
		if (i % 500 == 0)
			clist_decay(l);
		CHECK(push(m, 40, true), false);
		while (m->count)
			CHECK(read_one(m), false);
		if (l->want_refill)
			clist_refill(l, charge, &m->charge);
		if (l->nr_node > 4 || nr_spares(l) > 4)
			moves = l->w_seq - first;
	}
	clist_refill(l, charge, &m->charge);
	CHECK(l->nr_node == 4 && l->nr_high >= 64 && consistent(m), false);
	CHECK((unsigned long)m->charge.now <= 2 * 4 * m->node_bytes, false);
	/* Soon: 64 nodes, and up to twice as many spares. */
	CHECK(moves && moves < 64, false);
	return true;
}

static bool recovers_from_cold(struct model *m)
{
	struct clist *l = m->list;
	unsigned int i;

	m->charge.max = 0;
	clist_refill(l, charge, &m->charge);
	while (!m->refused[CLIST_LOST_CAP] && !m->refused[CLIST_LOST_REFILL])
		CHECK(push(m, m->max_size, true), false);
	/* What would still fit behind the last object must not pass the loss. */
	for (i = 0; i < 10; i++)
		CHECK(push(m, 0, true) && m->lost[0] + m->lost[1] == i + 2, false);
	/* Reading part of a node frees nothing; the whole of it does. */
	while (l->r_seq == 0)
		CHECK(read_one(m), false);
	CHECK(push(m, 0, true) && !m->lost[0] && !m->lost[1], false);
	return all_told(m);
}

static bool tells_late_losses_in_place(struct model *m)
{
	struct clist_loss loss;

	m->charge.max = 0;
	CHECK(push(m, m->max_size, true), false);
	while (m->count)
		CHECK(read_one(m), false);
	/* The reader found nothing; before it asks, the writer fills the list. */
	CHECK(!clist_peek(m->list), false);
	while (!m->refused[CLIST_LOST_CAP] && !m->refused[CLIST_LOST_REFILL])
		CHECK(push(m, m->max_size, true), false);
	CHECK(!clist_loss_now(m->list, &loss), false);
	return all_told(m);
}

static bool ends(struct model *m)
{
	unsigned char buf[256] __aligned(8);
	unsigned int i;

	for (i = 0; i < 3; i++)
		CHECK(push(m, 16, true), false);
	CHECK(clist_pull_end(m->list, buf, sizeof(buf), 9) == -EBUSY, false);
	clist_set_end(m->list);
	CHECK(!clist_pushable(m->list), false);
	CHECK(push(m, 16, true) && m->count == 3 && !m->refused[1], false);
	CHECK(clist_push_one(m->list, 0, buf, 8) == -ENOSPC, false);
	CHECK(!m->list->lost[0] && !m->list->lost[1], false);
	CHECK(clist_pull_end(m->list, buf, 8, 9) == -EMSGSIZE, false);
	CHECK(clist_pull_end(m->list, buf, sizeof(buf), 9) == 3, false);
	CHECK(clist_pull_end(m->list, buf, sizeof(buf), 9) == 0, false);
	return true;
}

static bool pushes_orders(struct model *m)
{
	struct clist *l = m->list;
	struct clist_loss loss;
	unsigned char data[64 * 40], buf[CLIST_SPACE(40)] __aligned(8);
	struct clist_obj *obj = (struct clist_obj *)buf;
	unsigned int done, i;
	u64 lost;

	for (i = 0; i < 64; i++)
		object_fill(data + i * 40, 40, i);
	m->charge.max = 0;
	clist_refill(l, charge, &m->charge);
	/* More than there is room for: a first part, the others are counted. */
	for (i = 0, done = 64; done == 64; i++)
		done = clist_push_order(l, 7, data, 40, 64);
	lost = l->lost[CLIST_LOST_CAP] + l->lost[CLIST_LOST_REFILL];
	CHECK(done < 64 && lost == 64 - done, false);
	for (i = 64 * (i - 1) + done, done = 0; done < i; done++) {
		CHECK(clist_pull_one(l, obj, sizeof(buf)) == 1 && obj->tag == 7, false);
		CHECK(obj->size == 40 && object_intact(obj->data, 40, done % 64), false);
	}
	CHECK(!clist_pull_one(l, obj, sizeof(buf)), false);
	CHECK(clist_loss_now(l, &loss) && loss.count == lost, false);
	/* Too large for any node: nobody's loss but the caller's. */
	CHECK(!clist_push_order(l, 7, buf, 70000, 1), false);
	CHECK(clist_push_one(l, 7, data, sizeof(data)) == 0, false);
	/* Inside a writer of the same list. */
	CHECK(clist_enter(l) && clist_push_one(l, 7, buf, 8) == -ENOSPC, false);
	clist_leave(l);
	return true;
}

static bool init_survives_failure(void)
{
	struct charge budget = { .max = LONG_MAX };
	struct clist *l;
	long i;

	CHECK(!posix_memalign((void **)&l, 64, sizeof(*l)), false);
	for (i = 0; i < 4; i++) {
		clist_shim.fail_after = i;
		CHECK(clist_init(l, 4, 4096, 0, count_kick, charge, &budget) == -ENOMEM, false);
		CHECK(!budget.now && !clist_alloc(4, 4096, 0, count_kick), false);
		clist_shim.fail_after = -1;
		budget.max = i * 4096;
		CHECK(clist_init(l, 4, 4096, 0, count_kick, charge, &budget) == -ENOMEM, false);
		CHECK(!budget.now, false);
		budget.max = LONG_MAX;
	}
	CHECK(clist_init(l, 1, 4096, 0, count_kick, NULL, NULL) == -EINVAL, false);
	CHECK(clist_init(l, 2, sizeof(struct clist_node), 0, count_kick, NULL, NULL) == -EINVAL,
	      false);
	free(l);
	l = clist_alloc(2, clist_node_bytes(1), 0, count_kick);
	CHECK(l && !clist_push_one(l, 1, "x", 1) && clist_pullable(l), false);
	clist_free(l);
	return true;
}

static bool node_sizes(void)
{
	CHECK(clist_node_bytes(1) == 4096, false);
	CHECK(clist_node_bytes(9000) == 16384, false);
	CHECK(clist_node_bytes(32768 - sizeof(struct clist_node)) == 32768, false);
	CHECK(clist_node_bytes(32768) == 36864, false);
	return true;
}

static void test_rule(bool (*rule)(struct model *m), size_t max_size, const char *name)
{
	struct model m;
	bool good = model_init(&m, 2, 4000, max_size, 1);

	clist_shim.clock = 1000;
	good = good && rule(&m);
	clist_shim.clock = 0;
	point(model_exit(&m) && good, "%s", name);
}

void model_tests(u64 seed, unsigned long steps)
{
	point(node_sizes(), "a node is whole pages, and a power of two where it is contiguous");
	point(init_survives_failure(), "a list that cannot be made leaves nothing behind");
	test_rule(grows_and_shrinks, 40, "a list grows under load and shrinks after it");
	test_rule(recovers_from_cold, 1000, "a full list refuses until it has moved");
	test_rule(tells_late_losses_in_place, 1000,
		  "what is lost now is told only when all before it was read");
	test_rule(ends, 40, "after its end a list refuses all and gives what it has");
	test_rule(pushes_orders, 40, "an order is taken as far as there is room");
	test_random(seed, steps);
}
