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
#include <sys/wait.h>
#include <unistd.h>

#include <linux/clbench_record.h>

#include "crc32c.h"
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

/* The directory's own name, too, is put on the disk, if need be by the next try. */
static void test_sync(void)
{
	if (open_trace("sync"))
		abort();
	point(clb_trace_writer_sync(&writer) == -ENOENT && writer.fresh,
	      "a sync that fails leaves its directory to the next one");
	write_metadata();
	point(!clb_trace_writer_sync(&writer) && !writer.fresh, "which sees to it");
	clb_trace_writer_close(&writer);
}

/* A child tries, for a lock of ours would not hold us back. */
static bool is_locked(const char *path)
{
	struct clb_trace_writer other;
	struct clb_trace_tail tail;
	int status;
	pid_t pid;

	pid = fork();
	if (!pid)
		_exit(clb_trace_writer_reopen(&other, path, &tail) == -EAGAIN);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 1 << 8;
}

/* That of packet @seq of @size bytes. */
static void make_header(uint8_t *at, uint64_t seq, uint32_t size)
{
	const struct clbench_packet head = {
		.magic = CLBENCH_PACKET_MAGIC,
		.uuid = "sixteen bytes!!",
		.content_size = (size - 3) * 8,
		.packet_size = size * 8,
		.packet_seq_num = seq,
	};

	memcpy(at, &head, sizeof(head));
}

/* Content and all. */
static size_t make_packet(uint8_t *at, uint64_t seq, uint32_t size)
{
	struct clbench_packet head;

	memset(at, 'r', size);
	make_header(at, seq, size);
	memcpy(&head, at, sizeof(head));
	head.crc32c = ~clb_crc32c(~0u, at, size - 3);
	memcpy(at, &head, sizeof(head));
	return size;
}

static void make_stream(const void *bytes, size_t size)
{
	int fd = open("tail/stream", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, bytes, size) != (ssize_t)size || close(fd))
		abort();
}

/* What a recorder leaves that was killed at any byte, and how it goes on. */
static void test_reopen(void)
{
	static uint8_t bytes[200000];
	size_t ends[4] = { 0 }, size = 0, wrong = 0;
	struct clb_trace_tail tail;

	point(!open_trace("locked") && is_locked("locked"), "a trace that is written is locked");
	clb_trace_writer_close(&writer);
	point(!is_locked("locked"), "and not any more when it is closed");

	mkdir("tail", 0700);
	for (int i = 1; i < 4; i++)
		ends[i] = size += make_packet(bytes + size, i, 100 + 100 * i);
	for (size_t cut = 0; cut <= size; cut++) {
		int whole = (cut >= ends[1]) + (cut >= ends[2]) + (cut >= ends[3]);

		make_stream(bytes, cut);
		wrong += clb_trace_writer_reopen(&writer, "tail", &tail) ||
			 tail.packets != (uint64_t)whole || tail.seq != (uint64_t)whole ||
			 tail.bytes != ends[whole] || tail.torn != cut - ends[whole] ||
			 clb_trace_writer_cut(&writer) || size_of("tail/stream") != (long)ends[whole];
		clb_trace_writer_close(&writer);
	}
	point(!wrong, "cut at any byte, a stream is taken up behind its last whole packet");

	bytes[ends[3] - 50] ^= 1;
	make_stream(bytes, size);
	point(!clb_trace_writer_reopen(&writer, "tail", &tail) && tail.packets == 2 &&
	      tail.torn == ends[3] - ends[2], "a last packet that is not sound does not count");
	point(!clb_trace_writer_cut(&writer) && !clb_trace_writer_put(&writer, "next", 4) &&
	      size_of("tail/stream") == (long)ends[2] + 4, "the next one takes its place");
	clb_trace_writer_close(&writer);

	bytes[0] ^= 1;
	make_stream(bytes, sizeof(bytes));
	point(clb_trace_writer_reopen(&writer, "tail", &tail) == -EBADMSG,
	      "more than one torn packet is damage");
	clb_trace_writer_close(&writer);
	point(size_of("tail/stream") == sizeof(bytes), "and nothing is cut off");
	point(clb_trace_writer_reopen(&writer, "nowhere", &tail) == -ENOENT, "no trace is an error");
	clb_trace_writer_close(&writer);
	if (symlink("tail", "tail-link"))
		abort();
	point(clb_trace_writer_reopen(&writer, "tail-link", &tail) == -ENOTDIR,
	      "a link to one is not followed");
	clb_trace_writer_close(&writer);
}

