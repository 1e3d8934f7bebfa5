/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl tail: prints the records of a session as they come. */

#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connect.h"
#include "look.h"
#include "message.h"
#include "nl.h"
#include "options.h"
#include "reach.h"
#include "select.h"
#include "show.h"
#include "tail_daemon.h"
#include "trace_reader.h"
#include "trace_session.h"
#include "viewer.h"

enum key {
	KEY_JSON = CLB_OPTION_LONG,
};

static const struct clb_option option_table[] = {
	{ 'e', "event", "EVENTS", "only these: names, globs, groups, with commas; may be repeated" },
	{ KEY_JSON, "json", NULL, "as JSON, one object a line" },
	{ 0 },
};

/*
 * @name: the session, NULL: the only one
 * @lists: values of -e
 * @nr_lists: how many
 * @json: as JSON
 * @reach: who is asked, the kernel or the daemon
 * @listener: the socket that hears how sessions end, NULL if the daemon tells it
 * @session: the session
 * @select: which of them to print; its events are the trace's
 * @trace: decodes packets
 * @viewer: receives them
 * @show: prints records
 * @ended: the kernel, or the daemon, has said that the session ended
 * @gone: the daemon has gone before that: a negative errno
 * @sent: number of the last batch that it sent, then
 * @missed: batches in all that did not fit our buffer
 */
struct tail {
	const char *name;
	const char **lists;
	size_t nr_lists;
	bool json;
	struct clb_reach reach;
	struct clb_nl *listener;
	struct clb_session session;
	struct clb_select select;
	struct clb_trace *trace;
	struct clb_viewer viewer;
	struct clb_show show;
	bool ended;
	int gone;
	uint64_t sent;
	uint64_t missed;
};

/* Returns -1 to go on, else the exit status. */
static int read_command_line(struct tail *t, int argc, char **argv)
{
	struct clb_options o;

	clb_options_init(&o, argc, argv, option_table);
	while (clb_options_next(&o)) {
		if (o.key == KEY_JSON)
			t->json = true;
		else
			t->lists[t->nr_lists++] = o.value;
	}
	if (o.status >= 0)
		return o.status;
	if (argc - optind > 1)
		return clb_options_usage("tail", "more than one session");
	t->name = argv[optind];
	return -1;
}

/* Nobody said which: there must be one to choose from. */
static int find_only(struct tail *t, char name[CLBENCH_NAME_MAX + 1])
{
	struct clb_sessions sessions;
	int ret;

	ret = clb_nl_sessions(t->reach.nl, &sessions);
	if (ret)
		return clb_fail(CLB_EXIT_FAILED, "cannot ask for sessions: %s%s",
				clb_nl_why(t->reach.nl), clb_advice(ret));
	if (sessions.nr == 1)
		strcpy(name, sessions.list[0].name);
	else if (!sessions.nr)
		ret = clb_fail(CLB_EXIT_FAILED,
			       "no session: nothing records now; see clbench-ctl record --help");
	else
		ret = clb_fail(CLB_EXIT_FAILED,
			       "there are %zu sessions: name one; see clbench-ctl status", sessions.nr);
	clb_sessions_free(&sessions);
	return ret;
}

static int choose_events(struct tail *t)
{
	char why[CLB_SELECT_WHY];

	if (clb_select_init(&t->select, clb_trace_metadata(t->trace)->events))
		return clb_fail(CLB_EXIT_FAILED, "%s", strerror(ENOMEM));
	t->select.internal = true;
	for (size_t i = 0; i < t->nr_lists; i++)
		if (clb_select_add(&t->select, t->lists[i], why))
			return clb_fail(CLB_EXIT_USAGE, "session %s: %s", t->session.name, why);
	if (!t->nr_lists)
		memset(t->select.chosen, true, t->select.events->nr * sizeof(*t->select.chosen));
	return 0;
}

/* What is needed to read the session's packets. */
static int prepare_reading(struct tail *t)
{
	int ret;

	ret = clb_trace_open_session(&t->trace, t->reach.nl, t->session.id);
	if (ret)
		return clb_fail(CLB_EXIT_FAILED, "cannot read session %s: %s%s", t->session.name,
				clb_trace_why(t->trace), clb_advice(ret));
	return choose_events(t);
}

