/* SPDX-License-Identifier: GPL-2.0 */
/* Which closed chunks stay. */

#include "retention.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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

/* NULL: nobody can tell. */
static struct clbd_disk *find_disk(struct clbd *d, const struct clbd_recording *r)
{
	struct clbd_disk *disk;
	struct stat st;

	if (!r->chunks.dir || fstat(r->chunks.fd, &st))
		return NULL;
	for (disk = d->disks; disk; disk = disk->next)
		if (disk->dev == st.st_dev)
			return disk;
	disk = calloc(1, sizeof(*disk));
	if (!disk)
		return NULL;
	disk->dev = st.st_dev;
	disk->next = d->disks;
	d->disks = disk;
	return disk;
}

/* How much is missing to the floor where a session records, bytes. */
static uint64_t missing(const struct clbd_recording *r)
{
	const struct clbd_conf *conf = &r->d->conf;
	uint64_t floor = conf->min_free_bytes, free, part;
	struct statvfs fs;

	if (fstatvfs(r->chunks.fd, &fs))
		return 0;
	free = fs.f_bavail * fs.f_frsize;
	part = fs.f_blocks * fs.f_frsize / 100 * conf->min_free_percent;
	if (conf->min_free_percent && part < floor)
		floor = part;
	return free < floor ? floor - free : 0;
}

/* Those of other file systems would go for nothing. */
static void remove_oldest(struct clbd *d, const struct clbd_recording *on)
{
	struct clbd_closed closed = { 0 };
	struct clbd_recording *r;

	for (r = d->recordings; r; r = r->next)
		if (r->disk == on->disk)
			clbd_closed_find(&closed, r);
	clbd_closed_sort(&closed);
	for (size_t i = 0; i < closed.nr && missing(on); i++)
		if (closed.folders[closed.list[i].folder].dev == on->disk->dev)
			clbd_closed_remove(&closed, i, "the file system has too little room");
	for (r = d->recordings; r; r = r->next)
		if (closed.nr && r->disk == on->disk) {
			clbd_closed_remove_empty(&closed, r);
			clbd_recording_save(r);
		}
	clbd_closed_free(&closed);
}

static void look_at(struct clbd_disk *disk, const struct clbd_recording *on)
{
	int where = strrchr(on->chunks.dir, '/') - on->chunks.dir;
	char size[CLB_SIZE_TEXT];
	uint64_t more;

	more = missing(on);
	if (more && !on->d->conf.low_space_pause) {
		remove_oldest(on->d, on);
		more = missing(on);
	}
	if (!more == !disk->low)
		return;
	disk->low = more;
	if (more)
		clb_log(CLB_LEVEL_WARNING,
			"%.*s: the file system lacks %s to min_free: recordings pause; make room, or lower min_free",
			where, on->chunks.dir, clb_size_format(size, more));
	else
		clb_log(CLB_LEVEL_NOTICE, "%.*s: the file system has room again", where,
			on->chunks.dir);
}

void clbd_retention_make_room(struct clbd *d)
{
	const struct clbd_recording *on;
	struct clbd_recording *r;

	d->space_ns = clbd_now_ns() + LOOK_NS;
	for (r = d->recordings; r; r = r->next)
		r->disk = find_disk(d, r);
	for (struct clbd_disk *disk = d->disks; disk; disk = disk->next) {
		for (on = d->recordings; on && on->disk != disk; on = on->next)
			;
		if (on)
			look_at(disk, on);
	}
}

void clbd_retention_close(struct clbd *d)
{
	struct clbd_disk *disk;

	while ((disk = d->disks)) {
		d->disks = disk->next;
		free(disk);
	}
}
