// SPDX-License-Identifier: GPL-2.0
/* clist: the reader's side. */

#ifdef __KERNEL__
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>
#endif

#include <clbench/clist.h>

/**
 * clist_peek() - the oldest object
 * @l: the list
 *
 * Moves to the next node where this one is finished; clist_loss() then tells
 * what was lost in between, and must be asked before the object is used.
 *
 * Context: the reader.
 * Return: the object, or NULL if there is none.
 */
const struct clist_obj *clist_peek(struct clist *l)
{
	struct clist_node *r = l->r, *next;

	for (;;) {
		/* Pairs with the release in clist_commit(). */
		if (l->tail != smp_load_acquire(&r->end))
			return (const struct clist_obj *)l->tail;
		/* Pairs with the release of w in __clist_advance(). */
		if (smp_load_acquire(&l->w) == r)
			return NULL;
		/* The writer may have filled r and moved on after our first
		 * look at its end. Now that it has moved, end is final. Pairs
		 * with the release in clist_commit().
		 */
		if (l->tail != smp_load_acquire(&r->end))
			continue;
		next = READ_ONCE(r->next);
		l->tail = next->data;
		WRITE_ONCE(l->r_seq, l->r_seq + 1);
		/* Pairs with the acquire of r in __clist_advance(). */
		smp_store_release(&l->r, next);
		r = next;
		if (r->lost[0] == l->reported[0] && r->lost[1] == l->reported[1])
			continue;
		/* Pairs with the release in clist_commit(). */
		if (l->tail == smp_load_acquire(&r->end))
			return NULL;
		return (const struct clist_obj *)l->tail;
	}
}
EXPORT_SYMBOL_GPL(clist_peek);

/**
 * clist_loss() - what was lost just before the reader's place
 * @l: the list
 * @loss: filled in
 *
 * Each loss is told once; there may be one for each cause.
 *
 * Context: the reader, after clist_peek().
 * Return: false if nothing was lost here, or all of it was told.
 */
bool clist_loss(struct clist *l, struct clist_loss *loss)
{
	const struct clist_node *r = l->r;
	unsigned int i;

	if (l->tail != r->data)
		return false;
	for (i = 0; i < CLIST_NR_LOST; i++) {
		/* Part of it may have been told already by clist_loss_now(). */
		if (r->lost[i] <= l->reported[i])
			continue;
		loss->cause = i;
		loss->count = r->lost[i] - l->reported[i];
		loss->first = r->lost_first;
		loss->last = r->lost_last;
		l->reported[i] = r->lost[i];
		return true;
	}
	return false;
}
EXPORT_SYMBOL_GPL(clist_loss);

/**
 * clist_loss_now() - what a list has lost up to now, its writer still cold
 * @l: the list; everything in it was read
 * @loss: filled in; its times are those of the whole run of losses
 *
 * For a list that is silent after a loss: no node will come to tell it. What is
 * told here is not told again.
 *
 * Context: the reader, after clist_peek() returned NULL.
 * Return: false if there is nothing to tell.
 */
bool clist_loss_now(struct clist *l, struct clist_loss *loss)
{
	u64 lost, first, last;
	unsigned int i;

	for (i = 0; i < CLIST_NR_LOST; i++) {
		/* Pairs with the release in clist_lose(). */
		lost = smp_load_acquire(&l->lost[i]);
		if (lost <= l->reported[i])
			continue;
		/* Pairs with the release in clist_lose(): if it is of a later run of
		 * losses, it shows below that the writer has moved on before.
		 */
		first = smp_load_acquire(&l->lost_first);
		/* As first. */
		last = smp_load_acquire(&l->lost_last);
		/* What was written before the loss is visible by now: it goes
		 * first, and the node that follows tells.
		 */
		if (l->tail != smp_load_acquire(&l->r->end) || smp_load_acquire(&l->w) != l->r)
			return false;
		loss->cause = i;
		loss->count = lost - l->reported[i];
		loss->first = first;
		loss->last = last;
		l->reported[i] = lost;
		return true;
	}
	return false;
}
EXPORT_SYMBOL_GPL(clist_loss_now);