static void on_session(void *arg, const struct clb_session *session)
{
	struct tail *t = arg;

	if (session->id != t->session.id || session->state != CLBENCH_STATE_ENDED)
		return;
	t->ended = true;
	t->sent = session->sent;
}

static void tell_missed(struct tail *t, uint64_t missed)
{
	t->missed += missed;
	if (t->json) {
		clb_out_string(&t->show.out, "{\"missed_batches\":");
		clb_out_u64(&t->show.out, missed, 1);
		clb_out_string(&t->show.out, "}\n");
	} else {
		clb_out_string(&t->show.out, "- ");
		clb_out_u64(&t->show.out, missed, 1);
		clb_out_string(&t->show.out, " batches missed here: this viewer was too slow\n");
	}
}

static int see(void *arg, uint64_t missed, const void *packet, size_t size)
{
	struct tail *t = arg;
	struct clb_record record;
	int ret;

	if (missed)
		tell_missed(t, missed);
	ret = clb_trace_feed(t->trace, packet, size);
	while (!ret && (ret = clb_trace_next_record(t->trace, &record)) > 0) {
		ret = 0;
		if (!t->select.chosen[record.event - t->select.events->list])
			continue;
		if (t->json)
			clb_show_json(&t->show, &record);
		else
			clb_show_text(&t->show, &record);
	}
	/* Live: what there is shall be seen now. */
	return ret ? ret : clb_out_flush(&t->show.out);
}

static int ask_daemon(struct tail *t)
{
	struct clb_daemon *daemon = &t->reach.daemon;
	int status, ret;

	status = clb_tail_ask(daemon, t->name, &t->session, &t->trace);
	if (status)
		return status;
	ret = clb_viewer_adopt(&t->viewer, daemon->received, t->session.id, see, t);
	if (t->viewer.nl)
		daemon->received = -1;
	if (ret)
		return clb_fail(CLB_EXIT_FAILED, "%s", strerror(ENOMEM));
	return choose_events(t);
}

/* The kernel tells us of sessions, but lets us not look: the daemon may. */
static int turn_to_daemon(struct tail *t)
{
	int ret;

	ret = clb_daemon_open(&t->reach.daemon);
	if (ret == -EACCES)
		return clb_daemon_say(CLB_TAIL_WHAT, ret);
	if (ret)
		return clb_fail(CLB_EXIT_FAILED, "cannot look at session %s: CAP_SYS_ADMIN is needed%s",
				t->session.name, clb_advice(-EPERM));
	clb_viewer_close(&t->viewer);
	clb_nl_close(t->listener);
	t->listener = NULL;
	clb_select_free(&t->select);
	clb_trace_close(t->trace);
	t->trace = NULL;
	return ask_daemon(t);
}

static int open_sockets(struct tail *t)
{
	int ret;

	ret = clb_nl_open(&t->listener);
	if (!ret)
		ret = clb_nl_listen(t->listener, on_session, t);
	if (!ret)
		ret = clb_viewer_open(&t->viewer, &t->session, see, t);
	if (ret == -EPERM)
		return turn_to_daemon(t);
	if (ret)
		return clb_fail(CLB_EXIT_FAILED, "cannot look at session %s: %s", t->session.name,
				t->viewer.nl ? clb_viewer_why(&t->viewer) : clb_nl_why(t->listener));
	return 0;
}

/* It may have ended before we listened: then nothing will ever tell. */
static void look_again(struct tail *t)
{
	struct clb_session now;

	if (clb_nl_session(t->reach.nl, t->session.id, &now) == -ENOENT)
		t->ended = true;
	else
		clb_session_free(&now);
}

static int broke_off(struct tail *t, int error)
{
	/* Whoever read our output has seen enough. */
	if (error == -EPIPE)
		return CLB_EXIT_DONE;
	if (t->show.out.err)
		return clb_fail(CLB_EXIT_FAILED, "standard output: %s; make room, or write elsewhere",
				strerror(-error));
	return clb_fail(CLB_EXIT_FAILED, "cannot read session %s: %s", t->session.name,
			error == -EBADMSG && *clb_trace_why(t->trace) ? clb_trace_why(t->trace) :
			clb_viewer_why(&t->viewer));
}

