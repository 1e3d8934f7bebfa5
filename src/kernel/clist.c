// SPDX-License-Identifier: GPL-2.0
/* clist: life and death of a list, its writer that moves on, its refiller. */

#ifdef __KERNEL__
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/ktime.h>
#include <linux/vmalloc.h>
#endif

#include <clbench/clist.h>

/* Physically contiguous up to here; more is not to be had on a machine whose
 * memory is fragmented.
 */
#define CLIST_CONTIGUOUS	32768u

/* Nodes that a writer gives back at most when it moves to its next one. */
#define SHRINK_NODES		8u

/* ---------------------------------------------------------------- nodes */

/**
 * clist_node_bytes() - memory that a node takes
 * @data_bytes: room for objects, bytes
 *
 * Context: any.
 * Return: bytes of one allocation, which is then used whole.
 */
size_t clist_node_bytes(size_t data_bytes)
{
	size_t bytes = PAGE_ALIGN(sizeof(struct clist_node) + data_bytes);

	return bytes <= CLIST_CONTIGUOUS ? roundup_pow_of_two(bytes) : bytes;
}
EXPORT_SYMBOL_GPL(clist_node_bytes);

static struct clist_node *node_alloc(const struct clist *l, gfp_t gfp)
{
	size_t bytes = l->node_size + sizeof(struct clist_node);
	struct clist_node *n;

	if (bytes <= CLIST_CONTIGUOUS)
		n = kvmalloc_node(bytes, gfp, l->numa);
	else
		n = __vmalloc(bytes, gfp);
	if (!n)
		return NULL;
	memset(n, 0, sizeof(*n));
	n->end = n->data;
	return n;
}

static bool node_charge(const struct clist *l, clist_charge_fn charge, void *data, int nodes)
{
	return !charge || charge(data, nodes * (long)(l->node_size + sizeof(struct clist_node)));
}

static void node_free(const struct clist *l, struct clist_node *n,
		      clist_charge_fn charge, void *data)
{
	node_charge(l, charge, data, -1);
	kvfree(n);
}

/* ----------------------------------------------------------- life and death */

static void free_stack(struct clist *l, struct llist_node *stack,
		       clist_charge_fn charge, void *data)
{
	struct clist_node *n, *next;

	llist_for_each_entry_safe(n, next, stack, stack) {
		node_free(l, n, charge, data);
		/* There can be millions. */
		cond_resched();
	}
}

/**
 * clist_exit() - free the nodes of a list
 * @l: the list; there is no writer, reader or refiller any more
 * @charge: told what is freed; may be NULL
 * @data: for @charge
 *
 * Context: process; may sleep.
 */
void clist_exit(struct clist *l, clist_charge_fn charge, void *data)
{
	struct clist_node *n, *next, *first = l->w;

	irq_work_sync(&l->kick);
	free_stack(l, llist_del_all(&l->spare), charge, data);
	free_stack(l, llist_del_all(&l->retired), charge, data);
	if (!first)
		return;
	n = first;
	do {
		next = n->next;
		node_free(l, n, charge, data);
		cond_resched();
		n = next;
	} while (n != first);
	l->w = NULL;
	l->r = NULL;
}
EXPORT_SYMBOL_GPL(clist_exit);

/**
 * clist_init() - make a list with its first nodes and half as many spares
 * @l: memory for the list; may be part of something larger
 * @nr_node: nodes in the circle, 2 or more
 * @node_bytes: bytes of a node, from clist_node_bytes()
 * @numa: the memory node to allocate from, or NUMA_NO_NODE
 * @kick: called in hard interrupt context when @l->want_refill (run
 *	clist_refill()) or @l->want_read (read) was set
 * @charge: asked for memory; may be NULL
 * @data: for @charge
 *
 * Context: process; may sleep.
 * Return: 0; -ENOMEM: no memory, or @charge refused; -EINVAL: a size is wrong.
 */
