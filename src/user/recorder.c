/* SPDX-License-Identifier: GPL-2.0 */
/* A recording from the moment when the kernel is asked to the last counters. */

#include "recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "connect.h"
#include "message.h"
#include "nl.h"
#include "quantity.h"
#include "totals.h"

/* How often a full disk is tried again. */
#define RETRY_NS		CLB_NS_PER_S

/* The kernel's last counters come right behind the last acknowledgement. */
#define LAST_COUNTERS_NS	(3 * CLB_NS_PER_S)

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * CLB_NS_PER_S + t.tv_nsec;
}

static void clear_progress(struct clb_recorder *r)
{
	if (r->progress_shown)
		fputs("\r\033[K", stderr);
	r->progress_shown = false;
}

static void show_progress(struct clb_recorder *r, uint64_t now)
{
	char size[CLB_SIZE_TEXT];

	fprintf(stderr, "\r\033[K%" PRIu64 " s, %" PRIu64 " batches, %s",
		(now - r->started_ns) / CLB_NS_PER_S, r->writer.packets,
		clb_size_format(size, r->writer.bytes));
	r->progress_shown = true;
	r->progress_ns += CLB_NS_PER_S;
}

static void set_phase(struct clb_recorder *r, enum clb_phase phase)
{
	r->phase = phase;
	if (phase == CLB_PHASE_CLOSING)
		r->deadline_ns = now_ns() + LAST_COUNTERS_NS;
}

/* End it without what was not delivered. The kernel says when it is done. */
static void give_up(struct clb_recorder *r)
{
	clb_nl_unsubscribe(r->control, &r->channel.session, true);
	set_phase(r, CLB_PHASE_CLOSING);
}

/* Probes are off, or will be soon. */
static void note_stop(struct clb_recorder *r)
{
	clear_progress(r);
	r->progress_ns = 0;
	if (r->stopped_ns)
		return;
	r->stopped_ns = now_ns();
	if (r->child.running && !r->quiet)
		clb_say("recording ended; %s goes on as process %d", r->command[0], r->child.pid);
}

/* It was said what went wrong. */
static void fail(struct clb_recorder *r)
{
	r->failed = true;
	note_stop(r);
	if (r->phase < CLB_PHASE_CLOSING)
		give_up(r);
}

/* End recording and wait for what the kernel still has. */
static void stop(struct clb_recorder *r)
{
	int ret;

	if (r->phase != CLB_PHASE_RECORDING)
		return;
	note_stop(r);
	set_phase(r, CLB_PHASE_DRAINING);
	/* COMMAND may have seen any number of them. When paused we tell of the next. */
	r->interrupts = r->interrupts || r->paused ? 1 : 0;
	if (r->paused)
		clb_say("what is left is stored when there is room; another signal gives it up");
	ret = clb_nl_unsubscribe(r->control, &r->channel.session, false);
	if (ret && !r->has_last) {
		clb_say("cannot end the session: %s%s", clb_nl_why(r->control), clb_advice(ret));
		fail(r);
	}
}

static void on_session(void *arg, const struct clb_session *session)
{
	struct clb_recorder *r = arg;

	if (session->id != r->channel.session.id || session->state != CLBENCH_STATE_ENDED)
		return;
	clb_session_free(&r->last);
	r->has_last = !clb_session_copy(&r->last, session);
}

/* Does the trace have its clbench_end? */
static bool has_end(const struct clb_recorder *r)
{
	struct clb_session session = { 0 };
	int ret;

	ret = clb_totals_read(r->dir, &session);
	clb_session_free(&session);
	return !ret;
}

/* The kernel has ended the session; see whether that was what we wanted. */
static void on_ended(struct clb_recorder *r)
{
	const char *what = r->phase == CLB_PHASE_STARTING ? "cannot start recording" :
							    "recording broke off";

	clear_progress(r);
	/* Its last batch may have been stored by the reader before us. */
	if (r->attached && !r->gave_up && !r->channel.last && r->last.acked == r->channel.stored)
		r->channel.last = has_end(r);
	if (r->last.error && !r->failed) {
		clb_say("%s: %s%s", what,
			r->last.message[0] ? r->last.message : strerror(r->last.error),
			clb_advice(-(int)r->last.error));
		r->failed = true;
	} else if (!r->gave_up && !r->channel.last && !r->failed) {
		clb_say("%s: somebody ended session %s", what, r->channel.session.name);
		r->failed = true;
	}
	note_stop(r);
	set_phase(r, CLB_PHASE_OVER);
}

static void start_command(struct clb_recorder *r)
{
	int ret;

	ret = clb_child_start(&r->child, r->command, &r->user, &r->old_mask);
	if (!ret)
		return;
	clb_say("%s: cannot run it: %s", r->command[0], strerror(-ret));
	r->child.status = ret == -ENOENT ? CLB_EXIT_NOT_FOUND : CLB_EXIT_NOT_RUNNABLE;
	r->command_ended = true;
	stop(r);
}

