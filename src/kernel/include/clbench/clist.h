/* SPDX-License-Identifier: GPL-2.0 */
/*
 * clist: an elastic circular list of nodes, each holding many objects; one
 * writer that is never blocked and takes no lock, one reader, one refiller.
 *
 * What may run at the same time:
 *
 *              | writer | reader | refiller | who it is
 *   -----------+--------+--------+----------+--------------------------------
 *   writer     |  no *) |  yes   |   yes    | code of one CPU and one context
 *   reader     |  yes   |  no    |   yes    | one thread (the merge)
 *   refiller   |  yes   |  yes   |   no     | one thread (may sleep, allocate)
 *
 *   *) A writer that interrupts the writer of the same list finds it busy and
 *      must leave: clist_enter() tells.
 *
 * The protocol, whose names the formal model shares:
 *
 *   - @w, the writer's node, is stored by the writer only; @r, the reader's
 *     node, by the reader only. A node is free if it is not in r..w: there is
 *     no flag in the node.
 *   - The writer fills w, then moves to w->next. If that is r, it links a spare
 *     node in between, or refuses ("cold") until one of the two is there. It
 *     alone changes links, and only w->next: inserting, or unlinking a free
 *     node to shrink.
 *   - The reader leaves r only after it saw that w is another node *and then*
 *     found r's end where it had read up to.
 *   - @spare is filled by the refiller and popped by the writer alone; @retired
 *     is filled by the writer and taken whole by the refiller. So neither has
 *     two poppers, and no ABA.
 *
 * Memory order: an object is complete before node->end shows it (release), a
 * node is reset before @w shows it (release), everything was read from a node
 * before @r leaves it (release). Each acquire below names its partner.
 *
 * Knows nothing of clbench. Compiles in user space as well.
 */
#ifndef _CLBENCH_CLIST_H
#define _CLBENCH_CLIST_H

#ifdef __KERNEL__
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/irq_work.h>
#include <linux/llist.h>
#include <linux/types.h>
#else
#include "clist_shim.h"
#endif

/* Why a list refuses: an index of lost[]. */
enum clist_lost {
	CLIST_LOST_CAP,		/* the refiller may not allocate more */
	CLIST_LOST_REFILL,	/* the refiller was not fast enough */
	CLIST_NR_LOST,
};

/**
 * struct clist_obj - an object in a node, 8-byte aligned
 * @stamp: its time, ns; never goes back within a list
 * @aux: the user's
 * @size: bytes of @data
 * @tag: the user's
 * @data: the object; the bytes up to the next multiple of 8 mean nothing
 */
struct clist_obj {
	u64 stamp;
	u32 aux;
	u16 size;
	u16 tag;
	unsigned char data[];
};

/* Bytes that an object of @size takes in a node. */
#define CLIST_SPACE(size) \
	((sizeof(struct clist_obj) + (size) + 7u) & ~(size_t)7)

/**
 * struct clist_node - room for many objects
 * @next: the circle. Stored by the writer only.
 * @stack: place in @spare or @retired; not used within the circle
 * @end: behind the last published object. Stored by the writer (release).
 * @lost: the list's totals when the writer moved here: what it refused before.
 *	Written before the node is published; so for the two below.
 * @lost_first: time of the first object refused between the node before and this
 * @lost_last: time of the last
 * @data: objects
 */
struct clist_node {
	struct clist_node *next;
	struct llist_node stack;
	unsigned char *end;
	u64 lost[CLIST_NR_LOST];
	u64 lost_first;
	u64 lost_last;
	unsigned char data[] __aligned(8);
};

/* Other threads' wishes to the writer: bits of clist.flags. */
#define CLIST_ARMED	1u	/* tell when something is written */
#define CLIST_END	2u	/* refuse everything */

