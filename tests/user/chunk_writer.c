/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The daemon's chunk, when its events change.
 *
 * usage: chunk_writer DIR, an empty directory
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/clbench_record.h>

#include "chunks.h"
#include "clbenchd/chunk_writer.h"
#include "point.h"

static struct clbd_chunk_writer w = { .fd = -1 };
static const struct clbd_stream before, after;
static int metadata_error, sync_error;
static struct stat synced;	/* the file that was put on the disk last, as it was then */
static bool swapped_early;

/* In place of the C library's. */
int fsync(int fd)
{
	if (sync_error) {
		errno = -sync_error;
		return -1;
	}
	return fstat(fd, &synced);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
	struct stat now;

	swapped_early = fstatat(from_dir, from, &now, AT_SYMLINK_NOFOLLOW) ||
			now.st_ino != synced.st_ino || now.st_size != synced.st_size;
	return syscall(SYS_renameat2, from_dir, from, to_dir, to, 0);
}

/* Fails behind a part of it. */
int clbd_stream_metadata(const struct clbd_stream *stream, FILE *out,
			 const struct clb_session *session, const char *module_version,
			 int64_t clock_offset_ns)
{
	(void)session;
	(void)module_version;
	(void)clock_offset_ns;
	fputs(stream == &before ? "before" : "after", out);
	return metadata_error;
}

static bool metadata_is(const char *wanted)
{
	char text[16] = "";
	int fd = open("trace/000001/metadata", O_RDONLY);

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0 || close(fd))
		return false;
	return !strcmp(text, wanted);
}

static bool is_left(void)
{
	return !access("trace/000001/.metadata", F_OK);
}

static void begin(void)
{
	static const struct clbench_packet packet;

	if (clbd_chunks_make(&w, "trace"))
		abort();
	w.stream = &before;
	if (clbd_chunks_put(&w, &packet, sizeof(packet)))
		abort();
}

static void test_describe(void)
{
	metadata_error = -ENOSPC;
	point(clbd_chunks_describe(&w, &after) == -ENOSPC && metadata_is("before") &&
	      w.stream == &before, "other events that cannot be told leave the metadata as it was");
	point(!is_left(), "and nothing beside it");
	metadata_error = 0;
	sync_error = -EIO;
	point(clbd_chunks_describe(&w, &after) == -EIO && metadata_is("before") &&
	      w.stream == &before && !is_left(),
	      "so it is if they cannot be put on the disk");
	sync_error = 0;
	point(!clbd_chunks_describe(&w, &after) && metadata_is("after") && w.stream == &after &&
	      !is_left(), "what can be told takes its place");
	point(!swapped_early, "but not before it is on the disk");
}

int main(int argc, char **argv)
{
	if (argc != 2 || chdir(argv[1]))
		return 2;
	begin();
	test_describe();
	clbd_chunks_close(&w);
	return done();
}
