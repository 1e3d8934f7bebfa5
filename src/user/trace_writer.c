/* SPDX-License-Identifier: GPL-2.0 */
/* Writes a trace directory: "metadata", and packets as they come to "stream". */

#include "trace_writer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MODE_DIR	0750
#define MODE_FILE	0640

/* Give it the owner and, whatever umask says, the mode. */
static int dress(const struct clb_trace_writer *writer, int fd, mode_t mode)
{
	if ((writer->uid != geteuid() || writer->gid != getegid()) &&
	    fchown(fd, writer->uid, writer->gid))
		return -errno;
	return fchmod(fd, mode) ? -errno : 0;
}

static int check_empty(int dir)
{
	struct dirent *entry;
	DIR *listing;
	int fd, ret = 0;

	fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	listing = fd < 0 ? NULL : fdopendir(fd);
	if (!listing) {
		ret = -errno;
		if (fd >= 0)
			close(fd);
		return ret;
	}
	while (!ret && (errno = 0, entry = readdir(listing)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			ret = -ENOTEMPTY;
	if (!ret && errno)
		ret = -errno;
	closedir(listing);
	return ret;
}

/* O_EXCL: a link that somebody put there meanwhile is not followed. */
static int create(const struct clb_trace_writer *writer, const char *name)
{
	int fd, ret;

	fd = openat(writer->dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    MODE_FILE);
	if (fd < 0)
		return -errno;
	ret = dress(writer, fd, MODE_FILE);
	if (!ret)
		return fd;
	/* A full quota: the next try makes it again. */
	unlinkat(writer->dir, name, 0);
	close(fd);
	return ret;
}

/* Nobody else may write it. */
static int lock(const struct clb_trace_writer *writer)
{
	struct flock whole = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	if (!fcntl(writer->stream, F_SETLK, &whole))
		return 0;
	return errno == EACCES ? -EAGAIN : -errno;
}

static int open_dir(struct clb_trace_writer *writer, const char *path)
{
	writer->dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (writer->dir < 0)
		return errno == ELOOP ? -ENOTDIR : -errno;
	return 0;
}

int clb_trace_writer_open(struct clb_trace_writer *writer, const char *path, uid_t uid, gid_t gid)
{
	int ret;

	*writer = (struct clb_trace_writer){ .dir = -1, .stream = -1, .uid = uid, .gid = gid };
	writer->made = !mkdir(path, MODE_DIR);
	if (!writer->made && errno != EEXIST)
		return -errno;
	writer->fresh = writer->made;
	ret = open_dir(writer, path);
	if (!ret)
		ret = check_empty(writer->dir);
	if (!ret && writer->made)
		ret = dress(writer, writer->dir, MODE_DIR);
	if (ret)
		return ret;
	writer->stream = create(writer, "stream");
	return writer->stream < 0 ? writer->stream : lock(writer);
}

int clb_trace_writer_reopen(struct clb_trace_writer *writer, const char *path,
			    struct clb_trace_tail *tail)
{
	struct stat st;
	int ret;

	/* Its maker may have died before the first sync. */
	*writer = (struct clb_trace_writer){ .dir = -1, .stream = -1, .fresh = true };
	*tail = (struct clb_trace_tail){ 0 };
	ret = open_dir(writer, path);
	if (ret)
		return ret;
	writer->stream = openat(writer->dir, "stream", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	if (writer->stream < 0 || fstat(writer->stream, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	writer->uid = st.st_uid;
	writer->gid = st.st_gid;
	ret = lock(writer);
	if (!ret)
		ret = clb_trace_tail_find(writer->stream, tail);
	writer->bytes = tail->bytes;
	writer->packets = tail->packets;
	writer->has_metadata = tail->packets;
	return ret;
}

int clb_trace_writer_cut(struct clb_trace_writer *writer)
{
	if (ftruncate(writer->stream, writer->bytes) ||
	    lseek(writer->stream, writer->bytes, SEEK_SET) < 0)
		return -errno;
	if (!writer->packets && unlinkat(writer->dir, "metadata", 0) && errno != ENOENT)
		return -errno;
	return 0;
}

static FILE *create_file(const struct clb_trace_writer *writer, const char *name)
{
	FILE *f;
	int fd;

	fd = create(writer, name);
	if (fd < 0) {
		errno = -fd;
		return NULL;
	}
	f = fdopen(fd, "w");
	if (!f)
		close(fd);
	return f;
}

FILE *clb_trace_writer_metadata(struct clb_trace_writer *writer)
{
	return create_file(writer, "metadata");
}

FILE *clb_trace_writer_metadata_anew(struct clb_trace_writer *writer)
{
	/* Of one who died here. */
	unlinkat(writer->dir, CLB_METADATA_NEW, 0);
	return create_file(writer, CLB_METADATA_NEW);
}

static int sync_at(const struct clb_trace_writer *writer, const char *name)
{
	int fd, ret = 0;

	fd = openat(writer->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || fsync(fd))
		ret = -errno;
	if (fd >= 0)
		close(fd);
	return ret;
}

int clb_trace_writer_metadata_swap(struct clb_trace_writer *writer)
{
	int ret;

	/* Else a power failure could leave the new name without a content. */
	ret = sync_at(writer, CLB_METADATA_NEW);
	if (!ret && renameat(writer->dir, CLB_METADATA_NEW, writer->dir, "metadata"))
		ret = -errno;
	if (ret)
		unlinkat(writer->dir, CLB_METADATA_NEW, 0);
	/* The next clb_trace_writer_sync() sees to the name. */
	writer->synced = false;
	return ret;
}

int clb_trace_writer_put(struct clb_trace_writer *writer, const void *packet, size_t size)
{
	const char *next = packet;
	size_t left = size;
	ssize_t written;
	int ret;

	while (left) {
		written = write(writer->stream, next, left);
		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0) {
			ret = written ? -errno : -ENOSPC;
			goto err_cut;
		}
		next += written;
		left -= written;
	}
	writer->bytes += size;
	writer->packets++;
	return 0;

err_cut:
	/* Readers shall find whole packets only. Shrinking needs no space. */
	if (ftruncate(writer->stream, writer->bytes) ||
	    lseek(writer->stream, writer->bytes, SEEK_SET) < 0)
		return -EIO;
	return ret;
}

int clb_trace_writer_sync(struct clb_trace_writer *writer)
{
	int ret;

	if (fdatasync(writer->stream))
		return -errno;
	if (writer->synced)
		return 0;
	ret = sync_at(writer, "metadata");
	if (!ret && fsync(writer->dir))
		ret = -errno;
	/* Where the directory itself stands. */
	if (!ret && writer->fresh)
		ret = sync_at(writer, "..");
	writer->synced = !ret;
	if (!ret)
		writer->fresh = false;
	return ret;
}

int clb_trace_writer_close(struct clb_trace_writer *writer)
{
	int ret = 0;

	/* Network file systems tell a full disk no earlier than here. */
	if (writer->stream >= 0 && close(writer->stream))
		ret = -errno;
	if (writer->dir >= 0)
		close(writer->dir);
	writer->stream = -1;
	writer->dir = -1;
	return ret;
}

void clb_trace_writer_remove(struct clb_trace_writer *writer, const char *path)
{
	if (writer->packets || writer->dir < 0)
		return;
	if (writer->stream >= 0) {
		unlinkat(writer->dir, "stream", 0);
		unlinkat(writer->dir, "metadata", 0);
	}
	if (writer->made)
		rmdir(path);
}