static void say_started(const struct clb_recorder *r)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	if (r->quiet)
		return;
	clb_say("recording %zu event%s on %ld CPU%s into %s (session %s)", r->nr_events,
		r->nr_events == 1 ? "" : "s", cpus, cpus == 1 ? "" : "s", r->dir,
		r->channel.session.name);
	if (r->command && !r->user.name && !geteuid() && getenv("SUDO_USER"))
		clb_say("COMMAND runs as root; -u %s runs it as you", getenv("SUDO_USER"));
}

/* The first batch is there: probes are on. */
static void on_started(struct clb_recorder *r)
{
	r->started_ns = now_ns();
	set_phase(r, CLB_PHASE_RECORDING);
	say_started(r);
	if (r->command)
		start_command(r);
	else if (!r->quiet && isatty(STDERR_FILENO))
		r->progress_ns = r->started_ns + CLB_NS_PER_S;
}

static void look_at_start(struct clb_recorder *r)
{
	if (r->phase == CLB_PHASE_STARTING && r->channel.stored)
		on_started(r);
}

static int store(void *arg, const void *packet, size_t size)
{
	struct clb_recorder *r = arg;

	r->store_error = clb_recorder_store(r, packet, size);
	return r->store_error;
}

static int sync_stored(void *arg)
{
	struct clb_recorder *r = arg;
	int ret;

	ret = clb_trace_writer_sync(&r->writer);
	/* Else it stays: the packet behind those may have found the disk full. */
	if (ret) {
		r->store_error = ret;
		r->sync_failed = true;
	}
	return ret;
}

/*
 * Not if it shows when all is put on the disk: the kernel tells that once, and
 * what it could not put there may be gone from its cache as well.
 */
static bool is_full(const struct clb_recorder *r)
{
	return !r->sync_failed && (r->store_error == -ENOSPC || r->store_error == -EDQUOT);
}

/* The kernel keeps what comes, and the channel what was read. */
static void on_full(struct clb_recorder *r)
{
	r->retry_ns = now_ns() + RETRY_NS;
	if (r->paused)
		return;
	r->paused = true;
	clear_progress(r);
	clb_say("cannot write %s: %s; paused: make room, and recording goes on by itself", r->dir,
		strerror(-r->store_error));
}

static void on_room(struct clb_recorder *r)
{
	r->paused = false;
	clb_say("there is room again: recording goes on");
}

static void on_store_error(struct clb_recorder *r)
{
	char size[CLB_SIZE_TEXT];

	clear_progress(r);
	clb_say("cannot write %s: %s; free space or choose another place with -o%s%s", r->dir,
		strerror(-r->store_error), r->writer.packets ? ", the trace ends after " : "",
		r->writer.packets ? clb_size_format(size, r->writer.bytes) : "");
	fail(r);
}

static void on_data(struct clb_recorder *r)
{
	int ret;

	r->store_error = 0;
	ret = clb_channel_receive(&r->channel);
	if (r->store_error && r->pause && is_full(r)) {
		/* The first batch may have had room. */
		look_at_start(r);
		on_full(r);
		return;
	}
	if (r->store_error) {
		on_store_error(r);
		return;
	}
	if (r->paused)
		on_room(r);
	if (ret) {
		/* Of a session that has ended; its last notification says more. */
		r->refused = ret;
		set_phase(r, CLB_PHASE_CLOSING);
		return;
	}
	look_at_start(r);
	if (r->max_bytes && r->writer.bytes >= r->max_bytes)
		stop(r);
	if (r->channel.last)
		set_phase(r, CLB_PHASE_CLOSING);
}

static void on_interrupt(struct clb_recorder *r, uint32_t number)
{
	r->interrupts++;
	switch (r->phase) {
	case CLB_PHASE_STARTING:
		clb_say("stopped before the probes were on");
		fail(r);
		break;
	case CLB_PHASE_RECORDING:
		/* Ctrl-C went to COMMAND, too, which decides what it means. */
		if (number != SIGINT || !r->child.running)
			stop(r);
		break;
	case CLB_PHASE_DRAINING:
		r->gave_up = r->interrupts > 1;
		if (r->gave_up)
			give_up(r);
		else
			clb_say("storing what is left; once more gives it up");
		break;
	case CLB_PHASE_CLOSING:
	case CLB_PHASE_OVER:
		break;
	}
}

static void on_signals(struct clb_recorder *r)
{
	struct signalfd_siginfo info;

	while (read(r->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo != SIGCHLD) {
			on_interrupt(r, info.ssi_signo);
		} else if (clb_child_reap(&r->child)) {
			r->command_ended = r->phase == CLB_PHASE_RECORDING;
			stop(r);
		}
	}
}

