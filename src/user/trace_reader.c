/* SPDX-License-Identifier: GPL-2.0 */
/* Opens a trace directory and reads it packet by packet, trusting nothing. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/clbench_record.h>

#include "metadata_check.h"
#include "read_at.h"
#include "trace_internal.h"
#include "value.h"

#define METADATA_MAX	(64u << 20)

int clb_trace_fail(struct clb_trace *trace, int err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(trace->why, sizeof(trace->why), format, args);
	va_end(args);
	return err;
}

static int open_file(struct clb_trace *trace, int dir, const char *name, uint64_t *size)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return clb_trace_fail(trace, -EINVAL, "there is no file \"%s\" in it", name);
	if (fd < 0 || fstat(fd, &st)) {
		int err = -errno;

		if (fd >= 0)
			close(fd);
		return clb_trace_fail(trace, err, "cannot open its file \"%s\": %s", name,
				      strerror(-err));
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return clb_trace_fail(trace, -EINVAL, "its \"%s\" is no plain file", name);
	}
	*size = st.st_size;
	return fd;
}

static int read_metadata(struct clb_trace *trace, int dir)
{
	uint64_t size = 0;
	int fd = open_file(trace, dir, "metadata", &size);
	ssize_t len;

	if (fd < 0)
		return fd;
	if (size > METADATA_MAX) {
		close(fd);
		return clb_trace_fail(trace, -EINVAL, "its metadata is too large");
	}
	trace->text = malloc(size + 1);
	if (!trace->text) {
		close(fd);
		return clb_trace_fail(trace, -ENOMEM, "out of memory");
	}
	len = clb_read_at(fd, trace->text, size, 0);
	close(fd);
	if (len < 0)
		return clb_trace_fail(trace, len, "cannot read its metadata: %s", strerror(-len));
	trace->text_size = len;
	trace->checked = clb_metadata_check(trace->text, len);
	return clb_metadata_parse(trace->text, len, &trace->metadata, trace->why);
}

static bool defines_task(const struct clb_event *event)
{
	return !strcmp(event->name, "clbench_task") && event->nr_fields == 3 &&
	       event->fields[0].type == CLBENCH_FIELD_TYPE_U32 &&
	       event->fields[1].type == CLBENCH_FIELD_TYPE_U32 &&
	       event->fields[2].type == CLBENCH_FIELD_TYPE_TEXT &&
	       event->fields[2].size == CLB_COMM_MAX;
}

/* Longer than any packet is enough to know: the true sum could wrap to a short one. */
static void add_field(struct clb_layout *layout, const struct clb_field *field)
{
	size_t size = clb_field_size(field);

	if (size > CLB_PACKET_MAX - layout->fixed)
		layout->fixed = CLB_PACKET_MAX;
	else
		layout->fixed += size;
	layout->nr_strings += field->type == CLBENCH_FIELD_TYPE_STRING;
}

static int prepare_layouts(struct clb_trace *trace)
{
	const struct clb_events *events = &trace->metadata.events;

	trace->layouts = calloc(events->nr + 1, sizeof(*trace->layouts));
	trace->bytes = malloc(CLB_PACKET_MAX);
	if (!trace->layouts || !trace->bytes)
		return clb_trace_fail(trace, -ENOMEM, "out of memory");
	for (size_t i = 0; i < events->nr; i++) {
		const struct clb_event *event = &events->list[i];

		for (size_t j = 0; j < event->nr_fields; j++)
			add_field(&trace->layouts[i], &event->fields[j]);
		if (event->id < CLBENCH_ID_EXTENDED)
			trace->compact[event->id] = event;
		if (event->id == CLBENCH_ID_TASK)
			trace->has_tasks = defines_task(event);
	}
	return 0;
}

int clb_trace_open(struct clb_trace **result, const char *path)
{
	struct clb_trace *trace = calloc(1, sizeof(*trace));
	int dir, err;

	*result = trace;
	if (!trace)
		return -ENOMEM;
	trace->fd = -1;
	trace->checked = -EINVAL;
	dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return clb_trace_fail(trace, -errno, "%s", strerror(errno));
	err = read_metadata(trace, dir);
	if (!err) {
		trace->fd = open_file(trace, dir, "stream", &trace->size);
		err = trace->fd < 0 ? trace->fd : 0;
	}
	close(dir);
	return err ? err : prepare_layouts(trace);
}

static int open_without_file(struct clb_trace **result)
{
	*result = calloc(1, sizeof(**result));
	if (!*result)
		return -ENOMEM;
	(*result)->fd = -1;
	return 0;
}

static int read_text(struct clb_trace *trace, const char *text, size_t len)
{
	int err;

	err = clb_metadata_parse(text, len, &trace->metadata, trace->why);
	return err ? err : prepare_layouts(trace);
}

int clb_trace_open_text(struct clb_trace **result, const char *text, size_t len)
{
	if (open_without_file(result))
		return -ENOMEM;
	return read_text(*result, text, len);
}

int clb_trace_open_live(struct clb_trace **result, const struct clb_metadata *metadata)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out;
	int err;

	if (open_without_file(result))
		return -ENOMEM;
	out = open_memstream(&text, &len);
	if (!out)
		return clb_trace_fail(*result, -ENOMEM, "out of memory");
	err = clb_metadata_write(out, metadata);
	if (fclose(out) && !err)
		err = -ENOMEM;
	if (err)
		clb_trace_fail(*result, err, "its events cannot be described");
	else
		err = read_text(*result, text, len);
	free(text);
	return err;
}

void clb_trace_close(struct clb_trace *trace)
{
	if (!trace)
		return;
	if (trace->fd >= 0)
		close(trace->fd);
	clb_task_table_free(&trace->tasks);
	free(trace->bytes);
	free(trace->layouts);
	free(trace->text);
	clb_metadata_free(&trace->metadata);
	free(trace);
}