/* The stream of a later chunk: whether it opens as one decides. */
static void test_chunk(void)
{
	const uint32_t empty = sizeof(struct clbench_packet) + 3;
	struct clb_trace_tail tail;
	uint8_t bytes[1000];
	size_t size;

	size = make_packet(bytes, 7, empty);
	size += make_packet(bytes + size, 8, 300);
	size += make_packet(bytes + size, 9, empty);
	make_stream(bytes, size);
	point(!clb_trace_writer_reopen(&writer, "tail", &tail) && tail.packets == 3 &&
	      tail.seq == 9 && !tail.torn, "a chunk's numbers go on from its first packet's");
	clb_trace_writer_close(&writer);

	make_packet(bytes + empty, 9, 300);
	make_stream(bytes, size);
	point(clb_trace_writer_reopen(&writer, "tail", &tail) == -EBADMSG && tail.packets == 1 &&
	      tail.seq == 7 && tail.torn, "a gap is damage");
	clb_trace_writer_close(&writer);

	size = make_packet(bytes, 7, 300);
	make_stream(bytes, size);
	point(clb_trace_writer_reopen(&writer, "tail", &tail) == -EBADMSG && !tail.packets,
	      "a first packet with records must be packet 1");
	clb_trace_writer_close(&writer);

	size = make_packet(bytes, 0, empty);
	make_stream(bytes, size);
	point(clb_trace_writer_reopen(&writer, "tail", &tail) == -EBADMSG && !tail.packets,
	      "and none is packet 0");
	point(size_of("tail/stream") == (long)size, "what does not follow is not cut off");
	clb_trace_writer_close(&writer);
}

/* Behind the first packet a hole of 5 GiB, and packets 100 to 139. */
#define LONG_FROM	(5ull << 30)
#define LONG_PACKETS	40u
#define LONG_PACKET	60000u
#define LONG_SIZE	(LONG_PACKETS * LONG_PACKET)

static void make_long(const uint8_t *bytes, size_t size)
{
	uint8_t first[300];
	int fd;

	make_stream(first, make_packet(first, 1, sizeof(first)));
	fd = open("tail/stream", O_WRONLY);
	if (fd < 0 || pwrite(fd, bytes, size, LONG_FROM) != (ssize_t)size || close(fd))
		abort();
}

/* Is it taken up behind packet @seq? */
static bool ends_with(uint64_t seq, size_t size)
{
	const uint64_t bytes = LONG_FROM + (seq - 99) * LONG_PACKET;
	struct clb_trace_tail tail;
	int ret;

	ret = clb_trace_writer_reopen(&writer, "tail", &tail);
	clb_trace_writer_close(&writer);
	return !ret && tail.seq == seq && tail.packets == seq && tail.bytes == bytes &&
	       tail.torn == LONG_FROM + size - bytes;
}

static bool is_damaged(void)
{
	struct clb_trace_tail tail;
	int ret;

	ret = clb_trace_writer_reopen(&writer, "tail", &tail);
	clb_trace_writer_close(&writer);
	/* All of it was gone through, up to the hole. */
	return ret == -EBADMSG && tail.seq == 1 && tail.bytes == 300;
}

/* A stream that is too long to go through; the hole is seen if somebody does. */
static void test_long(void)
{
	static uint8_t bytes[LONG_SIZE + 70000];
	const size_t window = LONG_SIZE - (1u << 20) - 65536u;
	size_t wrong = 0;

	for (uint32_t i = 0; i < LONG_PACKETS; i++)
		make_packet(bytes + i * LONG_PACKET, 100 + i, LONG_PACKET);
	for (size_t cut = LONG_SIZE - 2 * LONG_PACKET; cut <= LONG_SIZE; cut += 1000) {
		make_long(bytes, cut);
		wrong += !ends_with(99 + cut / LONG_PACKET, cut);
	}
	point(!wrong, "the end of a long stream is found without what is before");

	bytes[LONG_SIZE - 50] ^= 1;
	make_long(bytes, LONG_SIZE);
	point(ends_with(138, LONG_SIZE), "there, too, a last packet that is not sound does not count");
	bytes[LONG_SIZE - 50] ^= 1;

	/* In the packet that the window cuts, and in the last one, up to its end. */
	make_packet(bytes + window + 39000 + 10, 117, 1000);
	make_header(bytes + window + 39000 + 2000, 117, 1u << 20);
	make_packet(bytes + LONG_SIZE - 900, 600, 700);
	make_packet(bytes + LONG_SIZE - 200, 601, 200);
	make_packet(bytes + LONG_SIZE, 140, 40000);
	make_long(bytes, LONG_SIZE + 39000);
	point(ends_with(139, LONG_SIZE + 39000), "what looks like packets in one is none");

	memset(bytes + LONG_SIZE, 0, 70000);
	make_long(bytes, LONG_SIZE + 70000);
	point(is_damaged(), "more than one torn packet behind it is damage");
	make_packet(bytes + LONG_SIZE - LONG_PACKET, 141, LONG_PACKET);
	make_long(bytes, LONG_SIZE);
	point(is_damaged(), "and so is a gap near its end");
}

int main(int argc, char **argv)
{
	if (argc != 2 || chdir(argv[1]))
		return 1;
	test_good();
	test_refusals();
	test_race();
	test_full();
	test_sync();
	test_reopen();
	test_chunk();
	test_long();
	return done();
}