/* Unless the session is gone, it waits for another reader. */
static const char *broke_off_advice(int error)
{
	return error == -ENOENT || error == -ESHUTDOWN ? clb_advice(error) :
							 "; see clbench-ctl attach --help";
}

/* The kernel's last counters were lost, or it is as dead as the session. */
static void on_silence(struct clb_recorder *r)
{
	if (r->refused && !r->failed) {
		clear_progress(r);
		if (r->refused == -EPERM)
			clb_say("recording broke off: another reader has taken over session %s; see clbench-ctl status",
				r->channel.session.name);
		else
			clb_say("recording broke off: %s%s", clb_channel_why(&r->channel),
				broke_off_advice(r->refused));
		fail(r);
	}
	set_phase(r, CLB_PHASE_OVER);
}

static void on_time(struct clb_recorder *r)
{
	uint64_t now = now_ns();

	if (r->phase == CLB_PHASE_RECORDING && r->duration_ns &&
	    now - r->started_ns >= r->duration_ns)
		stop(r);
	if (r->phase == CLB_PHASE_CLOSING && now >= r->deadline_ns)
		on_silence(r);
	if (r->paused && r->phase < CLB_PHASE_CLOSING && now >= r->retry_ns)
		on_data(r);
	if (r->progress_ns && now >= r->progress_ns)
		show_progress(r, now);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return b < a ? b : a;
}

/* For poll(): ms until on_time() has something to do, -1 for never. */
static int time_left(const struct clb_recorder *r)
{
	uint64_t next = UINT64_MAX, now = now_ns();

	if (r->phase == CLB_PHASE_RECORDING && r->duration_ns)
		next = sooner(next, r->started_ns + r->duration_ns);
	if (r->phase == CLB_PHASE_CLOSING)
		next = sooner(next, r->deadline_ns);
	if (r->progress_ns)
		next = sooner(next, r->progress_ns);
	if (r->paused && r->phase < CLB_PHASE_CLOSING)
		next = sooner(next, r->retry_ns);
	if (next == UINT64_MAX)
		return -1;
	if (next <= now)
		return 0;
	return sooner((next - now) / CLB_NS_PER_MS + 1, 3600 * 1000);
}

static void wait_for_something(struct clb_recorder *r)
{
	struct pollfd fds[] = {
		{ .fd = r->signals, .events = POLLIN },
		{ .fd = clb_nl_fd(r->listener), .events = POLLIN },
		{ .fd = clb_channel_fd(&r->channel), .events = POLLIN },
	};

	if (r->phase >= CLB_PHASE_CLOSING || r->paused)
		fds[2].fd = -1;
	if (poll(fds, 3, time_left(r)) < 0)
		return;
	if (fds[0].revents)
		on_signals(r);
	if (fds[1].revents)
		clb_nl_notifications(r->listener);
	if (fds[2].revents && r->phase < CLB_PHASE_CLOSING && !r->paused)
		on_data(r);
	if (r->has_last && r->phase != CLB_PHASE_OVER)
		on_ended(r);
	on_time(r);
}

/* COMMAND is the user's work: a full disk here must not end it. */
static void wait_for_command(struct clb_recorder *r)
{
	struct signalfd_siginfo info;
	struct pollfd fd = { .fd = r->signals, .events = POLLIN };

	while (r->child.running && poll(&fd, 1, -1) >= 0) {
		if (read(r->signals, &info, sizeof(info)) != sizeof(info))
			continue;
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGHUP)
			return;
		if (clb_child_reap(&r->child))
			clb_say("%s ended with status %d", r->command[0], r->child.status);
	}
}

static int open_signals(struct clb_recorder *r)
{
	struct sigaction hangup;
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	/* A signalfd would tell of it also where nohup(1) has it ignored. */
	if (sigaction(SIGHUP, NULL, &hangup) || hangup.sa_handler != SIG_IGN)
		sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGCHLD);
	/* A file over its limit is an error of write() like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	sigprocmask(SIG_BLOCK, &mask, &r->old_mask);
	r->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	return r->signals < 0 ? -errno : 0;
}

/* Signals and the socket that hears how sessions end. Returns 0 or the exit status. */
static int prepare(struct clb_recorder *r)
{
	int ret;

	ret = open_signals(r);
	if (ret)
		return clb_fail(CLB_EXIT_RECORDING, "cannot wait for signals: %s", strerror(-ret));
	clb_channel_init(&r->channel, store, r);
	if (r->sync)
		r->channel.sync = sync_stored;
	ret = clb_nl_open(&r->listener);
	if (!ret)
		ret = clb_nl_listen(r->listener, on_session, r);
	if (ret == -EPERM)
		return clb_fail(CLB_EXIT_RECORDING, "cannot record: CAP_SYS_ADMIN is needed%s",
				clb_advice(ret));
	if (ret)
		return clb_fail(CLB_EXIT_RECORDING, "cannot hear of sessions: %s",
				clb_nl_why(r->listener));
	return 0;
}