const char *clb_trace_why(const struct clb_trace *trace)
{
	return trace ? trace->why : "out of memory";
}

const struct clb_metadata *clb_trace_metadata(const struct clb_trace *trace)
{
	return &trace->metadata.m;
}

/* Number and place that the next packet should have. */
static int damaged(struct clb_trace *trace, enum clb_packet_fault fault)
{
	return clb_trace_fail(trace, -EBADMSG, "packet %" PRIu64 " at byte %" PRIu64 ": %s",
			      trace->packet.seq + 1, trace->next, clb_packet_why(fault));
}

/* Reads the packet at @next; returns as clb_trace_next_packet(). */
static int load_packet(struct clb_trace *trace, struct clb_packet *found)
{
	struct clbench_packet *raw = (void *)trace->bytes;
	enum clb_packet_fault fault;
	size_t wanted = sizeof(*raw);
	ssize_t len;

	len = clb_read_at(trace->fd, raw, sizeof(*raw), trace->next);
	if (len == sizeof(*raw)) {
		fault = clb_packet_check_header(raw, trace->metadata.m.uuid);
		if (fault)
			return damaged(trace, fault);
		clb_packet_unpack(found, raw, trace->next);
		wanted = found->size;
		len = clb_read_at(trace->fd, raw, wanted, trace->next);
	}
	if (len < 0)
		return clb_trace_fail(trace, len, "cannot read its stream: %s", strerror(-len));
	if ((size_t)len < wanted)
		return clb_trace_fail(trace, -ENODATA, "packet %" PRIu64 " at byte %" PRIu64
				      " is cut off after %zd bytes",
				      trace->packet.seq + 1, trace->next, len);
	return 1;
}

/* A chunk opens with a packet without records, whatever its number is. */
static uint64_t count_missing(const struct clb_trace *trace, const struct clb_packet *found)
{
	if (!trace->packet.seq && found->content == sizeof(struct clbench_packet))
		return 0;
	return found->seq - trace->packet.seq - 1;
}

int clb_trace_next_packet(struct clb_trace *trace, const struct clb_packet **packet)
{
	const struct clb_packet *last = &trace->packet;
	struct clbench_packet *raw = (void *)trace->bytes;
	struct clb_packet found = { 0 };
	int ret;

	trace->at = trace->end = NULL;
	if (!trace->size)
		return clb_trace_fail(trace, -ENODATA, "there is no packet in its stream");
	if (trace->next >= trace->size)
		return 0;
	ret = load_packet(trace, &found);
	if (ret < 0)
		return ret;
	if (clb_packet_crc(raw, found.content) != le32toh(raw->crc32c))
		return damaged(trace, CLB_PACKET_CRC);
	if (found.seq <= last->seq)
		return clb_trace_fail(trace, -EBADMSG, "packet %" PRIu64 " at byte %" PRIu64
				      ": it stands behind packet %" PRIu64,
				      found.seq, trace->next, last->seq);
	if (found.ts_begin < last->ts_end)
		return damaged(trace, CLB_PACKET_ORDER);
	if (found.discarded < last->discarded)
		return damaged(trace, CLB_PACKET_FEWER);
	trace->nr_missing += count_missing(trace, &found);
	trace->packet = found;
	trace->next += found.size;
	trace->last_ts = found.ts_begin;
	trace->at = trace->bytes + sizeof(*raw);
	trace->end = trace->bytes + found.content;
	if (packet)
		*packet = &trace->packet;
	return 1;
}

int clb_trace_feed(struct clb_trace *trace, const void *packet, size_t size)
{
	struct clbench_packet *raw = (void *)trace->bytes;
	enum clb_packet_fault fault;

	trace->at = trace->end = NULL;
	if (size < sizeof(*raw) || size > CLB_PACKET_MAX)
		return damaged(trace, CLB_PACKET_SIZE);
	memcpy(raw, packet, size);
	fault = clb_packet_check_header(raw, trace->metadata.m.uuid);
	if (!fault && le64toh(raw->packet_size) / 8 != size)
		fault = CLB_PACKET_SIZE;
	if (!fault && clb_packet_crc(raw, le64toh(raw->content_size) / 8) != le32toh(raw->crc32c))
		fault = CLB_PACKET_CRC;
	if (fault)
		return damaged(trace, fault);
	clb_packet_unpack(&trace->packet, raw, trace->next);
	trace->next += size;
	trace->last_ts = trace->packet.ts_begin;
	trace->at = trace->bytes + sizeof(*raw);
	trace->end = trace->bytes + trace->packet.content;
	return 0;
}

uint64_t clb_trace_missing(const struct clb_trace *trace)
{
	return trace->nr_missing;
}

void clb_trace_follow(struct clb_trace *trace, const struct clb_trace *before)
{
	trace->packet = before->packet;
}

void clb_trace_ends(const struct clb_trace *trace, struct clb_trace_ends *ends)
{
	struct clbench_packet raw;
	struct clb_packet packet;
	uint64_t offset = 0;

	*ends = (struct clb_trace_ends){ 0 };
	while (clb_read_at(trace->fd, &raw, sizeof(raw), offset) == sizeof(raw) &&
	       !clb_packet_check_header(&raw, trace->metadata.m.uuid)) {
		clb_packet_unpack(&packet, &raw, offset);
		ends->ts = packet.ts_end;
		ends->realtime = packet.realtime_ns + (packet.ts_end - packet.raw_ns);
		if (ends->realtime > ends->latest)
			ends->latest = ends->realtime;
		offset += packet.size;
	}
	ends->whole = offset == trace->size;
}
