/* SPDX-License-Identifier: GPL-2.0 */
/* Writes a session's packets into chunks: DIR/000001, DIR/000002, ... */

#include "chunk_writer.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/clbench_record.h>

#include "chunks.h"

#define MODE_DIR	0750

static const struct clb_trace_writer closed = { .dir = -1, .stream = -1 };

static int open_dir(struct clbd_chunk_writer *w, const char *dir)
{
	w->writer = closed;
	w->dir = strdup(dir);
	w->fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (w->fd < 0)
		return errno == ELOOP ? -ENOTDIR : -errno;
	return w->dir ? 0 : -ENOMEM;
}

int clbd_chunks_make(struct clbd_chunk_writer *w, const char *dir)
{
	struct clb_trace_writer empty;
	int ret;

	w->fd = -1;
	w->writer = closed;
	/* Makes the directory, or sees that it is empty; its stream is not wanted. */
	ret = clb_trace_writer_open(&empty, dir, geteuid(), getegid());
	clb_trace_writer_remove(&empty, dir);
	clb_trace_writer_close(&empty);
	if (ret)
		return ret;
	if (mkdir(dir, MODE_DIR) && errno != EEXIST)
		return -errno;
	return open_dir(w, dir);
}

static int64_t clock_offset(const struct clbench_packet *head)
{
	return le64toh(head->realtime_ns) - le64toh(head->raw_ns);
}

/* Should its metadata be written anew. */
static int read_clock(struct clbd_chunk_writer *w)
{
	struct clbench_packet head;
	ssize_t got = pread(w->writer.stream, &head, sizeof(head), 0);

	if (got != sizeof(head))
		return got < 0 ? -errno : -EBADMSG;
	w->clock_offset_ns = clock_offset(&head);
	return 0;
}

/* The last chunk, whose writer may have died at any moment. */
static int reopen_last(struct clbd_chunk_writer *w, const uint8_t uuid[16], uint64_t *seq)
{
	struct clb_trace_tail tail;
	char *path;
	int ret;

	path = clb_chunks_path(w->dir, w->number);
	if (!path)
		return -ENOMEM;
	ret = clb_trace_writer_reopen(&w->writer, path, &tail);
	free(path);
	if (!ret && (tail.alien || (tail.has_uuid && memcmp(tail.uuid, uuid, sizeof(tail.uuid)))))
		ret = -EBADMSG;
	/* It may have died before there was a stream. */
	if (ret && ret != -ENOENT)
		return ret;
	*seq = ret ? 0 : tail.seq;
	w->open = *seq;
	ret = 0;
	if (*seq)
		ret = read_clock(w);
	return ret;
}

int clbd_chunks_reopen(struct clbd_chunk_writer *w, const char *dir, const uint8_t uuid[16],
		       uint64_t *seq)
{
	struct clb_chunks chunks = { 0 };
	size_t i;
	int ret;

	*seq = 0;
	ret = open_dir(w, dir);
	if (ret == -ENOENT && !mkdir(dir, MODE_DIR)) {
		/* Its writer handed over before there was a chunk. */
		free(w->dir);
		ret = open_dir(w, dir);
	}
	if (!ret)
		ret = clb_chunks_read(&chunks, w->fd);
	for (i = chunks.nr; !ret && !w->open && i; i--) {
		w->number = chunks.list[i - 1].number;
		ret = reopen_last(w, uuid, seq);
		if (ret || w->open)
			break;
		/* Not one whole packet: it is made anew, see clbd_chunks_cut(). */
		clb_trace_writer_close(&w->writer);
		w->number--;
	}
	for (; !ret && i > 1; i--)
		w->closed_bytes += chunks.list[i - 2].bytes;
	clb_chunks_free(&chunks);
	return ret;
}

int clbd_chunks_cut(struct clbd_chunk_writer *w)
{
	struct clb_chunks chunks;
	int ret;

	ret = clb_chunks_read(&chunks, w->fd);
	for (size_t i = chunks.nr; !ret && i && chunks.list[i - 1].number > w->number; i--)
		ret = clb_chunks_remove(w->fd, chunks.list[i - 1].number);
	clb_chunks_free(&chunks);
	return ret || !w->open ? ret : clb_trace_writer_cut(&w->writer);
}

