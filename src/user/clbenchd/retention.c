/* SPDX-License-Identifier: GPL-2.0 */
/* Which closed chunks stay. */

#include "retention.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "chunks.h"
#include "clbenchd.h"
#include "message.h"
#include "quantity.h"
#include "recording_internal.h"

/* How often the file system and the chunks' age are looked at. */
#define LOOK_NS	(5 * CLB_NS_PER_S)

/*
 * @folder: number of its directory, in struct found
 * @chunk: as it was found, but for its time, see date_chunk()
 * @order_ns: its place among all: the latest time of those up to it
 */
struct closed {
	size_t folder;
	struct clb_chunk chunk;
	uint64_t order_ns;
};

/*
 * There may be more of them than descriptors.
 *
 * @recording: whose
 * @name: of the directory
 * @dev: its file system
 * @ino: its number there
 */
struct folder {
	struct clbd_recording *recording;
	char *name;
	dev_t dev;
	ino_t ino;
};

/*
 * @list: closed chunks
 * @nr: how many
 * @folders: their directories
 * @nr_folders: how many
 */
struct found {
	struct closed *list;
	size_t nr;
	struct folder *folders;
	size_t nr_folders;
};

static void free_found(struct found *found)
{
	for (size_t i = 0; i < found->nr_folders; i++)
		free(found->folders[i].name);
	free(found->folders);
	free(found->list);
	*found = (struct found){ 0 };
}

/* ------------------------------------------------------------------- finding */

/* Is it NAME-YYYYmmdd-HHMMSS? */
static bool is_ours(const struct clbd_recording *r, const char *dir)
{
	static const char pattern[] = "-dddddddd-dddddd";
	size_t size = strlen(r->plan.name);

	if (strncmp(dir, r->plan.name, size) || strlen(dir) != size + sizeof(pattern) - 1)
		return false;
	for (size_t i = 0; pattern[i]; i++) {
		char c = dir[size + i];

		if (pattern[i] == 'd' ? c < '0' || c > '9' : c != pattern[i])
			return false;
	}
	return true;
}

/* No link is followed: others may be able to write to @parent. */
static int open_folder(int parent, const char *name, struct stat *st)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 || !fstat(fd, st))
		return fd;
	close(fd);
	return -1;
}

static bool add_folder(struct found *found, struct clbd_recording *r, const char *name,
		       const struct stat *st)
{
	struct folder *folders;

	folders = reallocarray(found->folders, found->nr_folders + 1, sizeof(*folders));
	if (!folders)
		return false;
	found->folders = folders;
	folders[found->nr_folders] = (struct folder){
		.recording = r,
		.name = strdup(name),
		.dev = st->st_dev,
		.ino = st->st_ino,
	};
	if (!folders[found->nr_folders].name)
		return false;
	found->nr_folders++;
	return true;
}

/* No chunk is older than the one before it, though the clock may have been set
 * back. A time that is yet to come tells nothing of those behind it.
 */
static void date_chunk(struct clb_chunk *chunk, uint64_t *last_ns)
{
	if (chunk->mtime_ns > clbd_wall_clock_ns())
		return;
	if (chunk->mtime_ns < *last_ns)
		chunk->mtime_ns = *last_ns;
	*last_ns = chunk->mtime_ns;
}

/* Where those go on that the session closes. */
static uint64_t newest(const struct found *found, const struct clbd_recording *r)
{
	uint64_t order_ns = 0;

	for (size_t i = 0; i < found->nr; i++)
		if (found->folders[found->list[i].folder].recording == r &&
		    found->list[i].order_ns > order_ns)
			order_ns = found->list[i].order_ns;
	return order_ns;
}

/* The chunks of a directory, but the one with the number @open; 0: an earlier session's. */
static void add_chunks(struct found *found, struct clbd_recording *r, int parent,
		       const char *name, uint32_t open)
{
	uint64_t order_ns = open ? newest(found, r) + 1 : 0, last_ns = 0;
	struct clb_chunks chunks = { 0 };
	struct closed *list;
	struct stat st;
	int fd;

	fd = open_folder(parent, name, &st);
	if (fd < 0)
		return;
	if (clb_chunks_read(&chunks, fd) || !add_folder(found, r, name, &st))
		goto out;
	list = reallocarray(found->list, found->nr + chunks.nr + 1, sizeof(*list));
	if (!list)
		goto out;
	found->list = list;
	for (size_t i = 0; i < chunks.nr; i++) {
		if (chunks.list[i].mtime_ns > order_ns)
			order_ns = chunks.list[i].mtime_ns;
		date_chunk(&chunks.list[i], &last_ns);
		if (chunks.list[i].number != open)
			list[found->nr++] = (struct closed) {
				.folder = found->nr_folders - 1,
				.chunk = chunks.list[i],
				.order_ns = order_ns,
			};
	}
out:
	clb_chunks_free(&chunks);
	close(fd);
}

/* Does another session write there? */
static bool is_anothers(const struct clbd_recording *r, const char *name)
{
	const struct clbd_recording *other;

	for (other = r->d->recordings; other; other = other->next)
		if (other != r && other->chunks.dir &&
		    !strcmp(strrchr(other->chunks.dir, '/') + 1, name))
			return true;
	return false;
}

