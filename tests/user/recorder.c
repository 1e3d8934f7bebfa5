/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording and a full disk, against a kernel of three batches: the first says
 * that probes are on, the others come when it is told to end the session.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "connect.h"
#include "fake_socket.h"
#include "message.h"
#include "point.h"
#include "quantity.h"
#include "recorder.h"
#include "totals.h"

#define LAST	3

static clb_nl_notify notify;
static void *notify_arg;
static bool ended;
static uint64_t nr_stored;
static uint64_t full_at = LAST;	/* the batch at which the disk is full ... */
static unsigned int nr_full;	/* ... and how often */
static unsigned int times_full = 1;
static void (*when_full)(void);	/* may be NULL */
static int sync_error;
static bool at_once;		/* the second batch comes with the first */
static int events_error;
static uint64_t duration_ns = 1;
static uint32_t described;	/* id of the only event of the metadata */

/* ------------------------------------------------------------------ the kernel */

static void wake(void)
{
	if (eventfd_write(socket_.fd, 1))
		abort();
}

static void offer(const struct step *steps, size_t nr)
{
	socket_.steps = steps;
	socket_.nr = nr;
	wake();
}

static void end_session(void)
{
	ended = true;
	wake();
}

static void acknowledged(uint64_t seq)
{
	static const struct step first = { .seq = 1 };
	static const struct step second[] = { { .error = -EAGAIN }, { .seq = 2 } };

	if (!seq)
		offer(&first, 1);
	if (seq == 1 && full_at == 2)
		offer(second + at_once, 2 - at_once);
	if (seq == LAST)
		end_session();
}

int clb_nl_unsubscribe(struct clb_nl *nl, const struct clb_session *session, bool force)
{
	static const struct step rest[] = { { .seq = 2 }, { .seq = LAST, .last = true } };

	(void)nl;
	(void)session;
	say(force ? "give-up " : "end ", 0);
	if (force)
		end_session();
	else
		offer(rest, 2);
	return 0;
}

/* One of another id than it had before: its module was loaded anew. */
int clb_connect_events(struct clb_nl *nl, struct clb_events *events)
{
	(void)nl;
	say("events ", 0);
	if (events_error)
		return events_error;
	events->list = calloc(2, sizeof(*events->list));
	if (!events->list)
		abort();
	events->list[0] = (struct clb_event){ .id = 20, .name = strdup("other") };
	events->list[1] = (struct clb_event){ .id = 21, .name = strdup("tick") };
	events->nr = 2;
	return 0;
}

int clb_nl_listen(struct clb_nl *nl, clb_nl_notify told, void *arg)
{
	(void)nl;
	notify = told;
	notify_arg = arg;
	return 0;
}

int clb_nl_notifications(struct clb_nl *nl)
{
	struct clb_session session = { .id = SESSION, .state = CLBENCH_STATE_ENDED };
	eventfd_t ignored;

	eventfd_read(nl->fd, &ignored);
	if (ended)
		notify(notify_arg, &session);
	return 0;
}

/* -------------------------------------------------------------------- the disk */

int clb_recorder_store(struct clb_recorder *r, const void *packet, size_t size)
{
	uint64_t seq;

	(void)size;
	described = r->events->nr == 1 ? r->events->list[0].id : 0;
	memcpy(&seq, packet, sizeof(seq));
	if (seq == full_at && nr_full) {
		nr_full--;
		if (when_full)
			when_full();
		return -ENOSPC;
	}
	nr_stored++;
	return 0;
}

int clb_trace_writer_sync(struct clb_trace_writer *writer)
{
	(void)writer;
	return nr_stored == LAST - 1 ? sync_error : 0;
}

int clb_trace_writer_cut(struct clb_trace_writer *writer)
{
	(void)writer;
	return 0;
}

int clb_totals_read(const char *dir, struct clb_session *session)
{
	(void)dir;
	(void)session;
	return -ENODATA;
}

const char *clb_advice(int error)
{
	(void)error;
	return "";
}

/* --------------------------------------------------------------------- the tests */

/* Its duration is over at once. The exit status. */
static int record(bool sync)
{
	struct clb_event before = { .id = 8, .name = "tick" };
	const struct clb_events events = { .list = &before, .nr = 1 };
	struct clb_recorder r = {
		.control = &socket_,
		.events = &events,
		.dir = "trace",
		.duration_ns = duration_ns,
		.quiet = true,
		.sync = sync,
		.pause = true,
		.signals = -1,
	};
	struct clb_config config = { .name = "test" };
	int status;

	said[0] = '\0';
	ended = false;
	described = 0;
	nr_stored = 0;
	nr_full = times_full;
	socket_ = (struct clb_nl){
		.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
		.acknowledged = acknowledged,
	};
	status = clb_recorder_run(&r, &config);
	clb_recorder_free(&r);
	close(socket_.fd);
	return status;
}

static bool was_given_up(void)
{
	return strstr(said, "give-up ");
}

static void test_full(void)
{
	point(!record(false) && nr_stored == LAST && !was_given_up(),
	      "a full disk pauses it, and it goes on when there is room");
	point(!record(true) && nr_stored == LAST && !was_given_up(),
	      "so it does with --sync, when what was stored before is put on the disk");
	sync_error = -ENOSPC;
	point(record(true) == CLB_EXIT_RECORDING && nr_stored == LAST - 1 && was_given_up(),
	      "what cannot be put on the disk does not come again: it fails");
	sync_error = 0;
}

static void interrupt_twice(void)
{
	raise(SIGINT);
	raise(SIGTERM);
}

static void test_end(void)
{
	when_full = end_session;
	point(record(false) == CLB_EXIT_RECORDING && nr_stored == LAST - 1 && !was_given_up(),
	      "it fails if somebody ends the session while it waits for room");
	when_full = interrupt_twice;
	point(!record(false) && nr_stored == LAST - 1 && was_given_up(),
	      "but not if its own user gives up what is left");
	when_full = NULL;
}

/* Time ends it while it waits for room; it has said that a signal gives up the rest. */
static void interrupt_second(void)
{
	if (nr_full == times_full - 2)
		raise(SIGTERM);
}

static void test_paused(void)
{
	full_at = 2;
	times_full = 3;
	duration_ns = CLB_NS_PER_S / 10;
	when_full = interrupt_second;
	point(!record(false) && nr_stored == 1 && was_given_up(),
	      "paused when its time was over, it gives up the rest at the first signal");
	at_once = true;
	point(!record(false) && nr_stored == 1 && was_given_up(),
	      "so it does if only the first batch had room");
	at_once = false;
	when_full = NULL;
	duration_ns = 1;
	times_full = 1;
	full_at = LAST;
}

static void test_events(void)
{
	point(!record(false) && described == 21,
	      "events are described as they are when the session holds their modules");
	events_error = -ENOBUFS;
	point(record(false) == CLB_EXIT_RECORDING && !nr_stored && was_given_up(),
	      "a session whose events cannot be described is ended");
	events_error = 0;
}

int main(void)
{
	test_events();
	test_full();
	test_end();
	test_paused();
	return done();
}
