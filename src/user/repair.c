/* SPDX-License-Identifier: GPL-2.0 */
/* Writes what is sound of a trace as a new one. */
#include <endian.h>
#include <errno.h>

#include "repair.h"
#include "trace_internal.h"
#include "view.h"

static int copy_metadata(struct clb_trace_writer *writer, const struct clb_trace *trace)
{
	FILE *f = clb_trace_writer_metadata(writer);
	int err = 0;

	if (!f)
		return -errno;
	errno = 0;
	if (fwrite(trace->text, 1, trace->text_size, f) != trace->text_size)
		err = errno ? -errno : -EIO;
	errno = 0;
	if (fclose(f) && !err)
		err = errno ? -errno : -EIO;
	return err;
}

/* Packet by packet: when the disk is full, those that fitted are whole. */
static int copy_run(struct clb_trace_writer *writer, const struct clb_trace *trace,
		    struct clb_view *view, const struct clb_run *run)
{
	uint64_t at = run->offset;

	while (at < run->end) {
		const struct clbench_packet *raw;
		const uint8_t *bytes;
		struct clb_packet packet;
		size_t there;
		int err;

		err = clb_view_get(view, at, sizeof(*raw), &bytes, &there);
		if (err)
			return err;
		raw = (const void *)bytes;
		if (there < sizeof(*raw) || clb_packet_check_header(raw, trace->metadata.m.uuid))
			return -ENODATA;
		clb_packet_unpack(&packet, raw, at);
		err = clb_view_get(view, at, packet.size, &bytes, &there);
		if (err)
			return err;
		if (there < packet.size)
			return -ENODATA;
		err = clb_trace_writer_put(writer, bytes, packet.size);
		if (err)
			return err;
		at += packet.size;
	}
	return 0;
}

int clb_repair(struct clb_trace_writer *writer, const struct clb_trace *trace,
	       const struct clb_verify *verify)
{
	struct clb_view view;
	int err;

	err = clb_view_init(&view, trace->fd);
	if (!err)
		err = copy_metadata(writer, trace);
	for (size_t i = 0; !err && i < verify->nr_runs; i++)
		err = copy_run(writer, trace, &view, &verify->runs[i]);
	clb_view_free(&view);
	return err;
}