/**
 * clist_unread() - about how many bytes wait to be read
 * @l: the list
 *
 * Context: the reader.
 * Return: bytes; a bound from above, and 0 only if the list is empty.
 */
size_t clist_unread(const struct clist *l)
{
	unsigned long nodes = READ_ONCE(l->w_seq) - l->r_seq;
	size_t here = READ_ONCE(l->r->end) - l->tail;

	return nodes * l->node_size + here;
}
EXPORT_SYMBOL_GPL(clist_unread);

/**
 * clist_pullable() - is there an object to read?
 * @l: the list
 *
 * Context: the reader.
 * Return: whether there is.
 */
bool clist_pullable(struct clist *l)
{
	return clist_peek(l);
}
EXPORT_SYMBOL_GPL(clist_pullable);

/**
 * clist_pull_order() - read several objects
 * @l: the list
 * @buf: for the objects, one behind the other, each CLIST_SPACE(its size) bytes
 * @size: of @buf, bytes
 * @nr: most objects
 *
 * Context: the reader.
 * Return: how many; -EMSGSIZE: @buf cannot hold the next object.
 */
int clist_pull_order(struct clist *l, void *buf, size_t size, unsigned int nr)
{
	const struct clist_obj *obj;
	unsigned char *p = buf;
	unsigned int i;
	size_t space;

	for (i = 0; i < nr; i++) {
		obj = clist_peek(l);
		if (!obj)
			break;
		space = CLIST_SPACE(obj->size);
		if (space > size)
			return i ? (int)i : -EMSGSIZE;
		memcpy(p, obj, sizeof(*obj) + obj->size);
		clist_consume(l, clist_next_obj(obj));
		p += space;
		size -= space;
	}
	return i;
}
EXPORT_SYMBOL_GPL(clist_pull_order);

/**
 * clist_pull_one() - read the oldest object
 * @l: the list
 * @obj: where to
 * @size: bytes there, the header included
 *
 * Context: the reader.
 * Return: 1; 0: the list is empty; -EMSGSIZE: the object is larger.
 */
int clist_pull_one(struct clist *l, struct clist_obj *obj, size_t size)
{
	return clist_pull_order(l, obj, size, 1);
}
EXPORT_SYMBOL_GPL(clist_pull_one);

/**
 * clist_set_end() - take no more objects
 * @l: the list
 *
 * A writer that is inside may still finish one: only after a grace period is
 * everything there that ever will be.
 *
 * Context: any.
 */
void clist_set_end(struct clist *l)
{
	atomic_or(CLIST_END, &l->flags);
}
EXPORT_SYMBOL_GPL(clist_set_end);

/**
 * clist_pull_end() - read what is left after the end
 * @l: the list
 * @buf: as for clist_pull_order(); so for the following
 * @size: bytes
 * @nr: most objects
 *
 * Context: the reader.
 * Return: how many, 0 when all were read; -EBUSY: clist_set_end() was not
 * called; -EMSGSIZE: @buf cannot hold the next object.
 */
int clist_pull_end(struct clist *l, void *buf, size_t size, unsigned int nr)
{
	if (clist_pushable(l))
		return -EBUSY;
	return clist_pull_order(l, buf, size, nr);
}
EXPORT_SYMBOL_GPL(clist_pull_end);

/**
 * clist_decay() - let the list shrink to what it needed since the last call
 * @l: the list
 *
 * Called now and then by the reader; twice the need stays.
 *
 * Context: the reader.
 */
void clist_decay(struct clist *l)
{
	unsigned int used = READ_ONCE(l->used_high);

	WRITE_ONCE(l->used_high, 0);
	WRITE_ONCE(l->shrink_to, max(l->nr_start, 2 * used));
}
EXPORT_SYMBOL_GPL(clist_decay);

/**
 * clist_feed() - memory may have come back: does the refiller have work?
 * @l: the list
 *
 * Context: the reader.
 * Return: true if the caller shall have clist_refill() run.
 */
bool clist_feed(struct clist *l)
{
	if (!READ_ONCE(l->starved))
		return false;
	WRITE_ONCE(l->want_refill, true);
	return true;
}
EXPORT_SYMBOL_GPL(clist_feed);