int clist_init(struct clist *l, unsigned int nr_node, size_t node_bytes, int numa,
	       void (*kick)(struct irq_work *work), clist_charge_fn charge, void *data)
{
	struct clist_node *n;
	unsigned int i;

	if (nr_node < 2 || node_bytes <= sizeof(*n) + sizeof(struct clist_obj))
		return -EINVAL;
	memset(l, 0, sizeof(*l));
	init_llist_head(&l->spare);
	init_llist_head(&l->retired);
	l->kick = IRQ_WORK_INIT_HARD(kick);
	l->node_size = node_bytes - sizeof(*n);
	l->numa = numa;
	l->nr_start = nr_node;
	l->nr_node = nr_node;
	l->nr_high = nr_node;
	l->shrink_to = UINT_MAX;
	for (i = 0; i < nr_node; i++) {
		if (!node_charge(l, charge, data, 1))
			goto err_exit;
		n = node_alloc(l, GFP_KERNEL | __GFP_NOWARN);
		if (!n)
			goto err_uncharge;
		if (!l->w) {
			l->w = n;
			n->next = n;
		}
		n->next = l->w->next;
		l->w->next = n;
	}
	l->limit = l->w->data + l->node_size;
	l->r = l->w;
	l->tail = l->r->data;
	clist_refill(l, charge, data);
	return 0;

err_uncharge:
	node_charge(l, charge, data, -1);
err_exit:
	clist_exit(l, charge, data);
	return -ENOMEM;
}
EXPORT_SYMBOL_GPL(clist_init);

/**
 * clist_alloc() - allocate and make a list that nobody charges for
 * @nr_node: as for clist_init(); so for the following
 * @node_bytes: bytes
 * @numa: memory node
 * @kick: function
 *
 * Context: process; may sleep.
 * Return: the list, or NULL.
 */
struct clist *clist_alloc(unsigned int nr_node, size_t node_bytes, int numa,
			  void (*kick)(struct irq_work *work))
{
	struct clist *l = kzalloc_node(sizeof(*l), GFP_KERNEL, numa);

	if (l && clist_init(l, nr_node, node_bytes, numa, kick, NULL, NULL)) {
		kfree(l);
		return NULL;
	}
	return l;
}
EXPORT_SYMBOL_GPL(clist_alloc);

/**
 * clist_free() - undo clist_alloc()
 * @l: the list; there is no writer, reader or refiller any more
 *
 * Context: process; may sleep.
 */
void clist_free(struct clist *l)
{
	clist_exit(l, NULL, NULL);
	kfree(l);
}
EXPORT_SYMBOL_GPL(clist_free);

/* -------------------------------------------------------------- the writer */

static unsigned int nr_spare(const struct clist *l)
{
	return READ_ONCE(l->nr_added) - READ_ONCE(l->nr_taken);
}

/* Each raised once until the other side has begun its round. It clears the wish,
 * full barrier, and looks; here what it shall see is stored, full barrier, and
 * the wish is read: one of the two notices.
 */
static void kick(struct clist *l, bool *want)
{
	/* Pairs with smp_store_mb() in clist_refill() and the reader's. */
	smp_mb();
	if (READ_ONCE(*want))
		return;
	WRITE_ONCE(*want, true);
	irq_work_queue(&l->kick);
}

/* Not again and again while there is no memory: the reader's side does that when
 * some was given back.
 */
static void kick_refill(struct clist *l)
{
	if (!READ_ONCE(l->starved))
		kick(l, &l->want_refill);
}

/* Somebody has set a flag: tell the reader that there is something, or refuse. */
void __clist_wishes(struct clist *l)
{
	if (atomic_read(&l->flags) & CLIST_ARMED) {
		atomic_andnot(CLIST_ARMED, &l->flags);
		kick(l, &l->want_read);
	}
	if (atomic_read(&l->flags) & CLIST_END)
		l->limit = NULL;
}

static struct clist_node *take_spare(struct clist *l)
{
	struct llist_node *s = llist_del_first(&l->spare);

	if (!s)
		return NULL;
	WRITE_ONCE(l->nr_taken, l->nr_taken + 1);
	return llist_entry(s, struct clist_node, stack);
}

static void retire(struct clist *l, struct clist_node *n)
{
	llist_add(&n->stack, &l->retired);
}