/* Where the session's directory is, which another trace_dir does not move. */
static DIR *open_parent(const struct clbd_recording *r)
{
	size_t size = strrchr(r->chunks.dir, '/') - r->chunks.dir;
	char *path = strndup(r->chunks.dir, size ? size : 1);
	DIR *dir = path ? opendir(path) : NULL;

	free(path);
	return dir;
}

static void find_closed(struct found *found, struct clbd_recording *r)
{
	const char *own = strrchr(r->chunks.dir, '/') + 1;
	struct dirent *entry;
	DIR *dir;

	dir = open_parent(r);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, own) && is_ours(r, entry->d_name) &&
		    !is_anothers(r, entry->d_name))
			add_chunks(found, r, dirfd(dir), entry->d_name, 0);
	/* Last: it is younger than all of these. */
	add_chunks(found, r, dirfd(dir), own, r->chunks.number);
	closedir(dir);
}

/* Names hold a time, too, but not all, and a local one. */
static int by_time(const void *a, const void *b)
{
	const struct closed *x = a, *y = b;

	if (x->order_ns != y->order_ns)
		return x->order_ns < y->order_ns ? -1 : 1;
	return (x->chunk.number > y->chunk.number) - (x->chunk.number < y->chunk.number);
}

/* ------------------------------------------------------------------- removing */

/* Not what has taken its place since; a descriptor or a negative errno. */
static int reopen_folder(const struct folder *folder)
{
	DIR *parent = open_parent(folder->recording);
	struct stat st;
	int fd, err;

	if (!parent)
		return -errno;
	fd = open_folder(dirfd(parent), folder->name, &st);
	err = errno;
	closedir(parent);
	if (fd < 0)
		return -err;
	if (st.st_dev == folder->dev && st.st_ino == folder->ino)
		return fd;
	close(fd);
	return -ESTALE;
}

static bool remove_closed(const struct found *found, const struct closed *closed, const char *why)
{
	const struct folder *folder = &found->folders[closed->folder];
	struct clbd_recording *r = folder->recording;
	char name[CLB_CHUNKS_NAME];
	int dir, ret;

	clb_chunks_name(name, closed->chunk.number);
	dir = reopen_folder(folder);
	ret = dir < 0 ? dir : clb_chunks_remove(dir, closed->chunk.number);
	if (dir >= 0)
		close(dir);
	if (ret) {
		clb_log(CLB_LEVEL_WARNING, "session %s: cannot remove chunk %s/%s: %s",
			r->plan.name, folder->name, name, strerror(-ret));
		return false;
	}
	r->removed_chunks++;
	r->removed_bytes += closed->chunk.bytes;
	clb_log(CLB_LEVEL_INFO, "session %s: chunk %s/%s is removed: %s", r->plan.name,
		folder->name, name, why);
	return true;
}

/* An earlier session's directory goes with its last chunk. */
static void remove_empty(const struct found *found, const struct clbd_recording *r)
{
	const char *own = strrchr(r->chunks.dir, '/') + 1;
	DIR *parent = open_parent(r);

	if (!parent)
		return;
	for (size_t i = 0; i < found->nr_folders; i++)
		if (found->folders[i].recording == r && strcmp(found->folders[i].name, own))
			unlinkat(dirfd(parent), found->folders[i].name, AT_REMOVEDIR);
	closedir(parent);
}

/* Why this one shall go; NULL: it stays. @behind: younger ones, @bytes: theirs. */
static const char *reason(const struct clbd_plan *plan, const struct closed *closed,
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
	struct found found = { 0 };
	const char *why;

	if (!r->chunks.dir || (!plan->keep && !plan->keep_size_bytes && !plan->keep_age_ns))
		return;
	find_closed(&found, r);
	if (found.nr)
		qsort(found.list, found.nr, sizeof(*found.list), by_time);
	/* From the youngest on: all older ones than one that goes, go. */
	for (size_t i = found.nr; i; i--) {
		why = reason(plan, &found.list[i - 1], found.nr - i, bytes);
		bytes += found.list[i - 1].chunk.bytes;
		if (!why)
			continue;
		for (size_t old = 0; old < i; old++)
			remove_closed(&found, &found.list[old], why);
		break;
	}
	remove_empty(&found, r);
	free_found(&found);
	if (r->removed_chunks != removed)
		clbd_recording_save(r);
}

uint64_t clbd_retention_chunks(const struct clbd_recording *r, uint64_t *bytes)
{
	struct found found = { 0 };
	uint64_t nr;

	*bytes = 0;
	find_closed(&found, (struct clbd_recording *)r);
	for (size_t i = 0; i < found.nr; i++)
		*bytes += found.list[i].chunk.bytes;
	nr = found.nr;
	free_found(&found);
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
	struct found found = { 0 };

	for (r = d->recordings; r; r = r->next)
		if (r->chunks.dir)
			find_closed(&found, r);
	if (found.nr)
		qsort(found.list, found.nr, sizeof(*found.list), by_time);
	for (size_t i = 0; i < found.nr && missing(d); i++)
		remove_closed(&found, &found.list[i], "the file system has too little room");
	for (r = d->recordings; r; r = r->next)
		if (found.nr && r->chunks.dir) {
			remove_empty(&found, r);
			clbd_recording_save(r);
		}
	free_found(&found);
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
