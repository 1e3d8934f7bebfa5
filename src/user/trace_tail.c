/* SPDX-License-Identifier: GPL-2.0 */
/* Where the whole packets of a stream end. */

#include "trace_tail.h"

#include <endian.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "packet.h"
#include "read_at.h"

/* A torn packet is shorter: a netlink attribute holds less than this. */
#define TORN_MAX	65536u

/* All of @size bytes; -ENODATA if the file ends before. */
static int read_all(int fd, void *to, size_t size, uint64_t offset)
{
	ssize_t n = clb_read_at(fd, to, size, offset);

	if (n < 0)
		return n;
	return (size_t)n < size ? -ENODATA : 0;
}

/* Is this the header of one of the trace's packets? */
static bool is_header(const struct clb_trace_tail *tail, const struct clbench_packet *head)
{
	return !clb_packet_check_header(head, tail->packets ? tail->uuid : head->uuid);
}

/* May it stand behind the packets so far? */
static bool follows(const struct clb_trace_tail *tail, const struct clbench_packet *head)
{
	uint64_t seq = le64toh(head->packet_seq_num);

	/* A chunk opens with a packet without records, whatever its number is. */
	if (!tail->packets && le64toh(head->content_size) == sizeof(*head) * 8)
		return seq;
	return seq == tail->seq + 1;
}

/* Is the content of a packet what its writer meant? -ENODATA if not. */
static int check_content(int fd, const struct clb_packet *found)
{
	struct clbench_packet *packet;
	int ret;

	packet = malloc(found->size);
	if (!packet)
		return -ENOMEM;
	ret = read_all(fd, packet, found->size, found->offset);
	if (!ret && clb_packet_crc(packet, found->content) != le32toh(packet->crc32c))
		ret = -ENODATA;
	free(packet);
	return ret;
}

/* There is no whole packet: is it the beginning of one, and of which trace? */
static int look_at_torn(int fd, struct clb_trace_tail *tail)
{
	const size_t known = offsetof(struct clbench_packet, uuid) + sizeof(tail->uuid);
	struct clbench_packet head = { 0 };
	uint32_t wanted = htole32(CLBENCH_PACKET_MAGIC);
	size_t size = tail->torn < known ? tail->torn : known;
	int ret;

	ret = read_all(fd, &head, size, 0);
	if (ret)
		return ret;
	tail->alien = memcmp(&head.magic, &wanted, size < sizeof(wanted) ? size : sizeof(wanted));
	tail->has_uuid = !tail->alien && size == known;
	if (tail->has_uuid)
		memcpy(tail->uuid, head.uuid, sizeof(tail->uuid));
	return 0;
}

int clb_trace_tail_find(int fd, struct clb_trace_tail *tail)
{
	struct clb_trace_tail before = { 0 };
	struct clb_packet last = { 0 };
	struct clbench_packet head;
	bool damaged = false;
	struct stat st;
	uint64_t end;
	int ret;

	*tail = (struct clb_trace_tail){ 0 };
	if (fstat(fd, &st))
		return -errno;
	end = st.st_size;
	while (end - tail->bytes >= sizeof(head)) {
		ret = read_all(fd, &head, sizeof(head), tail->bytes);
		if (ret)
			return ret;
		if (!is_header(tail, &head))
			break;
		/* No writer that dies leaves that. */
		damaged = !follows(tail, &head);
		if (damaged)
			break;
		clb_packet_unpack(&last, &head, tail->bytes);
		if (last.size > end - tail->bytes)
			break;
		before = *tail;
		memcpy(tail->uuid, head.uuid, sizeof(tail->uuid));
		tail->has_uuid = true;
		tail->bytes += last.size;
		tail->packets++;
		tail->seq = last.seq;
	}
	/* The file may have got its length before its last bytes. */
	if (tail->bytes == end && last.size) {
		ret = check_content(fd, &last);
		if (ret == -ENODATA)
			*tail = before;
		else if (ret)
			return ret;
	}
	tail->torn = end - tail->bytes;
	if (!tail->packets && tail->torn) {
		ret = look_at_torn(fd, tail);
		if (ret)
			return ret;
	}
	return damaged || tail->torn >= TORN_MAX ? -EBADMSG : 0;
}
