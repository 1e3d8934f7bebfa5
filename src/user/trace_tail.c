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

/* So much of a stream's end holds its last whole packet and what is torn behind it. */
#define LOOK		(CLB_PACKET_MAX + TORN_MAX)

/* What may look like a packet there, and is none. */
#define TRIES		64

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

/**
 * struct walk - from header to header
 * @fd: the stream
 * @end: of the file, bytes
 * @tail: the packets so far
 * @before: the same without the last one
 * @last: that one
 * @damaged: what follows is a packet of the trace, but not the next one
 */
struct walk {
	int fd;
	uint64_t end;
	struct clb_trace_tail tail;
	struct clb_trace_tail before;
	struct clb_packet last;
	bool damaged;
};

/* As far as there are whole packets. */
static int go(struct walk *walk)
{
	struct clb_trace_tail *tail = &walk->tail;
	struct clbench_packet head;
	int ret;

	while (walk->end - tail->bytes >= sizeof(head)) {
		ret = read_all(walk->fd, &head, sizeof(head), tail->bytes);
		if (ret)
			return ret;
		if (!is_header(tail, &head))
			break;
		/* No writer that dies leaves that. */
		walk->damaged = !follows(tail, &head);
		if (walk->damaged)
			break;
		clb_packet_unpack(&walk->last, &head, tail->bytes);
		if (walk->last.size > walk->end - tail->bytes)
			break;
		walk->before = *tail;
		memcpy(tail->uuid, head.uuid, sizeof(tail->uuid));
		tail->has_uuid = true;
		tail->bytes += walk->last.size;
		tail->packets++;
		tail->seq = walk->last.seq;
	}
	tail->torn = walk->end - tail->bytes;
	return 0;
}

/* May its end be cut off? */
static bool is_end(const struct walk *walk)
{
	return !walk->damaged && walk->tail.torn < TORN_MAX;
}

/* From the packet at @bytes, as if all before it had been gone through. */
static int go_from(struct walk *walk, const struct clbench_packet *first, uint64_t seq,
		   uint64_t bytes)
{
	uint64_t begun = le64toh(first->packet_seq_num);

	walk->damaged = seq <= begun;
	if (walk->damaged)
		return 0;
	walk->tail = (struct clb_trace_tail) {
		.bytes = bytes,
		.packets = seq - begun,
		.seq = seq - 1,
		.has_uuid = true,
	};
	memcpy(walk->tail.uuid, first->uuid, sizeof(walk->tail.uuid));
	return go(walk);
}

/* The first packet in the last LOOK bytes from which packets lead to the end. What
 * looks like one inside of another leads nowhere. -ENODATA: there is none, or damage.
 */
static int search(struct walk *walk, const struct clbench_packet *first, const uint8_t *look)
{
	const uint32_t magic = htole32(CLBENCH_PACKET_MAGIC);
	const uint8_t *at = look, *end = look + LOOK;
	struct clbench_packet head;
	uint64_t seq;
	int ret;

	for (int try = 0; try < TRIES; at++) {
		at = memmem(at, end - at, &magic, sizeof(magic));
		if (!at || (size_t)(end - at) < sizeof(head))
			break;
		memcpy(&head, at, sizeof(head));
		/* One that is longer would have its end where a torn one may begin. */
		if (clb_packet_check_header(&head, first->uuid) ||
		    le64toh(head.packet_size) / 8 >= TORN_MAX)
			continue;
		seq = le64toh(head.packet_seq_num);
		ret = go_from(walk, first, seq, walk->end - (end - at));
		if (ret)
			return ret;
		if (walk->damaged)
			break;
		/* A torn one alone tells nothing of those before it. */
		if (walk->tail.seq >= seq && is_end(walk))
			return 0;
		try++;
	}
	return -ENODATA;
}

/* Without going through all of it. -ENODATA: all of it must be. */
static int skip(struct walk *walk)
{
	struct clb_trace_tail none = { 0 };
	struct clbench_packet first;
	uint8_t *look;
	int ret;

	if (walk->end <= LOOK + sizeof(first))
		return -ENODATA;
	ret = read_all(walk->fd, &first, sizeof(first), 0);
	if (ret)
		return ret;
	if (!is_header(&none, &first) || !follows(&none, &first))
		return -ENODATA;
	look = malloc(LOOK);
	if (!look)
		return -ENOMEM;
	ret = read_all(walk->fd, look, LOOK, walk->end - LOOK);
	if (!ret)
		ret = search(walk, &first, look);
	free(look);
	return ret;
}

int clb_trace_tail_find(int fd, struct clb_trace_tail *tail)
{
	struct walk walk = { .fd = fd };
	struct stat st;
	int ret;

	*tail = (struct clb_trace_tail){ 0 };
	if (fstat(fd, &st))
		return -errno;
	walk.end = st.st_size;
	ret = skip(&walk);
	if (ret == -ENODATA) {
		walk = (struct walk){ .fd = fd, .end = st.st_size };
		ret = go(&walk);
	}
	if (ret)
		return ret;
	/* The file may have got its length before its last bytes. */
	if (!walk.tail.torn && walk.tail.packets) {
		ret = check_content(fd, &walk.last);
		if (ret == -ENODATA) {
			walk.tail = walk.before;
			walk.tail.torn = walk.end - walk.tail.bytes;
		} else if (ret) {
			return ret;
		}
	}
	*tail = walk.tail;
	if (!tail->packets && tail->torn) {
		ret = look_at_torn(fd, tail);
		if (ret)
			return ret;
	}
	return is_end(&walk) ? 0 : -EBADMSG;
}
