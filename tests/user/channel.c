/* SPDX-License-Identifier: GPL-2.0 */
/* The reliable subscriber against a socket that does what it is told. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "channel.h"
#include "fake_socket.h"
#include "point.h"

static uint64_t stored[64];
static size_t nr_stored;
static int store_fails_at;

static int store(void *arg, const void *packet, size_t size)
{
	uint64_t seq;

	(void)arg;
	if (size != sizeof(seq))
		return -EBADMSG;
	memcpy(&seq, packet, sizeof(seq));
	if (store_fails_at && seq == (uint64_t)store_fails_at)
		return -ENOSPC;
	stored[nr_stored++] = seq;
	return 0;
}

static struct clb_channel channel;

static void begin(void)
{
	static const struct clb_config config = { .name = "test" };

	nr_stored = 0;
	store_fails_at = 0;
	said[0] = '\0';
	clb_channel_init(&channel, store, NULL);
	clb_channel_open(&channel, &config);
}

/* Let the socket give these, in one call. */
static int give(const struct step *steps, size_t nr)
{
	said[0] = '\0';
	socket_.steps = steps;
	socket_.nr = nr;
	return clb_channel_receive(&channel);
}

#define GIVE(...) \
	give((const struct step[]){ __VA_ARGS__ }, \
	     sizeof((const struct step[]){ __VA_ARGS__ }) / sizeof(struct step))

static bool were_stored(uint64_t up_to)
{
	for (size_t i = 0; i < nr_stored; i++)
		if (stored[i] != i + 1)
			return false;
	return nr_stored == up_to;
}

static bool was_said(const char *wanted)
{
	if (!strcmp(said, wanted))
		return true;
	printf("# said \"%s\", wanted \"%s\"\n", said, wanted);
	return false;
}

static bool was_stored_and_said(uint64_t up_to, const char *wanted)
{
	return were_stored(up_to) & was_said(wanted);
}

static void test_order(void)
{
	begin();
	point(was_said("open buffer:8M subscribe join:0 ack:0 "),
	      "the buffer is set before subscribe, the group joined before the first ack");
	GIVE({ .seq = 1 }, { .seq = 2 }, { .seq = 3 });
	point(was_stored_and_said(3, "ack:3 "), "batches that wait together are acknowledged once");
	GIVE({ .seq = 3 }, { .seq = 2 });
	point(was_stored_and_said(3, "") && channel.ignored == 2, "what came twice is ignored");
	GIVE({ .seq = 4, .session = SESSION + 1 });
	point(was_stored_and_said(3, ""), "batches of another session are ignored");
	GIVE({ .seq = 4, .last = true });
	point(was_stored_and_said(4, "ack:4 ") && channel.last, "the last batch is known as such");
}

static void test_loss(void)
{
	begin();
	GIVE({ .seq = 1 }, { .error = -ENOBUFS }, { .seq = 2 }, { .seq = 5 }, { .error = -EAGAIN });
	point(was_stored_and_said(2, "ack:1 ack:2 ack:2+resend "),
	      "what was dropped is asked for when nothing is left to read, not before");
	GIVE({ .seq = 3 }, { .error = -EAGAIN });
	point(was_stored_and_said(3, "ack:3 "), "it is asked for once");
	GIVE({ .seq = 4 }, { .seq = 5 }, { .seq = 6 });
	point(was_stored_and_said(6, "ack:6 "), "after that all goes on");

	GIVE({ .error = -ENOBUFS }, { .error = -EAGAIN });
	point(was_stored_and_said(6, "ack:6+resend "),
	      "a loss at the end, which no later batch shows, is asked for too");

	GIVE({ .seq = 8 }, { .seq = 9 }, { .error = -EAGAIN });
	point(was_stored_and_said(6, "ack:6+resend "), "a gap that nobody announced is asked for");
	GIVE({ .seq = 9 }, { .seq = 7 }, { .error = -EAGAIN });
	point(was_stored_and_said(7, "ack:7 "), "and not again while the answer comes");
	GIVE({ .seq = 8 }, { .seq = 9 }, { .seq = 10, .last = true }, { .error = -EAGAIN });
	point(was_stored_and_said(10, "ack:10 ") && channel.last && channel.resends == 3,
	      "and it ends well");
}

