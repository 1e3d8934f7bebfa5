/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The trace writer, on real file systems.
 *
 * usage: trace_writer DIR, an empty directory
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "point.h"
#include "trace_writer.h"

static struct clb_trace_writer writer;

static int open_trace(const char *path)
{
	return clb_trace_writer_open(&writer, path, geteuid(), getegid());
}

static int mode_of(const char *path)
{
	struct stat s;

	return stat(path, &s) ? -1 : (int)(s.st_mode & 07777);
}

static long size_of(const char *path)
{
	struct stat s;

	return stat(path, &s) ? -1 : (long)s.st_size;
}

static void write_metadata(void)
{
	FILE *f = clb_trace_writer_metadata(&writer);

	if (!f)
		return;
	fputs("/* CTF 1.8 */\n", f);
	fclose(f);
}

static void test_good(void)
{
	static char packet[100000];
	char back[8] = "";
	int fd;

	umask(077);
	point(!open_trace("good") && mode_of("good") == 0750 && mode_of("good/stream") == 0640,
	      "the directory has mode 0750 and its files 0640, whatever umask says");
	write_metadata();
	memset(packet, 'b', sizeof(packet));
	point(!clb_trace_writer_put(&writer, "aaaa", 4) &&
	      !clb_trace_writer_put(&writer, packet, sizeof(packet)) &&
	      writer.packets == 2 && writer.bytes == 100004, "packets and bytes are counted");
	clb_trace_writer_remove(&writer, "good");
	point(!clb_trace_writer_close(&writer) && size_of("good/stream") == 100004 &&
	      size_of("good/metadata") == 14, "a trace with packets stays");
	fd = open("good/stream", O_RDONLY);
	point(read(fd, back, 6) == 6 && !strcmp(back, "aaaabb"), "packets stand as they came");
	close(fd);
}

static void test_refusals(void)
{
	point(open_trace("good") == -ENOTEMPTY && size_of("good/stream") == 100004,
	      "a directory that is not empty is refused and left alone");
	clb_trace_writer_close(&writer);

	mkdir("empty", 0700);
	point(!open_trace("empty") && mode_of("empty") == 0700,
	      "an empty directory is taken as it is");
	clb_trace_writer_remove(&writer, "empty");
	clb_trace_writer_close(&writer);
	point(mode_of("empty") == 0700 && size_of("empty/stream") == -1,
	      "and stays if there is no packet, without the files");

	point(!open_trace("new"), "a new directory is made");
	write_metadata();
	clb_trace_writer_remove(&writer, "new");
	clb_trace_writer_close(&writer);
	point(mode_of("new") == -1, "and taken away again if there is no packet");

	point(!symlink("empty", "link") && open_trace("link") == -ENOTDIR,
	      "a symbolic link is not followed");
	clb_trace_writer_close(&writer);
	point(open_trace("good/stream") == -ENOTDIR, "a file is no directory");
	clb_trace_writer_close(&writer);
	point(open_trace("no/where") == -ENOENT, "parents are not made");
	clb_trace_writer_close(&writer);
}

/* The link comes between making the directory and making a file in it. */
static void test_race(void)
{
	FILE *f;

	if (open_trace("race") || symlink("../good/stream", "race/metadata"))
		abort();
	f = clb_trace_writer_metadata(&writer);
	point(!f && errno == EEXIST && size_of("good/stream") == 100004,
	      "a link that somebody put there is not written through");
	clb_trace_writer_close(&writer);
}

/* As a full disk: the write() that does not fit is short, the next one fails. */
static void test_full(void)
{
	struct rlimit before, limit = { 2500, RLIM_INFINITY };
	char packet[1000];
	int ret;

	memset(packet, 'c', sizeof(packet));
	signal(SIGXFSZ, SIG_IGN);
	if (open_trace("full") || getrlimit(RLIMIT_FSIZE, &before))
		abort();
	limit.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
	ret = clb_trace_writer_put(&writer, packet, sizeof(packet)) ||
	      clb_trace_writer_put(&writer, packet, sizeof(packet));
	point(!ret && clb_trace_writer_put(&writer, packet, sizeof(packet)) == -EFBIG,
	      "a packet that does not fit is refused");
	point(size_of("full/stream") == 2000 && writer.packets == 2 && writer.bytes == 2000,
	      "nothing of it stays in the stream");
	setrlimit(RLIMIT_FSIZE, &before);
	point(!clb_trace_writer_put(&writer, packet, sizeof(packet)) &&
	      size_of("full/stream") == 3000, "a later packet stands right behind the last whole one");
	clb_trace_writer_close(&writer);
}

int main(int argc, char **argv)
{
	if (argc != 2 || chdir(argv[1]))
		return 1;
	test_good();
	test_refusals();
	test_race();
	test_full();
	return done();
}