bool clbd_chunks_opens(const void *packet, size_t size)
{
	struct clbench_packet head;

	if (size < sizeof(head))
		return false;
	memcpy(&head, packet, sizeof(head));
	return le64toh(head.content_size) == sizeof(head) * 8;
}

static int write_metadata(struct clbd_chunk_writer *w, FILE *f)
{
	int ret;

	ret = clbd_stream_metadata(w->stream, f, w->session, w->module_version,
				   w->clock_offset_ns);
	errno = 0;
	if (fclose(f) && !ret)
		ret = errno ? -errno : -EIO;
	return ret;
}

static int open_next(struct clbd_chunk_writer *w, const struct clbench_packet *head)
{
	char *path;
	FILE *f;
	int ret;

	path = clb_chunks_path(w->dir, w->number + 1);
	if (!path)
		return -ENOMEM;
	ret = clb_trace_writer_open(&w->writer, path, geteuid(), getegid());
	if (!ret) {
		w->clock_offset_ns = clock_offset(head);
		f = clb_trace_writer_metadata(&w->writer);
		ret = f ? write_metadata(w, f) : -errno;
	}
	if (!ret) {
		w->writer.has_metadata = true;
		w->open = true;
		w->number++;
	} else {
		/* Another try, when there is room, makes it again. */
		clb_trace_writer_remove(&w->writer, path);
		clb_trace_writer_close(&w->writer);
	}
	free(path);
	return ret;
}

static int close_chunk(struct clbd_chunk_writer *w)
{
	int ret;

	if (!w->open)
		return 0;
	ret = clb_trace_writer_sync(&w->writer);
	if (ret)
		return ret;
	w->closed_bytes += w->writer.bytes;
	w->open = false;
	return clb_trace_writer_close(&w->writer);
}

/* Not even its first packet was stored: it is made anew. */
static void undo_open(struct clbd_chunk_writer *w)
{
	char *path = clb_chunks_path(w->dir, w->number);

	if (path)
		clb_trace_writer_remove(&w->writer, path);
	clb_trace_writer_close(&w->writer);
	free(path);
	w->open = false;
	w->number--;
}

int clbd_chunks_put(struct clbd_chunk_writer *w, const void *packet, size_t size)
{
	struct clbench_packet head;
	int ret;

	if (size < sizeof(head))
		return -EBADMSG;
	if (!w->open || clbd_chunks_opens(packet, size)) {
		memcpy(&head, packet, sizeof(head));
		ret = close_chunk(w);
		/* Of what was stored before: no room that is made helps it. */
		if (ret == -ENOSPC || ret == -EDQUOT)
			ret = -EIO;
		if (!ret)
			ret = open_next(w, &head);
		if (ret)
			return ret;
	}
	ret = clb_trace_writer_put(&w->writer, packet, size);
	if (ret && !w->writer.packets)
		undo_open(w);
	w->packets += !ret;
	return ret;
}

/* A reader sees the old one or the new one. */
int clbd_chunks_describe(struct clbd_chunk_writer *w, const struct clbd_stream *stream)
{
	const struct clbd_stream *before = w->stream;
	int ret = 0;
	FILE *f;

	w->stream = stream;
	if (!w->open)
		return 0;
	f = clb_trace_writer_metadata_anew(&w->writer);
	ret = f ? write_metadata(w, f) : -errno;
	if (ret)
		unlinkat(w->writer.dir, CLB_METADATA_NEW, 0);
	else
		ret = clb_trace_writer_metadata_swap(&w->writer);
	if (ret)
		w->stream = before;
	return ret;
}

int clbd_chunks_sync(struct clbd_chunk_writer *w)
{
	return w->open ? clb_trace_writer_sync(&w->writer) : 0;
}

uint64_t clbd_chunks_bytes(const struct clbd_chunk_writer *w)
{
	return w->closed_bytes + (w->open ? w->writer.bytes : 0);
}

void clbd_chunks_remove_empty(const struct clbd_chunk_writer *w)
{
	if (w->dir && !w->number)
		rmdir(w->dir);
}

int clbd_chunks_close(struct clbd_chunk_writer *w)
{
	int ret;

	ret = close_chunk(w);
	clb_trace_writer_close(&w->writer);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
	free(w->dir);
	w->dir = NULL;
	return ret;
}
