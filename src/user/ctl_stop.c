/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl stop: ends sessions that nobody reads any more. */

#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>

#include "connect.h"
#include "message.h"
#include "nl.h"
#include "options.h"

/* Probes go off, a grace period passes: never this long. */
#define END_MS	10000

static const struct clb_option option_table[] = {
	{ 0 },
};

/*
 * @control: the control socket
 * @listener: the socket that hears how sessions end
 * @session: the one that is being ended
 * @last: as it ended
 * @ended: it has
 */
struct stop {
	struct clb_nl *control;
	struct clb_nl *listener;
	struct clb_session session;
	struct clb_session last;
	bool ended;
};

static void on_session(void *arg, const struct clb_session *session)
{
	struct stop *s = arg;

	if (session->id != s->session.id || session->state != CLBENCH_STATE_ENDED || s->ended)
		return;
	s->ended = !clb_session_copy(&s->last, session);
}

static int refused(const struct stop *s, int error)
{
	const struct clb_session *session = &s->session;

	if (error == -EPERM && session->reader_pid)
		return clb_fail(CLB_EXIT_FAILED,
				"cannot stop %s: process %" PRIu32 " (%s) reads it; end that one: kill -INT %" PRIu32,
				session->name, session->reader_pid, session->reader_comm,
				session->reader_pid);
	return clb_fail(CLB_EXIT_FAILED, "cannot stop %s: %s%s", session->name,
			clb_nl_why(s->control), clb_advice(error));
}

static int wait_for_end(struct stop *s)
{
	struct pollfd fd = { .fd = clb_nl_fd(s->listener), .events = POLLIN };

	while (!s->ended) {
		if (poll(&fd, 1, END_MS) <= 0)
			return clb_fail(CLB_EXIT_FAILED,
					"%s was told to end and has not yet; see clbench-ctl status",
					s->session.name);
		clb_nl_notifications(s->listener);
	}
	return CLB_EXIT_DONE;
}

static void say_ended(const struct stop *s)
{
	struct clb_counts total = clb_session_total(&s->last);

	clb_say("session %s ended: %" PRIu64 " records delivered, %" PRIu64 " discarded, %" PRIu64
		" of them abandoned",
		s->session.name, total.delivered, clb_counts_discarded(&total),
		total.discarded[CLBENCH_CAUSE_ABANDONED]);
}

static int stop(struct stop *s, const char *name)
{
	int ret, status;

	s->ended = false;
	if (clb_connect_session(s->control, name, &s->session))
		return CLB_EXIT_FAILED;
	ret = clb_nl_unsubscribe(s->control, &s->session, true);
	status = ret ? refused(s, ret) : wait_for_end(s);
	if (!status)
		say_ended(s);
	clb_session_free(&s->session);
	clb_session_free(&s->last);
	return status;
}

static int stop_all(struct stop *s, char **names)
{
	struct clb_info info;
	int ret, status = CLB_EXIT_DONE, one;

	if (clb_connect(&s->control, &info, false))
		return CLB_EXIT_FAILED;
	ret = clb_nl_open(&s->listener);
	if (!ret)
		ret = clb_nl_listen(s->listener, on_session, s);
	if (ret)
		return clb_fail(CLB_EXIT_FAILED, "cannot stop sessions: %s%s",
				clb_nl_why(s->listener), clb_advice(ret));
	for (; *names; names++) {
		one = stop(s, *names);
		if (one)
			status = one;
	}
	return status;
}

int clb_ctl_stop(int argc, char **argv)
{
	struct clb_options options;
	struct stop s = { 0 };
	int status;

	clb_options_init(&options, argc, argv, option_table);
	while (clb_options_next(&options))
		;
	if (options.status >= 0)
		return options.status;
	if (optind == argc)
		return clb_options_usage("stop", "name a session");
	status = stop_all(&s, argv + optind);
	clb_nl_close(s.listener);
	clb_nl_close(s.control);
	return status;
}
