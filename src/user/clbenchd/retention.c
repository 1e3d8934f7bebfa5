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

/* btrfs shows what was removed after 30 s, if nothing is wrong. */
#define TURN_NS	(60 * CLB_NS_PER_S)

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

static uint64_t stored(const struct clbd *d, const struct clbd_disk *disk)
{
	uint64_t bytes = 0;

	for (const struct clbd_recording *r = d->recordings; r; r = r->next)
		if (r->disk == disk)
			bytes += clbd_chunks_bytes(&r->chunks);
	return bytes;
}

/* Some file systems show late that there is room, and none does while somebody reads
 * what was removed. Until it shows, or for a turn or two, it counts as free: or else
 * all would go meanwhile. What was @stored since hides as much of it.
 */
static uint64_t awaited(struct clbd_disk *disk, uint64_t free, uint64_t stored)
{
	uint64_t shown = free, now = clbd_now_ns();

	if (stored > disk->stored_bytes)
		shown += stored - disk->stored_bytes;
	shown = shown > disk->free_bytes ? shown - disk->free_bytes : 0;
	disk->free_bytes = free;
	disk->stored_bytes = stored;
	if (now >= disk->turn_ns) {
		disk->awaited_bytes[1] = disk->awaited_bytes[0];
		disk->awaited_bytes[0] = 0;
		disk->turn_ns = now + TURN_NS;
	}
	for (int i = 1; i >= 0; i--) {
		uint64_t part = shown < disk->awaited_bytes[i] ? shown : disk->awaited_bytes[i];

		disk->awaited_bytes[i] -= part;
		shown -= part;
	}
	return disk->awaited_bytes[0] + disk->awaited_bytes[1];
}

/* How much is missing to the floor where a session records, bytes. */
static uint64_t missing(struct clbd_disk *disk, const struct clbd_recording *r)
{
	const struct clbd_conf *conf = &r->d->conf;
	uint64_t floor = conf->min_free_bytes, free, part;
	struct statvfs fs;

	if (fstatvfs(r->chunks.fd, &fs))
		return 0;
	free = fs.f_bavail * fs.f_frsize;
	free += awaited(disk, free, stored(r->d, disk));
	part = fs.f_blocks * fs.f_frsize / 100 * conf->min_free_percent;
	if (conf->min_free_percent && part < floor)
		floor = part;
	return free < floor ? floor - free : 0;
}

/* @more: bytes. Those of other file systems would go for nothing. */
static void remove_oldest(struct clbd *d, struct clbd_disk *disk, uint64_t more)
{
	struct clbd_closed closed = { 0 };
	struct clbd_recording *r;
	uint64_t removed = 0;

	for (r = d->recordings; r; r = r->next)
		if (r->disk == disk)
			clbd_closed_find(&closed, r);
	clbd_closed_sort(&closed);
	for (size_t i = 0; i < closed.nr && removed < more; i++)
		if (closed.folders[closed.list[i].folder].dev == disk->dev)
			removed += clbd_closed_remove(&closed, i,
						      "the file system has too little room");
	disk->awaited_bytes[0] += removed;
	for (r = d->recordings; r; r = r->next)
		if (closed.nr && r->disk == disk) {
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

	more = missing(disk, on);
	if (more && !on->d->conf.low_space_pause) {
		remove_oldest(on->d, disk, more);
		more = missing(disk, on);
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
