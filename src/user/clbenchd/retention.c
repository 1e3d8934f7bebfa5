/* SPDX-License-Identifier: GPL-2.0 */
/* Which closed chunks stay. */

#include "retention.h"

#include <sys/statvfs.h>

#include "clbenchd.h"
#include "closed.h"
#include "message.h"
#include "quantity.h"
#include "recording_internal.h"

/* How often the file system and the chunks' age are looked at. */
#define LOOK_NS	(5 * CLB_NS_PER_S)

/* Why this one shall go; NULL: it stays. @behind: younger ones, @bytes: theirs. */
static const char *reason(const struct clbd_plan *plan, const struct clbd_closed_chunk *closed,
			  uint64_t behind, uint64_t bytes)
{
	uint64_t now = clbd_wall_clock_ns(), then = closed->chunk.mtime_ns;

	if (plan->keep && behind >= plan->keep)
		return "keep";
	if (plan->keep_size_bytes && bytes + closed->chunk.bytes > plan->keep_size_bytes)
		return "keep_size";
	if (plan->keep_age_ns && now > then && now - then > plan->keep_age_ns)
		return "keep_age";
	return NULL;
}

void clbd_retention_apply(struct clbd_recording *r)
{
	const struct clbd_plan *plan = &r->plan;
	uint64_t removed = r->removed_chunks, bytes = 0;
	struct clbd_closed closed = { 0 };
	const char *why;

	if (!r->chunks.dir || (!plan->keep && !plan->keep_size_bytes && !plan->keep_age_ns))
		return;
	clbd_closed_find(&closed, r);
	clbd_closed_sort(&closed);
	/* From the youngest on: all older ones than one that goes, go. */
	for (size_t i = closed.nr; i; i--) {
		why = reason(plan, &closed.list[i - 1], closed.nr - i, bytes);
		bytes += closed.list[i - 1].chunk.bytes;
		if (!why)
			continue;
		for (size_t old = 0; old < i; old++)
			clbd_closed_remove(&closed, old, why);
		break;
	}
	clbd_closed_remove_empty(&closed, r);
	clbd_closed_free(&closed);
	if (r->removed_chunks != removed)
		clbd_recording_save(r);
}

uint64_t clbd_retention_chunks(const struct clbd_recording *r, uint64_t *bytes)
{
	struct clbd_closed closed = { 0 };
	uint64_t nr;

	*bytes = 0;
	clbd_closed_find(&closed, (struct clbd_recording *)r);
	for (size_t i = 0; i < closed.nr; i++)
		*bytes += closed.list[i].chunk.bytes;
	nr = closed.nr;
	clbd_closed_free(&closed);
	return nr;
}

/* ------------------------------------------------------------ the file system */

/* How much is missing to the floor, bytes. */
static uint64_t missing(const struct clbd *d)
{
	uint64_t floor = d->conf.min_free_bytes, free, part;
	struct statvfs fs;

	if (statvfs(d->conf.trace_dir, &fs))
		return 0;
	free = fs.f_bavail * fs.f_frsize;
	part = fs.f_blocks * fs.f_frsize / 100 * d->conf.min_free_percent;
	if (d->conf.min_free_percent && part < floor)
		floor = part;
	return free < floor ? floor - free : 0;
}

static void remove_oldest(struct clbd *d)
{
	struct clbd_recording *r;
	struct clbd_closed closed = { 0 };

	for (r = d->recordings; r; r = r->next)
		if (r->chunks.dir)
			clbd_closed_find(&closed, r);
	clbd_closed_sort(&closed);
	for (size_t i = 0; i < closed.nr && missing(d); i++)
		clbd_closed_remove(&closed, i, "the file system has too little room");
	for (r = d->recordings; r; r = r->next)
		if (closed.nr && r->chunks.dir) {
			clbd_closed_remove_empty(&closed, r);
			clbd_recording_save(r);
		}
	clbd_closed_free(&closed);
}

void clbd_retention_make_room(struct clbd *d)
{
	char size[CLB_SIZE_TEXT];
	uint64_t more;

	d->space_ns = clbd_now_ns() + LOOK_NS;
	more = missing(d);
	if (more && !d->conf.low_space_pause) {
		remove_oldest(d);
		more = missing(d);
	}
	if (!more == !d->low_space)
		return;
	d->low_space = more;
	if (more)
		clb_log(CLB_LEVEL_WARNING,
			"%s: the file system lacks %s to min_free: recordings pause; make room, or lower min_free",
			d->conf.trace_dir, clb_size_format(size, more));
	else
		clb_log(CLB_LEVEL_NOTICE, "%s: the file system has room again",
			d->conf.trace_dir);
}
