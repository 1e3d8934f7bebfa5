// SPDX-License-Identifier: GPL-2.0
/* Memory, pages, messages and the checksum that scale_shim.h declares. */

#include "scale_shim.h"

#include <stdlib.h>

#include "netlink.h"
#include "session.h"

struct scale_here scale_here;

void *scale_alloc_percpu(size_t size)
{
	if (size > SCALE_CPU_BYTES)
		return NULL;
	return calloc(scale_here.nr_cpus, SCALE_CPU_BYTES);
}

u64 ktime_get_real_ns(void)
{
	return 0;
}

/* --------------------------------------------------------------- memory and packets */

void *kzalloc(size_t size, gfp_t gfp)
{
	return kzalloc_node(size, gfp, NUMA_NO_NODE);
}

void *kvzalloc(size_t size, gfp_t gfp)
{
	return kzalloc_node(size, gfp, NUMA_NO_NODE);
}

void *kvcalloc(size_t n, size_t size, gfp_t gfp)
{
	return kzalloc_node(n * size, gfp, NUMA_NO_NODE);
}

struct page *alloc_pages(gfp_t gfp, unsigned int order)
{
	void *p = NULL;

	(void)gfp;
	return posix_memalign(&p, PAGE_SIZE, (size_t)PAGE_SIZE << order) ? NULL : p;
}

void __free_pages(struct page *page, unsigned int order)
{
	(void)order;
	free(page);
}

/* The packet's pages are the batch's; who takes the batch frees them. */
void skb_add_rx_frag(struct sk_buff *skb, int i, struct page *page, int off, int size,
		     unsigned int truesize)
{
	(void)i;
	(void)off;
	(void)truesize;
	skb->len += size;
	free(page);
}

void kfree_skb(struct sk_buff *skb)
{
	kfree(skb);
}

/* As the kernel's on a processor that has the instruction: eight bytes each. */
__attribute__((target("sse4.2")))
u32 crc32c(u32 crc, const void *data, unsigned int size)
{
	const unsigned char *p = data;
	u64 sum = crc, word;

	for (; size >= 8; size -= 8, p += 8) {
		memcpy(&word, p, 8);
		sum = __builtin_ia32_crc32di(sum, word);
	}
	for (crc = sum; size; size--)
		crc = __builtin_ia32_crc32qi(crc, *p++);
	return crc;
}

/* -------------------------------------------------- of the module, what is not here */

struct sk_buff *clb_netlink_batch_head(struct clb_session *s, u64 seq, bool last, size_t bytes)
{
	(void)s;
	(void)seq;
	(void)last;
	(void)bytes;
	return kzalloc(sizeof(struct sk_buff), GFP_KERNEL);
}

bool clb_session_charge(void *session, long bytes)
{
	(void)session;
	(void)bytes;
	return true;
}

bool clb_session_charge_batch(struct clb_session *s, long bytes)
{
	(void)s;
	(void)bytes;
	return true;
}

void clb_session_wake(struct clb_session *s, enum clb_session_flag flag)
{
	s->flags |= BIT(flag);
}