/**
 * struct clist - one circular list
 * @busy: odd while the writer is inside. Stored by the writer.
 * @flags: CLIST_ARMED, CLIST_END. Atomic bits; read by the writer.
 * @w: the writer's node. Stored by the writer (release).
 * @limit: behind the last usable byte of @w; NULL while cold. The writer's.
 * @w_seq: how often the writer moved on. Stored by the writer.
 * @nr_node: nodes in the circle. Stored by the writer.
 * @nr_taken: spares that the writer has popped. Stored by the writer.
 * @used_high: most nodes in r..w since clist_decay(). A hint.
 * @nr_high: most nodes ever in the circle. Stored by the writer.
 * @lost: objects refused so far, by cause. Stored by the writer.
 * @lost_first: time of the first since the last move. The writer's.
 * @lost_last: time of the last since the last move. The writer's.
 * @cold_since_move: something was refused since the last move. The writer's.
 * @r: the reader's node. Stored by the reader (release).
 * @tail: behind the last object read. The reader's.
 * @r_seq: how often the reader moved on. Stored by the reader.
 * @reported: losses that the reader has been told of. The reader's.
 * @last: time of the last object read, ns. The reader's.
 * @spare: nodes for growth, see above
 * @retired: nodes to be freed, see above
 * @nr_added: spares that the refiller has pushed. Stored by the refiller.
 * @capped: the refiller may not allocate more. Stored by the refiller.
 * @starved: the refiller could not, for that or another reason, bring what was
 *	wanted: it is not kicked before clist_feed(). Stored by the refiller.
 * @shrink_to: the writer gives nodes back above this. Stored by clist_decay().
 * @want_refill: the writer raised @kick for the refiller
 * @want_read: the writer raised @kick for the reader
 * @kick: runs the user's function in hard interrupt context
 * @nr_start: nodes at the start, in the circle; constant
 * @node_size: bytes of a node's data; constant
 * @numa: memory node; constant
 */
struct clist {
	unsigned int busy;
	atomic_t flags;
	struct clist_node *w;
	unsigned char *limit;
	unsigned long w_seq;
	unsigned int nr_node;
	unsigned int nr_taken;
	unsigned int used_high;
	unsigned int nr_high;
	u64 lost[CLIST_NR_LOST];
	u64 lost_first;
	u64 lost_last;
	bool cold_since_move;

	struct clist_node *r ____cacheline_aligned_in_smp;
	unsigned char *tail;
	unsigned long r_seq;
	u64 reported[CLIST_NR_LOST];
	u64 last;

	struct llist_head spare ____cacheline_aligned_in_smp;
	struct llist_head retired;
	unsigned int nr_added;
	bool capped;
	bool starved;
	unsigned int shrink_to;
	bool want_refill;
	bool want_read;
	struct irq_work kick;
	unsigned int nr_start;
	size_t node_size;
	int numa;
};

/**
 * struct clist_loss - objects that are missing at one place of a list
 * @cause: why
 * @count: how many
 * @first: time of the first, ns
 * @last: time of the last, ns
 */
struct clist_loss {
	enum clist_lost cause;
	u64 count;
	u64 first;
	u64 last;
};

/* Asked before each node is allocated, told after each is freed: bytes > 0,
 * bytes < 0. Returns false if @bytes more are not allowed.
 */
typedef bool (*clist_charge_fn)(void *data, long bytes);

struct clist *clist_alloc(unsigned int nr_node, size_t node_bytes, int numa,
			  void (*kick)(struct irq_work *work));
int clist_init(struct clist *l, unsigned int nr_node, size_t node_bytes, int numa,
	       void (*kick)(struct irq_work *work), clist_charge_fn charge, void *data);
void clist_exit(struct clist *l, clist_charge_fn charge, void *data);
void clist_free(struct clist *l);
size_t clist_node_bytes(size_t data_bytes);