/* Give back free nodes behind @w, and spares, that the load does not need. Several at
 * a time: others may want the memory, and a list may have grown to thousands.
 */
static struct clist_node *shrink(struct clist *l, struct clist_node *w,
				 struct clist_node *next, const struct clist_node *r)
{
	unsigned int target = READ_ONCE(l->shrink_to), retired = 0;
	struct clist_node *s, *after;

	for (; l->nr_node > target && retired < SHRINK_NODES; retired++) {
		after = next->next;
		if (after == r || after == w)
			break;
		WRITE_ONCE(w->next, after);
		WRITE_ONCE(l->nr_node, l->nr_node - 1);
		retire(l, next);
		next = after;
	}
	for (; nr_spare(l) > target && retired < SHRINK_NODES; retired++) {
		s = take_spare(l);
		if (!s)
			break;
		retire(l, s);
	}
	if (retired)
		kick(l, &l->want_refill);
	return next;
}

/* Spares that a list should have: half as many as it has nodes, and twice as many
 * while it fills. So whatever time the refiller takes, the list can double in it.
 */
static unsigned int spare_target(const struct clist *l)
{
	unsigned int used = READ_ONCE(l->w_seq) - READ_ONCE(l->r_seq) + 1;
	unsigned int nr = READ_ONCE(l->nr_node);

	if (used > nr / 2)
		return 2 * nr;
	return min(nr, READ_ONCE(l->shrink_to)) / 2;
}

/* Have the refiller and the reader come before room runs out. */
static void look_ahead(struct clist *l)
{
	unsigned int used = l->w_seq - READ_ONCE(l->r_seq) + 1;

	if (used > READ_ONCE(l->used_high))
		WRITE_ONCE(l->used_high, used);
	if (used > l->nr_node / 2)
		kick(l, &l->want_read);
	if (nr_spare(l) < spare_target(l))
		kick_refill(l);
}

/**
 * __clist_advance() - the writer moves to its next node
 * @l: the list
 * @space: what must fit there
 *
 * Context: between clist_enter() and clist_leave().
 * Return: false if there is no room; the list is cold until there is.
 */
bool __clist_advance(struct clist *l, size_t space)
{
	struct clist_node *w = l->w, *next = w->next, *r;
	unsigned int i;

	if (space > l->node_size || (atomic_read(&l->flags) & CLIST_END))
		return false;
	/* Pairs with the release in clist_peek(): the reader has left next. */
	r = smp_load_acquire(&l->r);
	if (next == r) {
		next = take_spare(l);
		if (!next) {
			/* Cold: whatever else would still fit into w must not
			 * pass what was refused. The loss lies between two nodes.
			 */
			l->limit = NULL;
			kick_refill(l);
			return false;
		}
		next->next = w->next;
		WRITE_ONCE(w->next, next);
		WRITE_ONCE(l->nr_node, l->nr_node + 1);
		if (l->nr_node > l->nr_high)
			WRITE_ONCE(l->nr_high, l->nr_node);
	} else {
		next = shrink(l, w, next, r);
	}
	next->end = next->data;
	for (i = 0; i < CLIST_NR_LOST; i++)
		next->lost[i] = l->lost[i];
	next->lost_first = l->lost_first;
	next->lost_last = l->lost_last;
	l->cold_since_move = false;
	l->limit = next->data + l->node_size;
	WRITE_ONCE(l->w_seq, l->w_seq + 1);
	/* Pairs with the acquire of w in clist_peek(): next is reset. */
	smp_store_release(&l->w, next);
	look_ahead(l);
	return true;
}

/**
 * clist_lose() - count an object that clist_reserve() refused
 * @l: the list; the caller is its writer
 *
 * Context: between clist_enter() and clist_leave().
 * Return: the cause.
 */
enum clist_lost clist_lose(struct clist *l)
{
	enum clist_lost cause = READ_ONCE(l->capped) ? CLIST_LOST_CAP : CLIST_LOST_REFILL;
	u64 now = ktime_get_raw_fast_ns();

