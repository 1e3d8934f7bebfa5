/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Directories of chunks: what is one, and what removing one touches.
 *
 * usage: chunks DIR, an empty directory
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chunks.h"
#include "point.h"

static void put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f))
		abort();
}

static void make(const char *name, const char *stream, const char *metadata)
{
	char path[64];

	if (mkdir(name, 0700))
		abort();
	snprintf(path, sizeof(path), "%s/stream", name);
	if (stream)
		put_file(path, stream);
	snprintf(path, sizeof(path), "%s/metadata", name);
	if (metadata)
		put_file(path, metadata);
}

/* The numbers that a listing has, each with a comma; '-' for those not begun. */
static bool has(const struct clb_chunks *chunks, const char *wanted)
{
	char text[256] = "";

	for (size_t i = 0; i < chunks->nr; i++)
		sprintf(text + strlen(text), "%s%u,", chunks->list[i].begun ? "" : "-",
			chunks->list[i].number);
	if (!strcmp(text, wanted))
		return true;
	printf("# got %s\n", text);
	return false;
}

static void test_names(void)
{
	char name[CLB_CHUNKS_NAME];
	char *path = clb_chunks_path("a/b//", 7);

	clb_chunks_name(name, 1);
	point(!strcmp(name, "000001"), "a name has six digits");
	clb_chunks_name(name, UINT32_MAX);
	point(!strcmp(name, "4294967295"), "or more, if it must");
	point(path && !strcmp(path, "a/b/000007"), "a path has the directory before it");
	free(path);
}

static void test_read(int dir)
{
	static const char *const others[] = {
		"000000", "00001", "0000001", "000001x", "4294967296", "99999999999", "-00001",
	};
	struct clb_chunks chunks;

	point(!clb_chunks_read(&chunks, dir) && !chunks.nr, "an empty directory has none");
	clb_chunks_free(&chunks);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		make(others[i], "x", "y");
	put_file("000099", "a file");
	point(!clb_chunks_read(&chunks, dir) && !chunks.nr, "no other name is a chunk, no file");
	clb_chunks_free(&chunks);
	point(clb_chunks_open(&chunks, ".") == -ENOENT && clb_chunks_open(&chunks, "no") == -ENOENT,
	      "what has no chunk is no directory of chunks");

	make("1000000", "12345", "123");
	make("000003", "", NULL);
	make("000010", "1", NULL);
	make("000002", "", "123");
	make("000001", NULL, "123");
	if (symlink("1000000", "000004") || mkdir("000005", 0700) ||
	    symlink("../1000000/stream", "000005/stream"))
		abort();
	point(!clb_chunks_read(&chunks, dir) && has(&chunks, "-1,-2,-3,-5,10,1000000,"),
	      "chunks come by number; no link is one, or has a stream");
	point(chunks.nr == 6 && chunks.list[5].bytes == 8 && chunks.list[1].bytes == 3,
	      "their size is that of both files");
	point(chunks.nr == 6 && chunks.list[5].mtime_ns > 1000000000000000000u,
	      "their time is that of their stream");
	clb_chunks_free(&chunks);
	point(!clb_chunks_open(&chunks, ".") && has(&chunks, "10,1000000,"),
	      "a reader sees those that have begun");
	clb_chunks_free(&chunks);
	put_file("metadata", "");
	point(clb_chunks_open(&chunks, ".") == -ENOENT, "a trace is no directory of chunks");
	unlink("metadata");
}

static void test_remove(int dir)
{
	struct stat st;

	put_file("000002/.metadata", "a writer died");
	point(!clb_chunks_remove(dir, 2) && stat("000002", &st) && errno == ENOENT,
	      "a chunk is removed, with what a writer left that died");
	point(!clb_chunks_remove(dir, 2) && !clb_chunks_remove(dir, 1), "or what is left of it");
	point(clb_chunks_remove(dir, 4) && !lstat("000004", &st) && !stat("1000000/stream", &st),
	      "no link is followed to one");
	point(!clb_chunks_remove(dir, 5) && !stat("1000000/stream", &st),
	      "and none out of one: it goes itself");
	put_file("000010/more", "");
	point(clb_chunks_remove(dir, 10) == -ENOTEMPTY && !stat("000010/more", &st),
	      "what is not of a trace is left");
	point(clb_chunks_remove(dir, 99) == -ENOTDIR && !stat("000099", &st), "a file is left");
}

int main(int argc, char **argv)
{
	int dir;

	if (argc != 2 || chdir(argv[1]))
		return 2;
	dir = open(".", O_RDONLY | O_DIRECTORY);
	test_names();
	test_read(dir);
	test_remove(dir);
	close(dir);
	return done();
}