static void hear(struct tail *t)
{
	int ret;

	if (t->listener) {
		/* Of those that were dropped, one may have told the end. */
		if (clb_nl_notifications(t->listener))
			look_again(t);
		return;
	}
	ret = clb_tail_hear(&t->reach.daemon, &t->sent);
	t->ended = ret > 0;
	t->gone = ret < 0 ? ret : 0;
}

static int ended(struct tail *t)
{
	/* Dropped at the very end: no batch followed that would have shown it. */
	if (t->ended && t->viewer.seen && t->sent > t->viewer.seen)
		tell_missed(t, t->sent - t->viewer.seen);
	clb_out_flush(&t->show.out);
	if (t->gone && !t->viewer.last)
		return clb_tail_say_gone(&t->session, t->gone);
	clb_say("session %s ended", t->session.name);
	return CLB_EXIT_DONE;
}

static int follow(struct tail *t)
{
	struct pollfd fds[] = {
		{ .fd = t->listener ? clb_nl_fd(t->listener) : t->reach.daemon.fd,
		  .events = POLLIN },
		{ .fd = clb_viewer_fd(&t->viewer), .events = POLLIN },
		/* Without events: tells only that nobody reads it any more. */
		{ .fd = STDOUT_FILENO },
	};
	/* Something may have come, and is read also if the session has ended since. */
	int ret = 1;

	/* What came together with the daemon's answer makes no input any more. */
	if (!t->listener)
		hear(t);
	while (!t->viewer.last) {
		/* The last batches stand before the end, on another socket. */
		if (!ret && (t->ended || t->gone))
			break;
		if (poll(fds, 3, ret ? 0 : -1) < 0 && errno != EINTR)
			break;
		if (fds[2].revents & (POLLERR | POLLHUP))
			return CLB_EXIT_DONE;
		if (fds[0].revents && !t->gone)
			hear(t);
		ret = clb_viewer_receive(&t->viewer);
		if (ret < 0)
			return broke_off(t, ret);
	}
	return ended(t);
}

static int prepare(struct tail *t)
{
	char only[CLBENCH_NAME_MAX + 1];
	int status;

	if (clb_reach(&t->reach, CLB_TAIL_WHAT, false))
		return CLB_EXIT_FAILED;
	if (!t->reach.nl)
		return ask_daemon(t);
	if (!t->name) {
		status = find_only(t, only);
		if (status)
			return status;
	}
	if (clb_connect_session(t->reach.nl, t->name ? t->name : only, &t->session))
		return CLB_EXIT_FAILED;
	status = prepare_reading(t);
	return status ? status : open_sockets(t);
}

static int tail(struct tail *t)
{
	int status;

	status = prepare(t);
	if (status)
		return status;
	clb_look_catch_signals();
	if (t->listener)
		look_again(t);
	clb_say("following session %s; its records so far are in its trace", t->session.name);
	t->show.out.fd = STDOUT_FILENO;
	status = follow(t);
	if (t->missed)
		clb_say("%" PRIu64 " batches were missed; the trace of session %s has them",
			t->missed, t->session.name);
	return status;
}

int clb_ctl_tail(int argc, char **argv)
{
	struct tail *t;
	int status;

	t = calloc(1, sizeof(*t));
	if (t)
		t->lists = calloc(argc, sizeof(*t->lists));
	if (!t || !t->lists) {
		free(t);
		return clb_fail(CLB_EXIT_FAILED, "%s", strerror(ENOMEM));
	}
	t->reach.daemon = (struct clb_daemon)CLB_DAEMON_INIT;
	status = read_command_line(t, argc, argv);
	if (status < 0)
		status = tail(t);
	clb_viewer_close(&t->viewer);
	clb_nl_close(t->listener);
	clb_reach_close(&t->reach);
	clb_select_free(&t->select);
	clb_trace_close(t->trace);
	clb_session_free(&t->session);
	free(t->lists);
	free(t);
	return status;
}