static int run(struct clb_recorder *r)
{
	while (r->phase != CLB_PHASE_OVER)
		wait_for_something(r);
	if (r->failed) {
		wait_for_command(r);
		return CLB_EXIT_RECORDING;
	}
	return r->command_ended ? r->child.status : CLB_EXIT_DONE;
}

/* Only the session holds their modules: those that we chose from may be gone. */
static int describe(struct clb_recorder *r)
{
	int ret;

	if (clb_connect_events(r->control, &r->all))
		return CLB_EXIT_RECORDING;
	ret = clb_events_like(&r->all, r->events, &r->stream);
	if (ret)
		return clb_fail(CLB_EXIT_RECORDING, "cannot ask for events: %s", strerror(-ret));
	r->events = &r->stream;
	return 0;
}

int clb_recorder_run(struct clb_recorder *r, const struct clb_config *config)
{
	int ret;

	ret = prepare(r);
	if (ret)
		return ret;
	ret = clb_channel_open(&r->channel, config);
	/* A session that cannot be read must not linger. */
	if (ret && r->channel.session.id)
		clb_nl_unsubscribe(r->control, &r->channel.session, true);
	if (ret)
		return clb_fail(CLB_EXIT_RECORDING, "cannot open a session: %s%s",
				clb_channel_why(&r->channel), clb_advice(ret));
	ret = describe(r);
	if (ret) {
		clb_nl_unsubscribe(r->control, &r->channel.session, true);
		return ret;
	}
	return run(r);
}

static const char *attach_advice(int error)
{
	switch (error) {
	case -EBUSY:
		return "; see clbench-ctl status";
	case -ESTALE:
	case -ERANGE:
		return "; is this its trace? -o names another";
	default:
		return clb_advice(error);
	}
}

/* The trace tells how long the whole recording took, not our part of it. */
static uint64_t started_ns(const struct clb_session *session)
{
	struct timespec t;
	uint64_t age_ns;

	clock_gettime(CLOCK_REALTIME, &t);
	age_ns = t.tv_sec * CLB_NS_PER_S + t.tv_nsec;
	/* The clock may have been set back. */
	age_ns = age_ns > session->started_ns ? age_ns - session->started_ns : 0;
	return now_ns() - age_ns;
}

static void say_attached(const struct clb_recorder *r, const struct clb_trace_tail *tail)
{
	char size[CLB_SIZE_TEXT];

	if (r->quiet)
		return;
	if (tail->torn)
		clb_say("%s ends within a packet: its last %" PRIu64 " bytes are cut off and come again",
			r->dir, tail->torn);
	clb_say("going on with session %s in %s behind packet %" PRIu64 " (%s)",
		r->channel.session.name, r->dir, tail->seq, clb_size_format(size, tail->bytes));
}

int clb_recorder_attach(struct clb_recorder *r, const struct clb_session *session,
			const struct clb_trace_tail *tail)
{
	int ret;

	ret = prepare(r);
	if (ret)
		return ret;
	r->attached = true;
	/* What is there counts as stored from now on, whoever wrote it. */
	if (r->sync && tail->seq) {
		ret = clb_trace_writer_sync(&r->writer);
		if (ret)
			return clb_fail(CLB_EXIT_RECORDING, "cannot write %s: %s; the session waits for another attach",
					r->dir, strerror(-ret));
	}
	ret = clb_channel_attach(&r->channel, session->id, tail->seq);
	if (ret)
		return clb_fail(CLB_EXIT_RECORDING, "cannot attach to %s: %s%s", session->name,
				clb_channel_why(&r->channel), attach_advice(ret));
	/* It is ours now, and nobody else writes its trace. */
	ret = clb_trace_writer_cut(&r->writer);
	if (ret)
		return clb_fail(CLB_EXIT_RECORDING,
				"cannot write %s: %s; the session waits for another attach", r->dir,
				strerror(-ret));
	say_attached(r, tail);
	r->started_ns = started_ns(session);
	set_phase(r, r->channel.session.state == CLBENCH_STATE_DRAINING ? CLB_PHASE_DRAINING :
									  CLB_PHASE_RECORDING);
	if (!r->quiet && isatty(STDERR_FILENO))
		r->progress_ns = now_ns() + CLB_NS_PER_S;
	return run(r);
}

void clb_recorder_free(struct clb_recorder *r)
{
	clear_progress(r);
	clb_channel_close(&r->channel);
	clb_nl_close(r->listener);
	free(r->stream.list);
	clb_events_free(&r->all);
	clb_session_free(&r->last);
	clb_user_free(&r->user);
	if (r->signals >= 0)
		close(r->signals);
}
