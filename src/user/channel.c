/* SPDX-License-Identifier: GPL-2.0 */
/* The reliable subscriber: order, acknowledgements, asking again. */

#include "channel.h"

#include <errno.h>
#include <string.h>

#include "nl.h"

/* Asked for; the kernel makes the window as large as fits. */
#define BUFFER_BYTES	(8 * 1024 * 1024)

/* Rounds of clb_nl_receive() before others get their turn, if nothing is missing. */
#define ROUNDS_MAX	64

void clb_channel_init(struct clb_channel *channel, clb_channel_store store, void *arg)
{
	*channel = (struct clb_channel){ .store = store, .arg = arg };
}

static int open_socket(struct clb_channel *channel)
{
	int ret;

	ret = clb_nl_open(&channel->nl);
	return ret ? ret : clb_nl_set_reliable(channel->nl, BUFFER_BYTES);
}

/* The session is ours: let the batches behind the stored ones come. */
static int join(struct clb_channel *channel)
{
	int ret;

	ret = clb_nl_join(channel->nl, channel->session.group);
	if (ret)
		return ret;
	return clb_nl_ack(channel->nl, channel->session.id, channel->stored, false);
}

int clb_channel_open(struct clb_channel *channel, const struct clb_config *config)
{
	int ret;

	ret = open_socket(channel);
	if (!ret)
		ret = clb_nl_subscribe(channel->nl, config, &channel->session);
	return ret ? ret : join(channel);
}

int clb_channel_attach(struct clb_channel *channel, uint32_t id, uint64_t seq)
{
	int ret;

	channel->stored = channel->acked = channel->highest = channel->asked = seq;
	ret = open_socket(channel);
	if (!ret)
		ret = clb_nl_attach(channel->nl, id, seq, &channel->session);
	return ret ? ret : join(channel);
}

void clb_channel_close(struct clb_channel *channel)
{
	clb_nl_close(channel->nl);
	channel->nl = NULL;
	clb_session_free(&channel->session);
}

int clb_channel_fd(const struct clb_channel *channel)
{
	return clb_nl_fd(channel->nl);
}

const char *clb_channel_why(const struct clb_channel *channel)
{
	return clb_nl_why(channel->nl);
}

static int take(struct clb_channel *channel, const struct clb_batch *batch)
{
	int ret;

	/* Only the acknowledgement that ends the session may come too late. */
	if (batch->error)
		return channel->last ? 0 : batch->error;
	if (batch->session_id != channel->session.id)
		return 0;
	if (batch->seq > channel->highest)
		channel->highest = batch->seq;
	if (batch->seq != channel->stored + 1) {
		channel->ignored++;
		return 0;
	}
	ret = channel->store(channel->arg, batch->packet, batch->size);
	if (ret)
		return ret;
	channel->stored = batch->seq;
	channel->last = batch->last;
	return 0;
}

/* Once per round, not per batch: it is a system call, and runs in the kernel. */
static int acknowledge(struct clb_channel *channel, bool resend)
{
	int ret;

	if (channel->acked == channel->stored && !resend)
		return 0;
	if (channel->sync && channel->acked != channel->stored) {
		ret = channel->sync(channel->arg);
		if (ret)
			return ret;
	}
	ret = clb_nl_ack(channel->nl, channel->session.id, channel->stored, resend);
	if (!ret)
		channel->acked = channel->stored;
	return ret;
}

/*
 * A gap that nobody announced counts as well, but only if it shows in batches
 * that came after the last time that we asked: older ones are the ones we asked
 * about.
 */
static bool misses_some(const struct clb_channel *channel)
{
	bool gap = channel->highest > channel->stored && channel->highest > channel->asked;

	return (channel->dropped || gap) && !channel->last;
}

/* Nothing is left to read: the time to ask for what was dropped. */
static int ask_again(struct clb_channel *channel)
{
	if (!misses_some(channel))
		return 0;
	channel->dropped = false;
	channel->asked = channel->highest;
	channel->resends++;
	return acknowledge(channel, true);
}

/* Stores what was read; what cannot be stored now stays for another time. */
static int take_all(struct clb_channel *channel)
{
	int ret, ack;

	for (; channel->next < channel->nr; channel->next++) {
		ret = take(channel, &channel->batches[channel->next]);
		if (ret) {
			ack = acknowledge(channel, false);
			return ack ? ack : ret;
		}
	}
	return acknowledge(channel, false);
}

int clb_channel_receive(struct clb_channel *channel)
{
	int nr, ret;

	ret = take_all(channel);
	/*
	 * The kernel sends no more than a window beyond what it drops, and waits
	 * to be asked. So this ends; and were it left before, poll() might never
	 * return.
	 */
	for (int round = 0; !ret && (round < ROUNDS_MAX || misses_some(channel)); round++) {
		nr = clb_nl_receive(channel->nl, channel->batches);
		if (nr == -ENOBUFS) {
			channel->dropped = true;
			continue;
		}
		if (nr < 0)
			return nr;
		if (!nr)
			return ask_again(channel);
		channel->nr = nr;
		channel->next = 0;
		ret = take_all(channel);
	}
	return ret;
}
