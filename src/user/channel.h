/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The reliable subscriber: owns a session of the kernel, takes its batches in
 * order and acknowledges those that were stored.
 *
 * Netlink drops what does not fit the receive buffer and tells it by ENOBUFS,
 * before the messages that did fit, and goes on dropping until all of them were
 * read. So what was lost is asked for only when nothing is left to read; asked
 * for at once, it would be dropped as well.
 */
#ifndef CLB_CHANNEL_H
#define CLB_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "nl.h"
#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * typedef clb_channel_store - keeps a packet
 * @arg: from clb_channel_init()
 * @packet: the packet; lives until the return
 * @size: its bytes
 *
 * Return: 0: it is kept; a negative errno: it is not, and nothing more shall come
 * before the same packet is offered again by clb_channel_receive().
 */
typedef int (*clb_channel_store)(void *arg, const void *packet, size_t size);

/**
 * typedef clb_channel_sync - makes all packets safe that were kept
 * @arg: from clb_channel_init()
 *
 * Return: 0: they are safe; a negative errno: they are not acknowledged.
 */
typedef int (*clb_channel_sync)(void *arg);

/**
 * struct clb_channel - a session and how much of it has come
 * @nl: the data socket
 * @session: as the answer to subscribe told it
 * @store: keeps packets
 * @sync: makes them safe before they are acknowledged; NULL: keeping is enough
 * @arg: for @store and @sync
 * @stored: number of the last batch that is safe
 * @acked: number of the last batch acknowledged
 * @highest: highest number seen, in order or not
 * @asked: @highest when the last resend was asked for
 * @dropped: the kernel dropped messages since the last resend
 * @last: the batch that says that it is the last one is safe
 * @ignored: batches that came twice or out of order
 * @resends: times that batches were asked for again
 * @batches: read, and not yet looked at from @next on
 * @nr: how many were read
 * @next: the first that was not stored
 */
struct clb_channel {
	struct clb_nl *nl;
	struct clb_session session;
	clb_channel_store store;
	clb_channel_sync sync;
	void *arg;
	uint64_t stored;
	uint64_t acked;
	uint64_t highest;
	uint64_t asked;
	bool dropped;
	bool last;
	uint64_t ignored;
	uint64_t resends;
	struct clb_batch batches[CLB_NL_ROUND];
	int nr;
	int next;
};

/**
 * clb_channel_init() - make a channel without a session
 * @channel: the channel
 * @store: keeps packets
 * @arg: for it
 */
void clb_channel_init(struct clb_channel *channel, clb_channel_store store, void *arg);

/**
 * clb_channel_open() - open a session and let its batches come
 * @channel: the channel, initialized; closed with clb_channel_close() also
 *	after a failure
 * @config: how the session shall be
 *
 * The order matters: the kernel sizes the window to the socket that asks, so its
 * buffer is set first; it sends nothing before batch 0 is acknowledged, so the
 * group is joined before that.
 *
 * Return: 0 or a negative errno, told by clb_channel_why().
 */
int clb_channel_open(struct clb_channel *channel, const struct clb_config *config);

/**
 * clb_channel_attach() - take over a session that lost its reader
 * @channel: the channel, initialized; closed with clb_channel_close() also
 *	after a failure
 * @id: the session
 * @seq: the last batch that is stored, 0: none
 *
 * The batches behind @seq come next.
 *
 * Return: 0; as clb_nl_attach(), told by clb_channel_why().
 */
int clb_channel_attach(struct clb_channel *channel, uint32_t id, uint64_t seq);

/**
 * clb_channel_close() - close the socket; a session that has not ended lingers
 * @channel: the channel
 */
void clb_channel_close(struct clb_channel *channel);

/**
 * clb_channel_fd() - tell the descriptor, to poll for input
 * @channel: the channel, open
 *
 * Return: the descriptor.
 */
int clb_channel_fd(const struct clb_channel *channel);

/**
 * clb_channel_why() - tell why the last call failed
 * @channel: the channel
 *
 * Return: in words.
 */
const char *clb_channel_why(const struct clb_channel *channel);

/**
 * clb_channel_receive() - store and acknowledge what has come
 * @channel: the channel, open
 *
 * Never waits. Leaves something unread if very much has come, so that the
 * caller can look at other things.
 *
 * Return: 0; what the store returned, then the batch is not acknowledged; or
 * another negative errno, told by clb_channel_why().
 */
int clb_channel_receive(struct clb_channel *channel);

#ifdef __cplusplus
}
#endif

#endif /* CLB_CHANNEL_H */
