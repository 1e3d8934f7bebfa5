/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What clist needs of the kernel, for user space: the same names, on top of the
 * compiler's atomic builtins, which the thread sanitizer understands.
 */
#ifndef CLIST_SHIM_H
#define CLIST_SHIM_H

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint16_t u16;
typedef unsigned int gfp_t;

#define U16_MAX			UINT16_MAX
#define PAGE_SIZE		4096u
#define PAGE_ALIGN(x)		(((x) + PAGE_SIZE - 1) & ~(size_t)(PAGE_SIZE - 1))
#define GFP_KERNEL		0u
#define __GFP_NORETRY		0u
#define __GFP_NOWARN		0u
#define NUMA_NO_NODE		(-1)

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#undef __always_inline
#define __always_inline		inline __attribute__((always_inline))
#define __aligned(x)		__attribute__((aligned(x)))
#define ____cacheline_aligned_in_smp __aligned(64)
#define EXPORT_SYMBOL_GPL(name)	_Static_assert(1, #name)

#define BIT(nr)			(1ul << (nr))
#define min(a, b)		((a) < (b) ? (a) : (b))
#define max(a, b)		((a) > (b) ? (a) : (b))

#define cond_resched()		do { } while (0)
#define preempt_disable_notrace() do { } while (0)
#define preempt_enable_notrace() do { } while (0)

/* ------------------------------------------------------------- memory order */

/* Now and then lets others run just before what they are to be ordered with. */
void clist_disturb(void);

#define barrier()		__atomic_signal_fence(__ATOMIC_SEQ_CST)
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define smp_load_acquire(p) \
	(clist_disturb(), __atomic_load_n((p), __ATOMIC_ACQUIRE))
#define smp_store_release(p, v) \
	(clist_disturb(), __atomic_store_n((p), (v), __ATOMIC_RELEASE))
#define smp_store_mb(x, v)	do { WRITE_ONCE(x, v); smp_mb(); } while (0)

/* The thread sanitizer has no fences. An exchange with nobody is one for the
 * processor, and for the sanitizer hides no race as one with others would.
 */
static inline void smp_mb(void)
{
	static __thread int nobody;

	(void)__atomic_exchange_n(&nobody, 0, __ATOMIC_SEQ_CST);
}

typedef struct {
	int counter;
} atomic_t;

static inline int atomic_read(const atomic_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline void atomic_or(int bits, atomic_t *v)
{
	__atomic_fetch_or(&v->counter, bits, __ATOMIC_RELAXED);
}

static inline void atomic_andnot(int bits, atomic_t *v)
{
	__atomic_fetch_and(&v->counter, ~bits, __ATOMIC_RELAXED);
}

/* -------------------------------------------------------------------- llist */

struct llist_node {
	struct llist_node *next;
};

struct llist_head {
	struct llist_node *first;
};

#define llist_entry(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))

/* Ends at an entry whose member would be at NULL, as the kernel's does. */
#define llist_for_each_entry_safe(pos, n, node, member)				\
	for (struct llist_node *here_ = (node), *then_;				\
	     here_ && ((then_ = here_->next),					\
		       (pos) = llist_entry(here_, __typeof__(*(pos)), member),	\
		       (n) = (pos), (void)(n), true);				\
	     here_ = then_)

static inline void init_llist_head(struct llist_head *list)
{
	list->first = NULL;
}

static inline bool llist_add(struct llist_node *new, struct llist_head *head)
{
	struct llist_node *first = READ_ONCE(head->first);

	do {
		WRITE_ONCE(new->next, first);
	} while (!__atomic_compare_exchange_n(&head->first, &first, new, false,
					      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED));
	return !first;
}

/* One caller at a time, who is the only one to remove anything. */
static inline struct llist_node *llist_del_first(struct llist_head *head)
{
	struct llist_node *first = smp_load_acquire(&head->first);

	while (first &&
	       !__atomic_compare_exchange_n(&head->first, &first, READ_ONCE(first->next),
					    false, __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE))
		;
	return first;
}

static inline struct llist_node *llist_del_all(struct llist_head *head)
{
	return __atomic_exchange_n(&head->first, NULL, __ATOMIC_SEQ_CST);
}

/* ----------------------------------------------------------------- irq_work */

struct irq_work {
	void (*func)(struct irq_work *work);
};

#define IRQ_WORK_INIT_HARD(fn)	((struct irq_work){ .func = (fn) })

/* The "interrupt" comes at once, on top of the caller. */
static inline bool irq_work_queue(struct irq_work *work)
{
	smp_mb();
	work->func(work);
	return true;
}

static inline void irq_work_sync(struct irq_work *work)
{
	(void)work;
}

/* ------------------------------------------------- memory and time: shim.c */

/**
 * struct clist_shim - what the tests see and set
 * @allocated: blocks that were not freed. Atomic.
 * @fail_after: allocations that still succeed; negative: all do. Atomic.
 * @disturb: one in so many looks at others is late; 0: none. Set before threads.
 * @clock: if not 0, the time, and it goes on by 1 at each look. One thread.
 */
struct clist_shim {
	long allocated;
	long fail_after;
	unsigned int disturb;
	u64 clock;
};

extern struct clist_shim clist_shim;

void *kvmalloc_node(size_t size, gfp_t gfp, int numa);
void *__vmalloc(size_t size, gfp_t gfp);
void *kzalloc_node(size_t size, gfp_t gfp, int numa);
void kvfree(const void *p);
void kfree(const void *p);
u64 ktime_get_raw_fast_ns(void);
size_t roundup_pow_of_two(size_t n);

#endif /* CLIST_SHIM_H */
