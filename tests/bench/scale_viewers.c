// SPDX-License-Identifier: GPL-2.0
/*
 * Looks on at a session with many sockets at once, of which some are never read while it records.
 *
 * usage: scale_viewers SESSION READING SLOW
 *
 * Says "ready" when all have joined. When the session has ended, each says how many batches it
 * saw, how many it knows that it missed, how many were sent, and a sum of all it saw:
 *
 *	viewer reading|slow FIRST SEEN MISSED SENT SUM
 *
 * FIRST is the number of the first batch that it saw.
 */

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/clbench.h>
#include <linux/clbench_record.h>

#include "nl.h"
#include "session.h"
#include "viewer.h"

#define VIEWERS_MAX	1024

/* Of a viewer that does not read: it shall miss something soon. */
#define SLOW_BYTES	(256 * 1024)

/**
 * struct looker - a viewer
 * @viewer: its socket
 * @slow: it does not read before the end
 * @first: number of the first batch that it saw
 * @seen: batches
 * @missed: batches that their numbers told
 * @sum: of the batches' headers, checksums and all; each depends on those before
 */
struct looker {
	struct clb_viewer viewer;
	bool slow;
	uint64_t first;
	uint64_t seen;
	uint64_t missed;
	uint64_t sum;
};

static struct looker lookers[VIEWERS_MAX];
static size_t nr_lookers;
static struct clb_session session;
static struct clb_nl *listener;
static bool ended;
static uint64_t sent;

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "scale_viewers: %s: %s\n", what, why);
	exit(1);
}

static int see(void *arg, uint64_t missed, const void *packet, size_t size)
{
	struct looker *l = arg;
	const unsigned char *head = packet;

	if (size < sizeof(struct clbench_packet))
		return -EBADMSG;
	if (!l->seen++)
		l->first = l->viewer.seen;
	l->missed += missed;
	/* FNV's prime. */
	for (size_t i = 0; i < sizeof(struct clbench_packet); i++)
		l->sum = (l->sum ^ head[i]) * 0x100000001b3;
	return 0;
}

static void on_session(void *arg, const struct clb_session *told)
{
	(void)arg;
	if (told->id != session.id || told->state != CLBENCH_STATE_ENDED)
		return;
	ended = true;
	sent = told->sent;
}

static void find(const char *name)
{
	struct clb_sessions all;
	struct clb_nl *nl;
	int ret;

	ret = clb_nl_open(&nl);
	if (!ret)
		ret = clb_nl_sessions(nl, &all);
	if (ret)
		fail("cannot ask", strerror(-ret));
	for (size_t i = 0; i < all.nr; i++)
		if (!strcmp(all.list[i].name, name))
			session = all.list[i];
	/* Its strings are used as long as the process lives. */
	if (!session.id)
		fail("no session", name);
	clb_nl_close(nl);
}

static void join(bool slow)
{
	struct looker *l = &lookers[nr_lookers++];
	int ret;

	l->slow = slow;
	ret = clb_viewer_open(&l->viewer, &session, see, l);
	if (ret)
		fail("cannot join", strerror(-ret));
	if (slow && setsockopt(clb_viewer_fd(&l->viewer), SOL_SOCKET, SO_RCVBUFFORCE,
			       &(int){ SLOW_BYTES }, sizeof(int)))
		fail("no receive buffer", strerror(errno));
}

static void read_all(struct looker *l)
{
	int ret;

	do
		ret = clb_viewer_receive(&l->viewer);
	while (ret > 0);
	if (ret)
		fail("cannot receive", strerror(-ret));
}

/* Until the session has ended; what it sent stands in the sockets by then. */
static void look(void)
{
	static struct pollfd fds[VIEWERS_MAX + 1];

	fds[0] = (struct pollfd){ .fd = clb_nl_fd(listener), .events = POLLIN };
	for (size_t i = 0; i < nr_lookers; i++)
		fds[i + 1] = (struct pollfd){
			.fd = lookers[i].slow ? -1 : clb_viewer_fd(&lookers[i].viewer),
			.events = POLLIN,
		};
	while (!ended) {
		if (poll(fds, nr_lookers + 1, -1) < 0 && errno != EINTR)
			fail("cannot wait", strerror(errno));
		if (fds[0].revents)
			clb_nl_notifications(listener);
		for (size_t i = 0; i < nr_lookers; i++)
			if (fds[i + 1].revents)
				read_all(&lookers[i]);
	}
}

static void tell(struct looker *l)
{
	read_all(l);
	/* What was dropped at the very end, no number has told. */
	l->missed += sent - l->viewer.seen;
	printf("viewer %s %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %016" PRIx64 "\n",
	       l->slow ? "slow" : "reading", l->first, l->seen, l->missed, sent, l->sum);
}

int main(int argc, char **argv)
{
	size_t reading, slow;
	int ret;

	if (argc != 4)
		fail("usage", "scale_viewers SESSION READING SLOW");
	reading = strtoul(argv[2], NULL, 10);
	slow = strtoul(argv[3], NULL, 10);
	if (reading > VIEWERS_MAX || slow > VIEWERS_MAX - reading)
		fail("too many viewers", argv[2]);
	ret = clb_nl_open(&listener);
	if (!ret)
		ret = clb_nl_listen(listener, on_session, NULL);
	if (ret)
		fail("cannot listen", strerror(-ret));
	find(argv[1]);
	while (nr_lookers < reading + slow)
		join(nr_lookers >= reading);
	puts("ready");
	fflush(stdout);
	look();
	for (size_t i = 0; i < nr_lookers; i++)
		tell(&lookers[i]);
	return 0;
}
