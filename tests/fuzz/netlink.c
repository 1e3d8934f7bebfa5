/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fuzzes the netlink side: the input is all that a hostile kernel says. Its first
 * byte is what is asked for, the rest datagrams: le16 size, bytes. nl.c is compiled
 * in, with libnl as it is; only the socket is ours.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "channel.h"
#include "fuzz.h"
#include "viewer.h"

struct mmsghdr;
static int fuzz_recvmmsg(int fd, struct mmsghdr *datagrams, unsigned int nr, int flags, void *timeout);
#define recvmmsg	fuzz_recvmmsg
#include "nl.c"
#undef recvmmsg

#define FAMILY	32
#define SESSION	7

/* What is left of the input. */
static const uint8_t *left;
static size_t nr_left;

/* The next datagram; false if there is none. */
static bool take(const uint8_t **bytes, size_t *size)
{
	if (nr_left < 2)
		return false;
	*size = left[0] | left[1] << 8;
	if (*size > nr_left - 2)
		*size = nr_left - 2;
	*bytes = left + 2;
	left += 2 + *size;
	nr_left -= 2 + *size;
	return true;
}

/* For what libnl reads. An empty one would be the end of a stream, which no kernel sends. */
static int give(struct nl_sock *sk, struct sockaddr_nl *from, unsigned char **buffer,
		struct ucred **who)
{
	const uint8_t *bytes;
	size_t size;

	(void)sk;
	(void)who;
	do {
		if (!take(&bytes, &size))
			return -NLE_AGAIN;
	} while (!size);
	memset(from, 0, sizeof(*from));
	from->nl_family = AF_NETLINK;
	*buffer = malloc(size);
	fuzz_check(*buffer, "there is memory", NULL);
	memcpy(*buffer, bytes, size);
	return size;
}

/* For data sockets. */
static int fuzz_recvmmsg(int fd, struct mmsghdr *datagrams, unsigned int nr, int flags, void *timeout)
{
	const uint8_t *bytes;
	unsigned int i;
	size_t size;

	(void)fd;
	(void)flags;
	(void)timeout;
	for (i = 0; i < nr && take(&bytes, &size); i++) {
		struct iovec *room = datagrams[i].msg_hdr.msg_iov;

		/* An errno, such as that of lost messages. */
		if (size == 1 && !i) {
			errno = *bytes;
			if (errno != EINTR && errno != EAGAIN)
				return -1;
		}
		datagrams[i].msg_hdr.msg_flags = size > room->iov_len ? MSG_TRUNC : 0;
		datagrams[i].msg_len = size < room->iov_len ? size : room->iov_len;
		memcpy(room->iov_base, bytes, datagrams[i].msg_len);
	}
	if (i)
		return i;
	errno = EAGAIN;
	return -1;
}

static int send_nowhere(struct nl_sock *sk, struct nl_msg *msg)
{
	(void)sk;
	return nlmsg_hdr(msg)->nlmsg_len;
}

/* As clb_nl_open() makes it. */
static struct clb_nl *open_socket(void)
{
	struct clb_nl *nl = calloc(1, sizeof(*nl));
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);

	fuzz_check(nl && cb, "there is memory", NULL);
	nl_cb_overwrite_send(cb, send_nowhere);
	nl->member = -1;
	nl->family = FAMILY;
	nl->sk = nl_socket_alloc_cb(cb);
	nl_cb_put(cb);
	fuzz_check(nl->sk && !set_callbacks(nl), "there is memory", NULL);
	nl_cb_overwrite_recv(nl->cb, give);
	nl->buffers = calloc(CLB_NL_ROUND, MESSAGE_MAX);
	return nl;
}

/* ------------------------------------------------------------------ requests */

static void ask_sessions(struct clb_nl *nl)
{
	struct clb_sessions sessions;

	clb_nl_sessions(nl, &sessions);
	for (size_t i = 0; i < sessions.nr; i++)
		clb_session_total(&sessions.list[i]);
	clb_sessions_free(&sessions);
}

static void ask_session(struct clb_nl *nl)
{
	struct clb_session session, copy;

	if (!clb_nl_session(nl, SESSION, &session)) {
		fuzz_check(!clb_session_copy(&copy, &session), "there is memory", NULL);
		clb_session_free(&copy);
	}
	clb_session_free(&session);
}

static void subscribe(struct clb_nl *nl)
{
	const char *events[] = { "block", "a" };
	const struct clb_config config = {
		.name = "a",
		.events = events,
		.nr_events = 2,
		.linger_ms = 3,
		.has_linger = true,
		.mem_max = 4,
	};
	struct clb_session session;
	int ret;

	ret = clb_nl_subscribe(nl, &config, &session);
	fuzz_check(!ret || *clb_nl_why(nl), "a refusal has a reason", NULL);
	clb_session_free(&session);
	if (!clb_nl_attach(nl, SESSION, 3, &session))
		clb_session_free(&session);
}

static void change(struct clb_nl *nl)
{
	const struct clb_session_change change = { .mem_max = 1, .flush_period_ms = 2 };
	const struct clb_session session = { .id = SESSION };
	uint32_t number;

	clb_nl_session_set(nl, &session, &change, &number);
	clb_nl_rotate(nl, &session, &number);
	clb_nl_mark(nl, "a", "text", &number);
	clb_nl_unsubscribe(nl, &session, true);
}

static void take_session(void *arg, const struct clb_session *session)
{
	(void)arg;
	fuzz_check(strlen(session->name) < sizeof(session->name), "a name has an end", NULL);
}

static void listen_to(struct clb_nl *nl)
{
	nl->notify = take_session;
	while (nr_left >= 2)
		clb_nl_notifications(nl);
}

/* -------------------------------------------------------------- data sockets */

/* Reads all bytes: they are there. */
static int store(void *arg, const void *packet, size_t size)
{
	uint8_t *copy = malloc(size);

	(void)arg;
	if (size && copy)
		memcpy(copy, packet, size);
	free(copy);
	return size % 64 == 63 ? -ENOSPC : 0;
}

static int look_at(void *arg, uint64_t missed, const void *packet, size_t size)
{
	(void)missed;
	return store(arg, packet, size) ? -EIO : 0;
}

static void receive(struct clb_nl *nl)
{
	struct clb_channel channel;
	uint64_t before;

	clb_channel_init(&channel, store, NULL);
	channel.nl = nl;
	channel.session.id = SESSION;
	for (int i = 0; i < 8; i++) {
		before = channel.stored;
		clb_channel_receive(&channel);
		fuzz_check(channel.stored >= before && channel.acked <= channel.stored,
			   "only what is stored is acknowledged", NULL);
	}
}

static void view(struct clb_nl *nl)
{
	struct clb_viewer viewer = { .nl = nl, .session_id = SESSION, .see = look_at };

	for (int i = 0; i < 8; i++)
		clb_viewer_receive(&viewer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clb_events events;
	struct clb_info info;
	struct clb_nl *nl;

	if (!size)
		return 0;
	left = data + 1;
	nr_left = size - 1;
	nl = open_socket();
	switch (*data) {
	case '0':
		clb_nl_info(nl, &info);
		break;
	case '1':
		clb_nl_events(nl, &events);
		clb_events_free(&events);
		break;
	case '2':
		ask_sessions(nl);
		break;
	case '3':
		ask_session(nl);
		break;
	case '4':
		subscribe(nl);
		break;
	case '5':
		change(nl);
		break;
	case '6':
		listen_to(nl);
		break;
	case '7':
		receive(nl);
		break;
	default:
		view(nl);
		break;
	}
	clb_nl_close(nl);
	return 0;
}
