/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl tail: prints the records of a session as they come. */

#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connect.h"
#include "message.h"
#include "nl.h"
#include "options.h"
#include "select.h"
#include "show.h"
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
 * @control: the control socket
 * @listener: the socket that hears how sessions end
 * @session: the session
 * @select: which of them to print; its events are the trace's
 * @trace: decodes packets
 * @viewer: receives them
 * @show: prints records
 * @ended: the kernel has said that the session ended
 * @sent: number of the last batch that it sent, then
 * @missed: batches in all that did not fit our buffer
 */
struct tail {
	const char *name;
	const char **lists;
	size_t nr_lists;
	bool json;
	struct clb_nl *control;
	struct clb_nl *listener;
	struct clb_session session;
	struct clb_select select;
	struct clb_trace *trace;
	struct clb_viewer viewer;
	struct clb_show show;
	bool ended;
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

	ret = clb_nl_sessions(t->control, &sessions);
	if (ret)
		return clb_fail(CLB_EXIT_FAILED, "cannot ask for sessions: %s%s",
				clb_nl_why(t->control), clb_advice(ret));
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

	ret = clb_trace_open_session(&t->trace, t->control, t->session.id);
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

static int open_sockets(struct tail *t)
{
	int ret;

	ret = clb_nl_open(&t->listener);
	if (!ret)
		ret = clb_nl_listen(t->listener, on_session, t);
	if (!ret)
		ret = clb_viewer_open(&t->viewer, &t->session, see, t);
	if (ret == -EPERM)
		return clb_fail(CLB_EXIT_FAILED, "cannot look at session %s: CAP_SYS_ADMIN is needed%s",
				t->session.name, clb_advice(ret));
	if (ret)
		return clb_fail(CLB_EXIT_FAILED, "cannot look at session %s: %s", t->session.name,
				t->viewer.nl ? clb_viewer_why(&t->viewer) : clb_nl_why(t->listener));
	return 0;
}

/* A look leaves nothing behind; and its output may wait for ever for a reader. */
static void on_signal(int number)
{
	(void)number;
	_exit(CLB_EXIT_DONE);
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
}

/* It may have ended before we listened: then nothing will ever tell. */
static void look_again(struct tail *t)
{
	struct clb_session now;

	if (clb_nl_session(t->control, t->session.id, &now) == -ENOENT)
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
			error == -EBADMSG ? clb_trace_why(t->trace) : clb_viewer_why(&t->viewer));
}

static int follow(struct tail *t)
{
	struct pollfd fds[] = {
		{ .fd = clb_nl_fd(t->listener), .events = POLLIN },
		{ .fd = clb_viewer_fd(&t->viewer), .events = POLLIN },
		/* Without events: tells only that nobody reads it any more. */
		{ .fd = STDOUT_FILENO },
	};
	int ret = 0;

	while (!t->viewer.last) {
		/* The last batches stand before the end, on another socket. */
		if (!ret && t->ended)
			break;
		if (poll(fds, 3, ret ? 0 : -1) < 0 && errno != EINTR)
			break;
		if (fds[2].revents & (POLLERR | POLLHUP))
			return CLB_EXIT_DONE;
		if (fds[0].revents)
			clb_nl_notifications(t->listener);
		ret = clb_viewer_receive(&t->viewer);
		if (ret < 0)
			return broke_off(t, ret);
	}
	/* Dropped at the very end: no batch followed that would have shown it. */
	if (t->ended && t->viewer.seen && t->sent > t->viewer.seen)
		tell_missed(t, t->sent - t->viewer.seen);
	clb_out_flush(&t->show.out);
	clb_say("session %s ended", t->session.name);
	return CLB_EXIT_DONE;
}

static int tail(struct tail *t)
{
	char only[CLBENCH_NAME_MAX + 1];
	struct clb_info info;
	int status;

	if (clb_connect(&t->control, &info, false))
		return CLB_EXIT_FAILED;
	if (!t->name) {
		status = find_only(t, only);
		if (status)
			return status;
		t->name = only;
	}
	if (clb_connect_session(t->control, t->name, &t->session))
		return CLB_EXIT_FAILED;
	status = prepare_reading(t);
	if (!status)
		status = open_sockets(t);
	if (status)
		return status;
	catch_signals();
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
	status = read_command_line(t, argc, argv);
	if (status < 0)
		status = tail(t);
	clb_viewer_close(&t->viewer);
	clb_nl_close(t->listener);
	clb_nl_close(t->control);
	clb_select_free(&t->select);
	clb_trace_close(t->trace);
	clb_session_free(&t->session);
	free(t->lists);
	free(t);
	return status;
}
