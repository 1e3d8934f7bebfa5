// SPDX-License-Identifier: GPL-2.0
/*
 * The page cache: misses of buffered reads, folios that come and go.
 *
 * A miss is a call of page_cache_sync_ra(): a buffered read did not find its
 * page. From 7.x on there is a tracepoint in it, before that a kprobe on it
 * sees the same. Contexts: add and miss in task context; delete under the
 * mapping's locks with interrupts off, so nothing here takes a lock.
 */

#include <linux/fs.h>
#include <linux/kprobes.h>
#include <linux/pagemap.h>
#include <trace/events/filemap.h>

#include "compat/ptrace.h"
#include "record.h"
#include "source.h"

static const struct clbench_field pagecache_fields[] = {
	{ "dev", CLBENCH_FIELD_TYPE_U32, 0, "device" },
	{ "ino", CLBENCH_FIELD_TYPE_U64 },
	{ "offset", CLBENCH_FIELD_TYPE_U64, 0, "bytes" },
	{ "nr_pages", CLBENCH_FIELD_TYPE_U32, 0, "pages" },
};

#define PAGECACHE_EVENT(_name, _description)				\
	{								\
		.name = _name,						\
		.group = "pagecache",					\
		.description = _description,				\
		.fields = pagecache_fields,				\
		.nr_fields = ARRAY_SIZE(pagecache_fields),		\
		.contexts = CLBENCH_IN_TASK,				\
		.owner = THIS_MODULE,					\
	}

static struct clbench_event miss = PAGECACHE_EVENT("pagecache_miss",
	"a buffered read did not find its page");
static struct clbench_event add = PAGECACHE_EVENT("pagecache_add",
	"a folio enters the page cache");
static struct clbench_event delete = PAGECACHE_EVENT("pagecache_delete",
	"a folio leaves the page cache");

static __always_inline void fill(struct clbench_pagecache *r, const struct inode *inode,
				 pgoff_t index, unsigned long nr_pages)
{
	r->dev = inode->i_sb->s_dev;
	r->ino = inode->i_ino;
	r->offset = (u64)index << PAGE_SHIFT;
	r->nr_pages = min_t(unsigned long, nr_pages, U32_MAX);
}

/* For add and delete. */
static void probe_folio(void *data, struct folio *folio)
{
	struct clbench_pagecache *r;
	struct clb_slot slot;
	struct clb_sub *sub;

	clb_probe_enter();
	clb_for_each_sub(sub, (struct clbench_event *)data) {
		r = clb_record_begin(&slot, sub, sizeof(*r));
		if (!r)
			continue;
		fill(r, folio->mapping->host, folio->index, folio_nr_pages(folio));
		clb_record_commit(&slot);
	}
	clb_probe_exit();
}

static void probe_miss(void *data, struct inode *inode, pgoff_t index, struct file_ra_state *ra,
		       unsigned long req_count)
{
	struct clbench_pagecache *r;
	struct clb_slot slot;
	struct clb_sub *sub;

	clb_probe_enter();
	clb_for_each_sub(sub, (struct clbench_event *)data) {
		r = clb_record_begin(&slot, sub, sizeof(*r));
		if (!r)
			continue;
		fill(r, inode, index, req_count);
		clb_record_commit(&slot);
	}
	clb_probe_exit();
}

/* page_cache_sync_ra(struct readahead_control *ractl, unsigned long req_count) */
static int kprobe_miss(struct kprobe *kp, struct pt_regs *regs)
{
	const struct readahead_control *ractl = (void *)regs_get_kernel_argument(regs, 0);

	probe_miss(&miss, ractl->mapping->host, ractl->_index, NULL,
		   regs_get_kernel_argument(regs, 1));
	return 0;
}

NOKPROBE_SYMBOL(kprobe_miss);

static struct kprobe miss_kprobe = {
	.symbol_name = "page_cache_sync_ra",
	.pre_handler = kprobe_miss,
};

static void __maybe_unused check_prototypes(void)
{
	check_trace_callback_type_mm_filemap_add_to_page_cache(probe_folio);
	check_trace_callback_type_mm_filemap_delete_from_page_cache(probe_folio);
	/* The kprobe reads its function's arguments by this prototype. */
	BUILD_BUG_ON(!__builtin_types_compatible_p(typeof(page_cache_sync_ra),
						   void(struct readahead_control *,
							unsigned long)));
}

const struct clb_source clb_source_pagecache[] = {
	{
		.event = &miss,
		.tracepoint = "page_cache_sync_ra",
		.probe = probe_miss,
		.kprobe = &miss_kprobe,
		.state = &(struct clb_source_state){},
	},
	{
		.event = &add,
		.tracepoint = "mm_filemap_add_to_page_cache",
		.probe = probe_folio,
		.state = &(struct clb_source_state){},
	},
	{
		.event = &delete,
		.tracepoint = "mm_filemap_delete_from_page_cache",
		.probe = probe_folio,
		.state = &(struct clb_source_state){},
	},
	{}
};