	if (!l->cold_since_move) {
		l->cold_since_move = true;
		/* Pairs with the acquire in clist_loss_now(): w was moved before. */
		smp_store_release(&l->lost_first, now);
	}
	/* As lost_first. */
	smp_store_release(&l->lost_last, now);
	/* Pairs with the acquire in clist_loss_now(). */
	smp_store_release(&l->lost[cause], l->lost[cause] + 1);
	return cause;
}

/**
 * clist_pushable() - would an object be taken, room permitting?
 * @l: the list
 *
 * Context: any.
 * Return: false once clist_set_end() was called.
 */
bool clist_pushable(const struct clist *l)
{
	return !(atomic_read(&l->flags) & CLIST_END);
}
EXPORT_SYMBOL_GPL(clist_pushable);

/**
 * clist_push_order() - write several objects of one size, all or a first part
 * @l: the list; this CPU's and context's own
 * @tag: for the reader
 * @data: @nr objects
 * @size: bytes of each
 * @nr: how many
 *
 * Context: the list's own CPU and context; does not sleep.
 * Return: how many were written. The others are counted in the list, unless the
 * list was busy, at its end, or they are larger than a node.
 */
unsigned int clist_push_order(struct clist *l, u16 tag, const void *data, size_t size,
			      unsigned int nr)
{
	size_t space = CLIST_SPACE(size);
	struct clist_obj *obj;
	unsigned int i = 0;

	preempt_disable_notrace();
	if (size > U16_MAX || !clist_enter(l))
		goto out_preempt;
	for (; i < nr; i++) {
		obj = clist_reserve(l, space);
		if (!obj)
			break;
		obj->stamp = ktime_get_raw_fast_ns();
		obj->aux = 0;
		obj->size = size;
		obj->tag = tag;
		memcpy(obj->data, (const char *)data + i * size, size);
		clist_commit(l, obj, space);
	}
	if (clist_pushable(l) && space <= l->node_size) {
		for (nr -= i; nr; nr--)
			clist_lose(l);
	}
	clist_leave(l);
out_preempt:
	preempt_enable_notrace();
	return i;
}
EXPORT_SYMBOL_GPL(clist_push_order);

/**
 * clist_push_one() - write one object
 * @l: the list; this CPU's and context's own
 * @tag: for the reader
 * @data: the object
 * @size: bytes
 *
 * Context: the list's own CPU and context; does not sleep.
 * Return: 0; -ENOSPC: refused, see clist_push_order().
 */
int clist_push_one(struct clist *l, u16 tag, const void *data, size_t size)
{
	return clist_push_order(l, tag, data, size, 1) ? 0 : -ENOSPC;
}
EXPORT_SYMBOL_GPL(clist_push_one);

/* ------------------------------------------------------------ the refiller */

/**
 * clist_refill() - bring spare nodes, free retired ones
 * @l: the list
 * @charge: asked for memory; may be NULL
 * @data: for @charge
 *
 * Keeps half as many spares as there are nodes, and twice as many while the list
 * fills: so it doubles, and the mark at which it calls doubles with it.
 *
 * Context: the refiller; process; may sleep, but waits for nothing.
 */
void clist_refill(struct clist *l, clist_charge_fn charge, void *data)
{
	const gfp_t gfp = GFP_KERNEL | __GFP_NORETRY | __GFP_NOWARN;
	struct clist_node *n;
	bool capped = false, starved = false;

	/* Pairs with smp_mb() in kick(). */
	smp_store_mb(l->want_refill, false);
	free_stack(l, llist_del_all(&l->retired), charge, data);
	while (nr_spare(l) < spare_target(l)) {
		if (!node_charge(l, charge, data, 1)) {
			capped = true;
			break;
		}
		n = node_alloc(l, gfp);
		if (!n) {
			node_charge(l, charge, data, -1);
			starved = true;
			break;
		}
		WRITE_ONCE(l->nr_added, l->nr_added + 1);
		llist_add(&n->stack, &l->spare);
	}
	WRITE_ONCE(l->capped, capped);
	WRITE_ONCE(l->starved, capped || starved);
}
EXPORT_SYMBOL_GPL(clist_refill);
