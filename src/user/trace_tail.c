/* SPDX-License-Identifier: GPL-2.0 */
/* Where the whole packets of a stream end. */

#include "trace_tail.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/clbench_record.h>

#include "crc32c.h"

/* The largest packet: a netlink attribute holds less than this. */
#define PACKET_MAX	65536u

/* All of @size bytes; -ENODATA if the file ends before. */
static int read_all(int fd, void *to, size_t size, uint64_t offset)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = pread(fd, (char *)to + done, size - done, offset + done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -ENODATA;
		done += n;
	}
	return 0;
}

/* May this header stand behind the packets so far? Gives its packet's size, or 0. */
static uint64_t packet_size(const struct clb_trace_tail *tail, const struct clbench_packet *head)
{
	uint64_t size = le64toh(head->packet_size) / 8, content = le64toh(head->content_size) / 8;

	if (le32toh(head->magic) != CLBENCH_PACKET_MAGIC || size > PACKET_MAX || content > size ||
	    content < sizeof(*head))
		return 0;
	if (tail->packets && memcmp(head->uuid, tail->uuid, sizeof(tail->uuid)))
		return 0;
	return le64toh(head->packet_seq_num) == tail->seq + 1 ? size : 0;
}

/* Is the content of the packet at @offset what its writer meant? */
static int check_content(int fd, uint64_t offset, uint64_t size)
{
	struct clbench_packet *packet;
	uint32_t stored;
	int ret;

	packet = malloc(size);
	if (!packet)
		return -ENOMEM;
	ret = read_all(fd, packet, size, offset);
	if (!ret) {
		stored = le32toh(packet->crc32c);
		packet->crc32c = 0;
		if (~clb_crc32c(~0u, packet, le64toh(packet->content_size) / 8) != stored)
			ret = -ENODATA;
	}
	free(packet);
	return ret;
}

int clb_trace_tail_find(int fd, struct clb_trace_tail *tail)
{
	struct clb_trace_tail before = { 0 };
	struct clbench_packet head;
	uint64_t size, end;
	struct stat st;
	int ret;

	*tail = (struct clb_trace_tail){ 0 };
	if (fstat(fd, &st))
		return -errno;
	end = st.st_size;
	while (end - tail->bytes >= sizeof(head)) {
		ret = read_all(fd, &head, sizeof(head), tail->bytes);
		if (ret)
			return ret;
		size = packet_size(tail, &head);
		if (!size || size > end - tail->bytes)
			break;
		before = *tail;
		memcpy(tail->uuid, head.uuid, sizeof(tail->uuid));
		tail->bytes += size;
		tail->packets++;
		tail->seq++;
	}
	/* The file may have got its length before its last bytes. */
	if (tail->bytes == end && tail->packets) {
		ret = check_content(fd, before.bytes, tail->bytes - before.bytes);
		if (ret == -ENODATA)
			*tail = before;
		else if (ret)
			return ret;
	}
	tail->torn = end - tail->bytes;
	return tail->torn >= PACKET_MAX ? -EBADMSG : 0;
}
