/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What merge.c, packet.c, list.c and record.h need of the kernel beyond clist_shim.h, for user
 * space: scale.t has it included before all else, and makes an empty file of each kernel header.
 *
 * One thread; it is on whichever CPU, and in whichever context, it says.
 */
#ifndef SCALE_SHIM_H
#define SCALE_SHIM_H

#include <linux/netlink.h>
#include <linux/types.h>
#include <stdio.h>
#include <sys/types.h>

#include "clist_shim.h"

typedef uint8_t u8;
typedef int64_t s64;

#define U64_MAX			UINT64_MAX
#define __percpu
#define __rcu
#define __packed		__attribute__((packed))

#define ALIGN(x, a)		(((x) + (a) - 1) & ~((__typeof__(x))(a) - 1))
#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define BIT_ULL(nr)		(1ull << (nr))
#define BUILD_BUG_ON(c)		_Static_assert(!(c), #c)
#define EXPORT_SYMBOL(name)	_Static_assert(1, #name)
#define WARN_ON_ONCE(c)		unlikely(c)
#define container_of(p, type, member) llist_entry(p, type, member)
#define max3(a, b, c)		max(max(a, b), c)
#define max_t(type, a, b)	max((type)(a), (type)(b))
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define struct_size(p, member, n) (sizeof(*(p)) + (n) * sizeof((p)->member[0]))
#define swap(a, b)	do { __typeof__(a) swap_ = (a); (a) = (b); (b) = swap_; } while (0)

/* ------------------------------------------------------------ what structures name */

typedef struct {
	int locked;
} spinlock_t;

typedef struct {
	unsigned char b[16];
} uuid_t;

typedef struct {
	long counter;
} atomic_long_t;

struct kref {
	int refcount;
};

struct list_head {
	struct list_head *next, *prev;
};

struct mutex {
	int locked;
};

struct swait_queue_head {
	int sleepers;
};

struct module;

static inline long atomic_long_read(const atomic_long_t *v)
{
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);
}

static inline void atomic_long_inc(atomic_long_t *v)
{
	__atomic_fetch_add(&v->counter, 1, __ATOMIC_RELAXED);
}

static inline void atomic_set(atomic_t *v, int i)
{
	__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);
}

static inline void export_uuid(u8 *to, const uuid_t *from)
{
	memcpy(to, from, sizeof(*from));
}

static inline void swake_up_one(struct swait_queue_head *q)
{
	q->sleepers = 0;
}

/* ------------------------------------------------------------- where the thread is */

#define TASK_COMM_LEN		16
#define SOFTIRQ_OFFSET		(1u << 8)
#define HARDIRQ_MASK		(0xfu << 16)
#define HARDIRQ_OFFSET		(1u << 16)
#define NMI_MASK		(0xfu << 20)
#define NMI_OFFSET		(1u << 20)

struct task_struct {
	pid_t pid;
	pid_t tgid;
	char comm[TASK_COMM_LEN];
};

/**
 * struct scale_here - where the thread is
 * @preempt_count: its context, as the kernel tells it
 * @offset: of its CPU's part of what is per CPU, bytes
 * @task: who runs there
 * @nr_cpus: how many CPUs there are
 */
struct scale_here {
	unsigned int preempt_count;
	size_t offset;
	struct task_struct *task;
	unsigned int nr_cpus;
};

extern struct scale_here scale_here;

#define current			(scale_here.task)
#define preempt_count()		(scale_here.preempt_count)
#define rcu_is_watching()	true

/* A CPU's part lies so far behind that of the CPU before. Not a power of two, as
 * the kernel's is, or all would fall into the same lines of a cache.
 */
#define SCALE_CPU_BYTES		(65536u + 4096u + 64u)

#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < scale_here.nr_cpus; (cpu)++)
#define alloc_percpu(type)	((type *)scale_alloc_percpu(sizeof(type)))
#define per_cpu_ptr(p, cpu)	((__typeof__(p))((char *)(p) + (size_t)(cpu) * SCALE_CPU_BYTES))
#define this_cpu_ptr(p)		((__typeof__(p))((char *)(p) + scale_here.offset))
#define this_cpu_read(x)	(*this_cpu_ptr(&(x)))
#define this_cpu_inc(x)		((*this_cpu_ptr(&(x)))++)

void *scale_alloc_percpu(size_t size);

#define cpu_to_node(cpu)	((void)(cpu), NUMA_NO_NODE)
#define rcu_access_pointer(p)	READ_ONCE(p)
#define rcu_dereference_sched(p) READ_ONCE(p)
#define RCU_INIT_POINTER(p, v)	WRITE_ONCE(p, v)

u64 ktime_get_real_ns(void);

/* --------------------------------------------------------------- memory and packets */

#define __GFP_COMP		0u
#define __GFP_NOFAIL		0u

/* A page is its own address. */
struct page {
	char byte;
};

#define page_address(page)	((void *)(page))

static inline unsigned int get_order(size_t size)
{
	unsigned int order = 0;

	while ((size_t)PAGE_SIZE << order < size)
		order++;
	return order;
}

/* What packet.c makes of a message: its head, and how long it is. */
struct sk_buff {
	struct nlmsghdr head;
	unsigned int len;
};

struct page *alloc_pages(gfp_t gfp, unsigned int order);
void __free_pages(struct page *page, unsigned int order);
void *kvcalloc(size_t n, size_t size, gfp_t gfp);
void *kvzalloc(size_t size, gfp_t gfp);
void *kzalloc(size_t size, gfp_t gfp);
void kfree_skb(struct sk_buff *skb);
void skb_add_rx_frag(struct sk_buff *skb, int i, struct page *page, int off, int size,
		     unsigned int truesize);
u32 crc32c(u32 crc, const void *data, unsigned int size);

static inline struct nlmsghdr *nlmsg_hdr(struct sk_buff *skb)
{
	return &skb->head;
}

#endif /* SCALE_SHIM_H */