static void test_failure(void)
{
	int ret;

	begin();
	store_fails_at = 3;
	ret = GIVE({ .seq = 1 }, { .seq = 2 }, { .seq = 3 }, { .seq = 4 });
	point(ret == -ENOSPC && was_stored_and_said(2, "ack:2 "),
	      "what could not be stored is not acknowledged, what stood before it is");

	begin();
	ret = GIVE({ .seq = 1 }, { .refusal = -ENOENT });
	point(ret == -ENOENT && were_stored(1), "a refused acknowledgement is an error");

	begin();
	ret = GIVE({ .seq = 1, .last = true }, { .refusal = -ENOENT });
	point(!ret && were_stored(1), "but not of a session that has ended");

	begin();
	ret = GIVE({ .error = -EIO });
	point(ret == -EIO, "an error of the socket is one of the channel");
}

/* The disk is full: what was read and not stored comes again, from us. */
static void test_pause(void)
{
	int ret;

	begin();
	store_fails_at = 2;
	ret = GIVE({ .seq = 1 }, { .seq = 2 }, { .seq = 3 });
	point(ret == -ENOSPC && was_stored_and_said(1, "ack:1 "), "a full disk stops in the middle");
	ret = GIVE({ .seq = 4 });
	point(ret == -ENOSPC && was_stored_and_said(1, "") && socket_.nr,
	      "nothing more is read while there is no room");
	store_fails_at = 0;
	ret = GIVE({ .seq = 4 });
	point(!ret && was_stored_and_said(4, "ack:3 ack:4 ") && !channel.resends,
	      "when there is room, what was read is stored first");
}

static bool sync_fails;

static int sync_all(void *arg)
{
	(void)arg;
	say("sync ", 0);
	return sync_fails ? -EIO : 0;
}

static void test_sync(void)
{
	int ret;

	begin();
	channel.sync = sync_all;
	GIVE({ .seq = 1 }, { .seq = 2 });
	point(was_stored_and_said(2, "sync ack:2 "), "batches are on the disk before they are acknowledged");
	GIVE({ .error = -ENOBUFS }, { .error = -EAGAIN });
	point(was_said("ack:2+resend "), "once");
	sync_fails = true;
	ret = GIVE({ .seq = 3 });
	point(ret == -EIO && was_said("sync "), "what is not on the disk is not acknowledged");
	sync_fails = false;
}

static void test_attach(void)
{
	nr_stored = 0;
	said[0] = '\0';
	clb_channel_init(&channel, store, NULL);
	clb_channel_attach(&channel, SESSION, 5);
	point(was_said("open buffer:8M attach:5 join:0 ack:5 "),
	      "after attach the group is joined before the first ack, which names the last batch");
	GIVE({ .seq = 5 }, { .seq = 6 }, { .seq = 7 });
	point(nr_stored == 2 && stored[0] == 6 && stored[1] == 7 && was_said("ack:7 "),
	      "and what follows it is stored");
}

/* A sender that never pauses must not keep us from looking at signals. */
static void test_flood(void)
{
	static struct step flood[4096];

	begin();
	for (size_t i = 0; i < 4096; i++)
		flood[i].seq = 1;
	give(flood, 4096);
	point(socket_.nr > 0 && was_said("ack:1 "), "a flood does not keep the caller waiting");

	/* 64 rounds of 8, of which the last one empties the queue. */
	begin();
	flood[63 * CLB_NL_ROUND] = (struct step){ .error = -ENOBUFS };
	give(flood, 63 * CLB_NL_ROUND + 1);
	point(was_said("ack:1 ack:1+resend "), "nor does it keep a loss from being asked for");
	begin();
	flood[63 * CLB_NL_ROUND] = (struct step){ .seq = 3 };
	give(flood, 63 * CLB_NL_ROUND + 1);
	point(was_said("ack:1 ack:1+resend "), "or a gap");
}

int main(void)
{
	test_order();
	test_loss();
	test_failure();
	test_pause();
	test_sync();
	test_attach();
	test_flood();
	clb_channel_close(&channel);
	return done();
}
