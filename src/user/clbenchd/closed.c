/* SPDX-License-Identifier: GPL-2.0 */
/* The closed chunks of sessions, found on the disk and removed from it. */

#include "closed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clbenchd.h"
#include "message.h"

/* Where the session writes now. */
static const char *own_folder(const struct clbd_recording *r)
{
	return strrchr(r->chunks.dir, '/') + 1;
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

static bool add_folder(struct clbd_closed *closed, struct clbd_recording *r, const char *name,
		       const struct stat *st)
{
	struct clbd_closed_folder *folders;

	folders = reallocarray(closed->folders, closed->nr_folders + 1, sizeof(*folders));
	if (!folders)
		return false;
	closed->folders = folders;
	folders[closed->nr_folders] = (struct clbd_closed_folder){
		.recording = r,
		.name = strdup(name),
		.dev = st->st_dev,
		.ino = st->st_ino,
	};
	if (!folders[closed->nr_folders].name)
		return false;
	closed->nr_folders++;
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
static uint64_t newest(const struct clbd_closed *closed, const struct clbd_recording *r)
{
	uint64_t order_ns = 0;

	for (size_t i = 0; i < closed->nr; i++)
		if (closed->folders[closed->list[i].folder].recording == r &&
		    closed->list[i].order_ns > order_ns)
			order_ns = closed->list[i].order_ns;
	return order_ns;
}

/* The chunks of a directory, but the one with the number @open; 0: an earlier session's. */
static void add_chunks(struct clbd_closed *closed, struct clbd_recording *r, int parent,
		       const char *name, uint32_t open)
{
	uint64_t order_ns = open ? newest(closed, r) + 1 : 0, last_ns = 0;
	struct clb_chunks chunks = { 0 };
	struct clbd_closed_chunk *list;
	struct stat st;
	int fd;

	fd = open_folder(parent, name, &st);
	if (fd < 0)
		return;
	if (clb_chunks_read(&chunks, fd) || !add_folder(closed, r, name, &st))
		goto out;
	list = reallocarray(closed->list, closed->nr + chunks.nr + 1, sizeof(*list));
	if (!list)
		goto out;
	closed->list = list;
	for (size_t i = 0; i < chunks.nr; i++) {
		if (chunks.list[i].mtime_ns > order_ns)
			order_ns = chunks.list[i].mtime_ns;
		date_chunk(&chunks.list[i], &last_ns);
		if (chunks.list[i].number != open)
			list[closed->nr++] = (struct clbd_closed_chunk) {
				.folder = closed->nr_folders - 1,
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

void clbd_closed_find(struct clbd_closed *closed, struct clbd_recording *r)
{
	const char *own = own_folder(r);
	struct dirent *entry;
	DIR *dir;

	dir = open_parent(r);
	if (!dir)
		return;
	while ((entry = readdir(dir)))
		if (strcmp(entry->d_name, own) && is_ours(r, entry->d_name) &&
		    !is_anothers(r, entry->d_name))
			add_chunks(closed, r, dirfd(dir), entry->d_name, 0);
	/* Last: it is younger than all of these. */
	add_chunks(closed, r, dirfd(dir), own, r->chunks.number);
	closedir(dir);
}

/* Names hold a time, too, but not all, and a local one. */
static int by_time(const void *a, const void *b)
{
	const struct clbd_closed_chunk *x = a, *y = b;

	if (x->order_ns != y->order_ns)
		return x->order_ns < y->order_ns ? -1 : 1;
	return (x->chunk.number > y->chunk.number) - (x->chunk.number < y->chunk.number);
}

void clbd_closed_sort(struct clbd_closed *closed)
{
	if (closed->nr)
		qsort(closed->list, closed->nr, sizeof(*closed->list), by_time);
}

/* ------------------------------------------------------------------- removing */

/* Not what has taken its place since; a descriptor or a negative errno. */
static int reopen_folder(const struct clbd_closed_folder *folder)
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

/* Of the file system; holes take nothing. */
static uint64_t allocated(int dir, const char *chunk)
{
	static const char *const files[] = { "stream", "metadata" };
	int fd = openat(dir, chunk, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	uint64_t bytes = 0;
	struct stat st;

	if (fd < 0)
		return 0;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (!fstatat(fd, files[i], &st, AT_SYMLINK_NOFOLLOW))
			/* Not every file system counts blocks. */
			bytes += st.st_blocks ? (uint64_t)st.st_blocks * 512 : (uint64_t)st.st_size;
	close(fd);
	return bytes;
}

uint64_t clbd_closed_remove(const struct clbd_closed *closed, size_t i, const char *why)
{
	const struct clb_chunk *chunk = &closed->list[i].chunk;
	const struct clbd_closed_folder *folder = &closed->folders[closed->list[i].folder];
	struct clbd_recording *r = folder->recording;
	char name[CLB_CHUNKS_NAME];
	uint64_t bytes = 0;
	int dir, ret;

	clb_chunks_name(name, chunk->number);
	dir = reopen_folder(folder);
	ret = dir < 0 ? dir : 0;
	if (!ret) {
		bytes = allocated(dir, name);
		ret = clb_chunks_remove(dir, chunk->number);
		close(dir);
	}
	if (ret) {
		clb_log(CLB_LEVEL_WARNING, "session %s: cannot remove chunk %s/%s: %s",
			r->plan.name, folder->name, name, strerror(-ret));
		return 0;
	}
	r->removed_chunks++;
	r->removed_bytes += chunk->bytes;
	if (!strcmp(folder->name, own_folder(r)))
		r->removed_own_bytes += chunk->bytes;
	clb_log(CLB_LEVEL_INFO, "session %s: chunk %s/%s is removed: %s", r->plan.name,
		folder->name, name, why);
	return bytes;
}

void clbd_closed_remove_empty(const struct clbd_closed *closed, const struct clbd_recording *r)
{
	const char *own = own_folder(r);
	DIR *parent = open_parent(r);

	if (!parent)
		return;
	for (size_t i = 0; i < closed->nr_folders; i++)
		if (closed->folders[i].recording == r && strcmp(closed->folders[i].name, own))
			unlinkat(dirfd(parent), closed->folders[i].name, AT_REMOVEDIR);
	closedir(parent);
}

void clbd_closed_free(struct clbd_closed *closed)
{
	for (size_t i = 0; i < closed->nr_folders; i++)
		free(closed->folders[i].name);
	free(closed->folders);
	free(closed->list);
	*closed = (struct clbd_closed){ 0 };
}
