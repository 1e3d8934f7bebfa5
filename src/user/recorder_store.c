/* SPDX-License-Identifier: GPL-2.0 */
/* Packets into the trace, the metadata before the first of them. */

#include "recorder.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <linux/clbench_record.h>

#include "metadata.h"

static int write_metadata(struct clb_recorder *r, const struct clbench_packet *packet)
{
	struct clb_metadata metadata = {
		.events = r->events,
		.clock_offset_ns = le64toh(packet->realtime_ns) - le64toh(packet->raw_ns),
		.session = r->channel.session.name,
		.module_version = r->module_version,
	};
	struct utsname host;
	FILE *f;
	int ret;

	memcpy(metadata.uuid, r->channel.session.uuid, sizeof(metadata.uuid));
	if (!uname(&host)) {
		metadata.hostname = host.nodename;
		metadata.kernel_release = host.release;
	}
	f = clb_trace_writer_metadata(&r->writer);
	if (!f)
		return -errno;
	ret = clb_metadata_write(f, &metadata);
	errno = 0;
	if (fclose(f) && !ret)
		ret = errno ? -errno : -EIO;
	/* Another try, when there is room, makes it again. */
	if (ret)
		unlinkat(r->writer.dir, "metadata", 0);
	return ret;
}

int clb_recorder_store(struct clb_recorder *r, const void *packet, size_t size)
{
	struct clbench_packet head;
	int ret;

	if (size < sizeof(head))
		return -EBADMSG;
	if (!r->writer.has_metadata) {
		memcpy(&head, packet, sizeof(head));
		ret = write_metadata(r, &head);
		if (ret)
			return ret;
		r->writer.has_metadata = true;
	}
	return clb_trace_writer_put(&r->writer, packet, size);
}
