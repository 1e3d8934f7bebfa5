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
#include <unistd.h>

#include <linux/clbench_record.h>

#include "chunks.h"
#include "clbenchd/chunk_writer.h"
#include "point.h"

static struct clbd_chunk_writer w = { .fd = -1 };
static const struct clbd_stream before, after;
static int metadata_error;

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
	point(!clbd_chunks_describe(&w, &after) && metadata_is("after") && w.stream == &after &&
	      !is_left(), "what can be told takes its place");
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