/* The writer. */
bool __clist_advance(struct clist *l, size_t space);
void __clist_wishes(struct clist *l);
enum clist_lost clist_lose(struct clist *l);
int clist_push_one(struct clist *l, u16 tag, const void *data, size_t size);
unsigned int clist_push_order(struct clist *l, u16 tag, const void *data, size_t size,
			      unsigned int nr);
bool clist_pushable(const struct clist *l);

/* The reader. */
const struct clist_obj *clist_peek(struct clist *l);
bool clist_loss(struct clist *l, struct clist_loss *loss);
bool clist_loss_now(struct clist *l, struct clist_loss *loss);
size_t clist_unread(const struct clist *l);
bool clist_pullable(struct clist *l);
int clist_pull_one(struct clist *l, struct clist_obj *obj, size_t size);
int clist_pull_order(struct clist *l, void *buf, size_t size, unsigned int nr);
void clist_set_end(struct clist *l);
int clist_pull_end(struct clist *l, void *buf, size_t size, unsigned int nr);
void clist_decay(struct clist *l);
bool clist_feed(struct clist *l);

/* The refiller. */
void clist_refill(struct clist *l, clist_charge_fn charge, void *data);

/**
 * clist_enter() - become the writer, or learn that one was interrupted
 * @l: the list
 *
 * Context: any; the caller keeps preemption off until clist_leave(), and reads
 * the clock in between only.
 * Return: false if the list is busy: leave.
 */
static __always_inline bool clist_enter(struct clist *l)
{
	unsigned int busy = l->busy;

	if (unlikely(busy & 1))
		return false;
	WRITE_ONCE(l->busy, busy + 1);
	/* An intruder on this CPU, and the merge's IPI, see busy before the
	 * clock is read.
	 */
	barrier();
	return true;
}

/**
 * clist_leave() - the writer is done
 * @l: the list
 *
 * Context: that of clist_enter().
 */
static __always_inline void clist_leave(struct clist *l)
{
	/* Pairs with the acquire of busy in the merge's fallback. */
	smp_store_release(&l->busy, l->busy + 1);
}

/**
 * clist_reserve() - room for an object
 * @l: the list; the caller is its writer
 * @space: CLIST_SPACE(bytes)
 *
 * Nothing is visible before clist_commit(); without it, the room is used by the
 * next clist_reserve().
 *
 * Context: between clist_enter() and clist_leave().
 * Return: the object, or NULL if there is no room: count it by clist_lose().
 */
static __always_inline struct clist_obj *clist_reserve(struct clist *l, size_t space)
{
	unsigned char *p;

	if (unlikely(atomic_read(&l->flags)))
		__clist_wishes(l);
	p = l->w->end;
	if (unlikely(p + space > l->limit)) {
		if (!__clist_advance(l, space))
			return NULL;
		p = l->w->end;
	}
	return (struct clist_obj *)p;
}

/**
 * clist_commit() - publish an object
 * @l: the list; the caller is its writer
 * @obj: what clist_reserve() returned, filled
 * @space: as given to clist_reserve()
 *
 * Context: between clist_enter() and clist_leave().
 */
static __always_inline void clist_commit(struct clist *l, struct clist_obj *obj, size_t space)
{
	/* Pairs with the acquire of end in clist_peek(). */
	smp_store_release(&l->w->end, (unsigned char *)obj + space);
}

/**
 * clist_next_obj() - the object behind another one of the same node
 * @obj: an object
 *
 * Return: where the next one starts, if it is below the node's end.
 */
static inline const struct clist_obj *clist_next_obj(const struct clist_obj *obj)
{
	return (const void *)((const unsigned char *)obj + CLIST_SPACE(obj->size));
}

/**
 * clist_consume() - the reader is done with all objects before this place
 * @l: the list
 * @obj: the first object not consumed, or the node's end
 *
 * Context: the reader.
 */
static inline void clist_consume(struct clist *l, const struct clist_obj *obj)
{
	l->tail = (unsigned char *)obj;
}

#endif /* _CLBENCH_CLIST_H */
