// SPDX-License-Identifier: GPL-2.0
/*
 * The block layer: bios that enter it, requests that go to and come from disks.
 *
 * block_bio_queue fires once for each device that a bio passes, so also for the
 * clone below a stacked one. block_rq_complete fires in hard interrupt context,
 * in softirq, or in the task that polls, and once for each part of a request
 * that completes.
 */

#include <linux/blk-mq.h>
#include <linux/blktrace_api.h>
#include <trace/events/block.h>

#include "record.h"
#include "source.h"

/* Letters that the kernel writes at most, and then some. */
#define RWBS_ROOM	32

#define BLOCK_FIELDS							\
	{ "dev", CLBENCH_FIELD_TYPE_U32, 0, "device" },			\
	{ "sector", CLBENCH_FIELD_TYPE_U64, 0, "sectors" },		\
	{ "nr_sector", CLBENCH_FIELD_TYPE_U32, 0, "sectors" },		\
	{ "rwbs", CLBENCH_FIELD_TYPE_TEXT, CLBENCH_RWBS_LEN }

static const struct clbench_field block_fields[] = {
	BLOCK_FIELDS,
};

static const struct clbench_field complete_fields[] = {
	BLOCK_FIELDS,
	{ "error", CLBENCH_FIELD_TYPE_S32, 0, "errno" },
};

#define BLOCK_EVENT(_name, _fields, _contexts, _description)		\
	{								\
		.name = _name,						\
		.group = "block",					\
		.description = _description,				\
		.fields = _fields,					\
		.nr_fields = ARRAY_SIZE(_fields),			\
		.contexts = CLBENCH_IN_TASK | CLBENCH_IN_SOFTIRQ | (_contexts),	\
		.owner = THIS_MODULE,					\
	}

static struct clbench_event bio_queue = BLOCK_EVENT("block_bio_queue", block_fields, 0,
	"a request enters the block layer");
static struct clbench_event rq_issue = BLOCK_EVENT("block_rq_issue", block_fields, 0,
	"a request goes to the device's driver");
static struct clbench_event rq_complete = BLOCK_EVENT("block_rq_complete", complete_fields,
	CLBENCH_IN_HARDIRQ, "the device has finished a request, or a part of it");

static void fill_rwbs(char *to, blk_opf_t opf)
{
	char rwbs[RWBS_ROOM] = {};

	blk_fill_rwbs(rwbs, opf);
	memcpy(to, rwbs, CLBENCH_RWBS_LEN);
	to[CLBENCH_RWBS_LEN - 1] = '\0';
}

static void probe_bio_queue(void *data, struct bio *bio)
{
	struct clbench_block *r;
	struct clb_slot slot;
	struct clb_sub *sub;

	clb_probe_enter();
	clb_for_each_sub(sub, (struct clbench_event *)data) {
		r = clb_record_begin(&slot, sub, sizeof(*r));
		if (!r)
			continue;
		r->dev = bio_dev(bio);
		r->sector = bio->bi_iter.bi_sector;
		r->nr_sector = bio_sectors(bio);
		fill_rwbs(r->rwbs, bio->bi_opf);
		clb_record_commit(&slot);
	}
	clb_probe_exit();
}

/* A passthrough request has no sector; a flush has none and no bytes. */
static void fill_request(struct clbench_block *r, struct request *rq, unsigned int bytes)
{
	r->dev = rq->q->disk ? disk_devt(rq->q->disk) : 0;
	r->sector = blk_rq_is_passthrough(rq) || blk_rq_pos(rq) == (sector_t)-1 ?
		0 : blk_rq_pos(rq);
	r->nr_sector = bytes >> SECTOR_SHIFT;
	fill_rwbs(r->rwbs, rq->cmd_flags);
}

static void probe_rq_issue(void *data, struct request *rq)
{
	struct clbench_block *r;
	struct clb_slot slot;
	struct clb_sub *sub;

	clb_probe_enter();
	clb_for_each_sub(sub, (struct clbench_event *)data) {
		r = clb_record_begin(&slot, sub, sizeof(*r));
		if (!r)
			continue;
		fill_request(r, rq, blk_rq_bytes(rq));
		clb_record_commit(&slot);
	}
	clb_probe_exit();
}

static void probe_rq_complete(void *data, struct request *rq, blk_status_t error,
			      unsigned int nr_bytes)
{
	struct clbench_block_complete *r;
	struct clb_slot slot;
	struct clb_sub *sub;

	clb_probe_enter();
	clb_for_each_sub(sub, (struct clbench_event *)data) {
		r = clb_record_begin(&slot, sub, sizeof(*r));
		if (!r)
			continue;
		fill_request(&r->block, rq, nr_bytes);
		r->error = blk_status_to_errno(error);
		clb_record_commit(&slot);
	}
	clb_probe_exit();
}

static void __maybe_unused check_prototypes(void)
{
	check_trace_callback_type_block_bio_queue(probe_bio_queue);
	check_trace_callback_type_block_rq_issue(probe_rq_issue);
	check_trace_callback_type_block_rq_complete(probe_rq_complete);
}

const struct clb_source clb_source_block[] = {
	{
		.event = &bio_queue,
		.tracepoint = "block_bio_queue",
		.probe = probe_bio_queue,
		.state = &(struct clb_source_state){},
	},
	{
		.event = &rq_issue,
		.tracepoint = "block_rq_issue",
		.probe = probe_rq_issue,
		.state = &(struct clb_source_state){},
	},
	{
		.event = &rq_complete,
		.tracepoint = "block_rq_complete",
		.probe = probe_rq_complete,
		.state = &(struct clb_source_state){},
	},
	{}
};
