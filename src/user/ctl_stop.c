/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl stop: ends sessions of the daemon, and those that nobody reads any more. */

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
#include "reach.h"
#include "status_query.h"
#include "stop_daemon.h"

/* Probes go off, a grace period passes: never so many times so long. */
#define LOOKS	10
#define LOOK_MS	1000

/* The kernel's sessions are ended without the daemon if that is silent so long. */
#define DAEMON_MS	2000

enum key {
	KEY_GIVE_UP = CLB_OPTION_LONG,
	KEY_JSON,
};

static const struct clb_option option_table[] = {
	{ KEY_GIVE_UP, "give-up", NULL, "do not wait until the daemon has stored what is left" },
	{ KEY_JSON, "json", NULL, "the daemon's summary as JSON, too" },
	{ 0 },
};

/*
 * @give_up, @json: the options
 * @reach: who is asked; the daemon also if the kernel answers
 * @daemons: what the daemon says of sessions, NULL if it does not answer
 * @listener: the socket that hears how sessions end
 * @session: the one that is being ended
 * @last: as it ended
 * @ended: it has, and that was heard
 */
struct stop {
	bool give_up;
	bool json;
	struct clb_reach reach;
	json_t *daemons;
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
			clb_nl_why(s->reach.nl), clb_advice(error));
}

/* A notification is lost if too many come at once. */
static bool is_gone(const struct stop *s)
{
	struct clb_session now;
	int ret;

	ret = clb_nl_session(s->reach.nl, s->session.id, &now);
	clb_session_free(&now);
	return ret == -ENOENT;
}

/* Until it is heard to have ended, or nothing is for so long. */
static bool hear_end(struct stop *s, int quiet_ms)
{
	struct pollfd fd = { .fd = clb_nl_fd(s->listener), .events = POLLIN };

	while (!s->ended && poll(&fd, 1, quiet_ms) > 0)
		clb_nl_notifications(s->listener);
	return s->ended;
}

static int wait_for_end(struct stop *s)
{
	for (int look = 0; look < LOOKS; look++) {
		if (hear_end(s, LOOK_MS))
			return CLB_EXIT_DONE;
		if (is_gone(s)) {
			/* It may have been told between the two. */
			hear_end(s, 0);
			return CLB_EXIT_DONE;
		}
	}
	return clb_fail(CLB_EXIT_FAILED, "%s was told to end and has not yet; see clbench-ctl status",
			s->session.name);
}

static void say_ended(const struct stop *s)
{
	struct clb_counts total = clb_session_total(&s->last);

	if (!s->ended) {
		clb_say("session %s ended; its last counters were not heard", s->session.name);
		return;
	}
	clb_say("session %s ended: %" PRIu64 " records delivered, %" PRIu64 " discarded, %" PRIu64
		" of them abandoned",
		s->session.name, total.delivered, clb_counts_discarded(&total),
		total.discarded[CLBENCH_CAUSE_ABANDONED]);
}

static int listen_to_kernel(struct stop *s)
{
	int ret;

	ret = clb_nl_open(&s->listener);
	if (!ret)
		ret = clb_nl_listen(s->listener, on_session, s);
	if (!ret)
		return CLB_EXIT_DONE;
	clb_say("cannot stop sessions: %s%s", clb_nl_why(s->listener), clb_advice(ret));
	clb_nl_close(s->listener);
	s->listener = NULL;
	return CLB_EXIT_FAILED;
}

static int stop_by_kernel(struct stop *s, const char *name)
{
	int ret, status;

	if (!s->listener) {
		status = listen_to_kernel(s);
		if (status)
			return status;
	}
	s->ended = false;
	if (clb_connect_session(s->reach.nl, name, &s->session))
		return CLB_EXIT_FAILED;
	ret = clb_nl_unsubscribe(s->reach.nl, &s->session, true);
	status = ret ? refused(s, ret) : wait_for_end(s);
	if (!status)
		say_ended(s);
	clb_session_free(&s->session);
	clb_session_free(&s->last);
	return status;
}

static int stop(struct stop *s, const char *name)
{
	if (clb_stop_is_daemons(s->daemons, name))
		return clb_stop_by_daemon(&s->reach.daemon, name, s->give_up, s->json);
	if (s->reach.nl)
		return stop_by_kernel(s, name);
	if (clb_status_session(s->daemons, name))
		return clb_fail(CLB_EXIT_FAILED, "cannot stop %s: it is not the daemon's%s", name,
				clb_advice(-EPERM));
	return clb_fail(CLB_EXIT_FAILED, "no session \"%s\": it ended or never was; see clbench-ctl status",
			name);
}

/* What is the daemon's, and what the kernel's. */
static int find_out(struct stop *s)
{
	struct clb_daemon *daemon = &s->reach.daemon;
	int ret = 0;

	if (clb_reach(&s->reach, "cannot stop sessions", false))
		return CLB_EXIT_FAILED;
	if (s->reach.nl) {
		daemon->timeout_ms = DAEMON_MS;
		ret = clb_daemon_open(daemon);
	}
	if (!ret)
		s->daemons = clb_status_of_daemon(daemon);
	daemon->timeout_ms = CLB_DAEMON_NO_TIMEOUT;
	return s->reach.nl || s->daemons ? CLB_EXIT_DONE : CLB_EXIT_FAILED;
}

/* All are tried, also when one fails. */
static int stop_all(struct stop *s, char **names)
{
	int status, one;

	status = find_out(s);
	if (status)
		return status;
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
	struct stop s = { .reach.daemon = CLB_DAEMON_INIT };
	int status;

	clb_options_init(&options, argc, argv, option_table);
	while (clb_options_next(&options)) {
		if (options.key == KEY_JSON)
			s.json = true;
		else
			s.give_up = true;
	}
	if (options.status >= 0)
		return options.status;
	if (optind == argc)
		return clb_options_usage("stop", "name a session");
	status = stop_all(&s, argv + optind);
	json_decref(s.daemons);
	clb_nl_close(s.listener);
	clb_reach_close(&s.reach);
	return status;
}
