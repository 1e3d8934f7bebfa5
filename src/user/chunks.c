/* SPDX-License-Identifier: GPL-2.0 */
/* A directory of chunks: a session's trace cut into pieces. */

#include "chunks.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trace_writer.h"

#define NSEC_PER_SEC	1000000000u

void clb_chunks_name(char name[CLB_CHUNKS_NAME], uint32_t number)
{
	snprintf(name, CLB_CHUNKS_NAME, "%06" PRIu32, number);
}

char *clb_chunks_path(const char *path, uint32_t number)
{
	size_t len = strlen(path);
	char *result;

	while (len > 1 && path[len - 1] == '/')
		len--;
	if (asprintf(&result, "%.*s/%06" PRIu32, (int)len, path, number) < 0)
		return NULL;
	return result;
}

bool clb_chunks_is_gone(const char *path)
{
	char *name;
	bool gone;

	if (asprintf(&name, "%s/stream", path) < 0)
		return false;
	gone = access(name, F_OK) && errno == ENOENT;
	free(name);
	return gone;
}

/* 0 if the name is not that of a chunk. */
static uint32_t parse_name(const char *name)
{
	char right[CLB_CHUNKS_NAME];
	unsigned long long number;

	if (strlen(name) >= CLB_CHUNKS_NAME || strspn(name, "0123456789") != strlen(name))
		return 0;
	number = strtoull(name, NULL, 10);
	if (number > UINT32_MAX)
		return 0;
	clb_chunks_name(right, number);
	return strcmp(name, right) ? 0 : number;
}

/* Of a plain file; whether there is one. */
static bool look_at_file(int dir, const char *name, struct stat *st)
{
	return !fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st->st_mode);
}

static int look_at_chunk(int dir, const char *name, struct clb_chunk *chunk)
{
	struct stat stream = { 0 }, metadata = { 0 };
	bool has_stream, has_metadata;
	int fd;

	fd = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	has_stream = look_at_file(fd, "stream", &stream);
	has_metadata = look_at_file(fd, "metadata", &metadata);
	close(fd);
	chunk->begun = has_stream && stream.st_size;
	if (has_stream) {
		chunk->bytes = stream.st_size;
		chunk->mtime_ns = (uint64_t)stream.st_mtim.tv_sec * NSEC_PER_SEC +
				  stream.st_mtim.tv_nsec;
	}
	if (has_metadata)
		chunk->bytes += metadata.st_size;
	return 0;
}

static int add(struct clb_chunks *chunks, int dir, const char *name)
{
	struct clb_chunk chunk = { .number = parse_name(name) };
	struct clb_chunk *list;
	int err;

	if (!chunk.number)
		return 0;
	err = look_at_chunk(dir, name, &chunk);
	/* Gone meanwhile, or never a directory. */
	if (err == -ENOENT || err == -ENOTDIR || err == -ELOOP)
		return 0;
	if (err)
		return err;
	/* Powers of two only: full when their number is one. */
	list = chunks->list;
	if (!(chunks->nr & (chunks->nr - 1)))
		list = reallocarray(list, chunks->nr ? chunks->nr * 2 : 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	chunks->list = list;
	list[chunks->nr++] = chunk;
	return 0;
}

static int by_number(const void *a, const void *b)
{
	const struct clb_chunk *left = a, *right = b;

	return left->number < right->number ? -1 : left->number > right->number;
}

int clb_chunks_read(struct clb_chunks *chunks, int dir)
{
	struct dirent *entry;
	DIR *listing;
	int fd, err = 0;

	*chunks = (struct clb_chunks){ 0 };
	fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	listing = fd < 0 ? NULL : fdopendir(fd);
	if (!listing) {
		err = -errno;
		if (fd >= 0)
			close(fd);
		return err;
	}
	while (!err && (errno = 0, entry = readdir(listing)))
		err = add(chunks, dir, entry->d_name);
	if (!err && errno)
		err = -errno;
	closedir(listing);
	if (chunks->nr)
		qsort(chunks->list, chunks->nr, sizeof(*chunks->list), by_number);
	return err;
}

static void keep_begun(struct clb_chunks *chunks)
{
	size_t nr = 0;

	for (size_t i = 0; i < chunks->nr; i++)
		if (chunks->list[i].begun)
			chunks->list[nr++] = chunks->list[i];
	chunks->nr = nr;
}

int clb_chunks_open(struct clb_chunks *chunks, const char *path)
{
	struct stat st;
	int dir, err;

	*chunks = (struct clb_chunks){ 0 };
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	/* A trace stays one, whatever else is put into its directory. */
	if (!fstatat(dir, "metadata", &st, 0) || !fstatat(dir, "stream", &st, 0))
		err = -ENOENT;
	else
		err = clb_chunks_read(chunks, dir);
	close(dir);
	keep_begun(chunks);
	return err || chunks->nr ? err : -ENOENT;
}

void clb_chunks_free(struct clb_chunks *chunks)
{
	free(chunks->list);
	*chunks = (struct clb_chunks){ 0 };
}

static int unlink_file(int dir, const char *name)
{
	return unlinkat(dir, name, 0) && errno != ENOENT ? -errno : 0;
}

int clb_chunks_remove(int dir, uint32_t number)
{
	char name[CLB_CHUNKS_NAME];
	int chunk, err;

	clb_chunks_name(name, number);
	chunk = openat(dir, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (chunk < 0)
		return errno == ENOENT ? 0 : -errno;
	err = unlink_file(chunk, "stream");
	if (!err)
		err = unlink_file(chunk, "metadata");
	/* Of one who died writing it. */
	if (!err)
		err = unlink_file(chunk, CLB_METADATA_NEW);
	close(chunk);
	if (!err && unlinkat(dir, name, AT_REMOVEDIR) && errno != ENOENT)
		err = -errno;
	return err;
}
