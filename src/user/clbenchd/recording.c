/* SPDX-License-Identifier: GPL-2.0 */
/* A session that the daemon records: its life. */

#include "recording.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "clbenchd.h"
#include "connect.h"
#include "message.h"
#include "nl.h"
#include "quantity.h"
#include "recording_internal.h"

/* The kernel's last counters come right behind the last acknowledgement. */
#define LAST_COUNTERS_NS	(3 * CLB_NS_PER_S)

/* Names of directories that are tried when none was asked for. */
#define DIR_TRIES		60

/* ------------------------------------------------------------------ phases */

void clbd_recording_phase(struct clbd_recording *r, enum clbd_phase phase)
{
	r->phase = phase;
	if (phase == CLBD_CLOSING)
		r->deadline_ns = clbd_now_ns() + LAST_COUNTERS_NS;
}

/* End it without what was not delivered. The kernel says when it is done. */
static void give_up(struct clbd_recording *r)
{
	r->ending = true;
	/* What has come so far is taken at the end. */
	clbd_unwatch(&r->d->loop, &r->watch);
	clb_nl_unsubscribe(r->d->nl, &r->channel.session, true);
	clbd_recording_phase(r, CLBD_CLOSING);
}

static void note_stop(struct clbd_recording *r)
{
	if (!r->stopped_ns)
		r->stopped_ns = clbd_now_ns();
}

void clbd_recording_fail(struct clbd_recording *r, const char *format, ...)
{
	va_list arguments;
	char *why;

	va_start(arguments, format);
	if (vasprintf(&why, format, arguments) < 0)
		why = NULL;
	va_end(arguments);
	if (r->failed || !why) {
		free(why);
	} else {
		r->failed = why;
		clb_log(CLB_LEVEL_ERROR, "session %s: %s", r->plan.name, why);
	}
	note_stop(r);
	if (r->phase < CLBD_CLOSING)
		give_up(r);
}

void clbd_recording_stop(struct clbd_recording *r, bool all)
{
	int ret;

	/* Probes that are being switched on are not worth waiting for. */
	if ((all || r->phase == CLBD_STARTING) && r->phase < CLBD_CLOSING) {
		note_stop(r);
		r->gave_up = true;
		give_up(r);
	}
	if (r->phase != CLBD_RECORDING)
		return;
	note_stop(r);
	clbd_recording_phase(r, CLBD_DRAINING);
	r->ending = true;
	if (r->paused)
		clb_log(CLB_LEVEL_WARNING,
			"session %s: the disk is full: what is left is stored when there is room",
			r->plan.name);
	ret = clb_nl_unsubscribe(r->d->nl, &r->channel.session, false);
	if (ret && !r->has_last)
		clbd_recording_fail(r, "cannot end it: %s%s", clb_nl_why(r->d->nl),
				    clb_advice(ret));
}

void clbd_recording_on_session(struct clbd_recording *r, const struct clb_session *session)
{
	if (session->id != r->channel.session.id || session->state != CLBENCH_STATE_ENDED)
		return;
	clb_session_free(&r->last);
	r->has_last = !clb_session_copy(&r->last, session);
	/* Its last batches may still be on the data socket. */
	if (r->phase < CLBD_CLOSING)
		clbd_recording_phase(r, CLBD_CLOSING);
	r->deadline_ns = clbd_now_ns();
}

/* Everything was delivered. The reader before us may have stored the last batch
 * without saying so.
 */
static bool is_whole(const struct clbd_recording *r)
{
	struct clb_counts total = clb_session_total(&r->last);

	return r->channel.last ||
	       (r->has_last && r->last.sent == r->channel.stored &&
		r->last.acked == r->channel.stored && !total.discarded[CLBENCH_CAUSE_ABANDONED]);
}

/* The kernel has ended the session; see whether that was what we wanted. */
static void look_at_end(struct clbd_recording *r, bool started)
{
	const char *what = started ? "recording broke off" : "cannot start recording";

	if (r->has_last && r->last.error)
		clbd_recording_fail(r, "%s: %s%s", what,
				    r->last.message[0] ? r->last.message : strerror(r->last.error),
				    clb_advice(-(int)r->last.error));
	else if (!r->ending && !is_whole(r))
		clbd_recording_fail(r, "%s: somebody ended the session", what);
	else if (!is_whole(r) && !r->gave_up)
		clbd_recording_fail(r, "recording broke off: the last batch did not come");
}

static void end(struct clbd_recording *r)
{
	bool started = r->started_ns;
	int ret;

	clbd_recording_data(r);
	look_at_end(r, started);
	ret = clbd_chunks_sync(&r->chunks);
	if (ret)
		clbd_recording_fail(r, "cannot write %s: %s; free space", r->chunks.dir,
				    strerror(-ret));
	note_stop(r);
	clbd_unwatch(&r->d->loop, &r->watch);
	r->phase = CLBD_OVER;
	clbd_state_remove(r->d->state_dir, r->plan.name);
	if (started)
		clb_log(CLB_LEVEL_INFO, "session %s: ended, %" PRIu64 " packets in chunk 1 to %" PRIu32
			" of %s", r->plan.name, r->channel.stored, r->chunks.number, r->chunks.dir);
	clbd_control_over(r);
	clbd_chunks_remove_empty(&r->chunks);
	ret = clbd_chunks_close(&r->chunks);
	if (ret)
		clb_log(CLB_LEVEL_ERROR, "session %s: cannot write its trace: %s", r->plan.name,
			strerror(-ret));
}

/* ------------------------------------------------------------------- starting */

/* Should the daemon die now, the next one goes on by this plan, see clbd_recording_set(). */
void clbd_recording_save_as(struct clbd_recording *r, const struct clbd_plan *plan)
{
	struct clbd_state state = {
		.plan = *plan,
		.before = r->plan,
		.changing = plan != &r->plan,
		.dir = r->chunks.dir,
		.boot = r->boot,
		.removed_chunks = r->removed_chunks,
		.removed_bytes = r->removed_bytes,
		.removed_own_bytes = r->removed_own_bytes,
	};
	int ret;

	memcpy(state.uuid, r->channel.session.uuid, sizeof(state.uuid));
	ret = clbd_state_save(r->d->state_dir, &state);
	if (ret)
		clb_log(CLB_LEVEL_WARNING,
			"session %s: cannot write %s: %s; should the daemon die, nobody goes on with it",
			r->plan.name, r->d->state_dir, strerror(-ret));
}

void clbd_recording_save(struct clbd_recording *r)
{
	clbd_recording_save_as(r, clbd_recording_is_changing(r) ? &r->change_plan : &r->plan);
}

void clbd_recording_started(struct clbd_recording *r)
{
	r->started_ns = clbd_now_ns();
	clbd_recording_phase(r, CLBD_RECORDING);
	clb_log(CLB_LEVEL_INFO, "session %s: records %zu events into %s", r->plan.name,
		r->stream.nr_names, r->chunks.dir);
	clbd_control_started(r);
}

static struct clbd_recording *make(struct clbd *d, const struct clbd_plan *plan, bool boot)
{
	struct clbd_recording *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->d = d;
	r->boot = boot;
	r->watch = (struct clbd_watch){ .fd = -1, .ready = clbd_recording_ready, .arg = r };
	r->chunks.fd = -1;
	r->chunks.writer.dir = r->chunks.writer.stream = -1;
	r->chunks.stream = &r->stream;
	r->chunks.session = &r->channel.session;
	r->chunks.module_version = d->info.module_version;
	clb_channel_init(&r->channel, clbd_recording_store, r);
	if (clbd_plan_copy(&r->plan, plan)) {
		free(r);
		return NULL;
	}
	r->channel.sync = plan->sync ? clbd_recording_sync : NULL;
	return r;
}

void clbd_recording_free(struct clbd_recording *r)
{
	clbd_unwatch(&r->d->loop, &r->watch);
	clb_channel_close(&r->channel);
	clbd_chunks_close(&r->chunks);
	clbd_stream_free(&r->stream);
	clbd_plan_free(&r->plan);
	clbd_plan_free(&r->change_plan);
	clb_session_free(&r->last);
	free(r->failed);
	free(r);
}

static void link_recording(struct clbd_recording *r)
{
	r->next = r->d->recordings;
	r->d->recordings = r;
	/* Its file system may be another one: that is looked at first. */
	r->d->space_ns = 0;
}

/* Below the trace directory; without a name from the user, with the time. */
static char *choose_dir(const struct clbd *d, const struct clbd_plan *plan, time_t now)
{
	char when[32];
	struct tm local;
	char *dir;
	int ret;

	if (plan->output) {
		ret = asprintf(&dir, "%s/%s", d->conf.trace_dir, plan->output);
		return ret < 0 ? NULL : dir;
	}
	localtime_r(&now, &local);
	strftime(when, sizeof(when), "%Y%m%d-%H%M%S", &local);
	ret = asprintf(&dir, "%s/%s-%s", d->conf.trace_dir, plan->name, when);
	return ret < 0 ? NULL : dir;
}

static int make_dir(struct clbd_recording *r, char *why)
{
	time_t now = time(NULL);
	char *dir = NULL;
	int ret;

	/* One of this second may be there: of a session before, or of the same hour
	 * when the clocks were put back.
	 */
	for (int try = 0; try < DIR_TRIES; try++) {
		free(dir);
		dir = choose_dir(r->d, &r->plan, now + try);
		ret = dir ? clbd_chunks_make(&r->chunks, dir) : -ENOMEM;
		if (ret != -ENOTEMPTY || r->plan.output)
			break;
	}
	if (ret == -ENOTEMPTY)
		snprintf(why, CLBD_WHY, "%s exists and is not empty; choose another with -o", dir);
	else if (ret)
		snprintf(why, CLBD_WHY, "cannot make %s: %s; see trace_dir in clbenchd.conf(5)",
			 dir ? dir : r->plan.name, strerror(-ret));
	free(dir);
	return ret;
}

/* Only the session holds the events' modules: those that we chose from may be gone. */
static int renew_stream(struct clbd_recording *r, char *why)
{
	int ret = clbd_stream_renew(&r->stream, r->d->nl);

	if (ret < 0)
		snprintf(why, CLBD_WHY, "cannot ask for events: %s%s", strerror(-ret),
			 clb_advice(ret));
	return ret < 0 ? ret : 0;
}

static int open_session(struct clbd_recording *r, char *why)
{
	struct clb_config config = {
		.name = r->plan.name,
		.events = r->stream.names,
		.nr_events = r->stream.nr_names,
		.nr_node = r->plan.nr_node,
		.node_nr_composed = r->plan.node_nr_composed,
		.mem_max = r->plan.mem_max_bytes,
		.flush_period_ms = r->plan.flush_period_ms,
		.window = r->plan.window,
		.linger_ms = r->plan.linger_ms,
		.has_linger = r->plan.has_linger,
	};
	int ret;

	ret = clb_channel_open(&r->channel, &config);
	if (!ret)
		ret = clbd_watch(&r->d->loop, &r->watch, clb_channel_fd(&r->channel));
	if (ret)
		snprintf(why, CLBD_WHY, "%s%s",
			 r->channel.nl ? clb_channel_why(&r->channel) : strerror(-ret),
			 clb_advice(ret));
	else
		ret = renew_stream(r, why);
	if (ret && r->channel.session.id)
		clb_nl_unsubscribe(r->d->nl, &r->channel.session, true);
	return ret;
}

int clbd_recording_start(struct clbd *d, const struct clbd_plan *plan, bool boot,
			 struct clbd_recording **recording, char *why)
{
	struct clbd_recording *r = make(d, plan, boot);
	int ret;

	if (!r) {
		snprintf(why, CLBD_WHY, "%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	ret = clbd_stream_choose(&r->stream, d->nl, plan, NULL, why);
	if (!ret)
		ret = make_dir(r, why);
	if (!ret)
		ret = open_session(r, why);
	if (ret) {
		clbd_chunks_remove_empty(&r->chunks);
		clbd_recording_free(r);
		return ret;
	}
	link_recording(r);
	clbd_recording_save(r);
	*recording = r;
	return 0;
}

/* ------------------------------------------------------------------ attaching */

/* When it started, in our clock. */
static uint64_t started_before(const struct clb_session *session)
{
	uint64_t real = clbd_wall_clock_ns(), now = clbd_now_ns();

	if (real < session->started_ns || real - session->started_ns > now)
		return now;
	return now - (real - session->started_ns);
}

static void say_why_not(char *why, const struct clbd_state *state, int error)
{
	snprintf(why, CLBD_WHY, "cannot go on with the trace %s: %s", state->dir,
		 error == -EBADMSG ? "it is damaged" : strerror(-error));
}

static int attach(struct clbd_recording *r, const struct clbd_state *state,
		  const struct clb_session *session, char *why)
{
	uint64_t seq;
	int ret;

	/* With what was asked for last: the kernel may yet have to carry it out. */
	ret = clbd_stream_choose(&r->stream, r->d->nl, &state->plan, session, why);
	if (ret) {
		clbd_stream_free(&r->stream);
		ret = clbd_stream_adopt(&r->stream, r->d->nl, session);
	}
	if (ret)
		snprintf(why, CLBD_WHY, "cannot ask for events: %s", clb_nl_why(r->d->nl));
	if (!ret) {
		ret = clbd_chunks_reopen(&r->chunks, state->dir, state->uuid, &seq);
		say_why_not(why, state, ret);
	}
	/* What is there counts as stored from now on, whoever wrote it. */
	if (!ret && r->plan.sync && seq) {
		ret = clbd_chunks_sync(&r->chunks);
		say_why_not(why, state, ret);
	}
	if (!ret) {
		ret = clb_channel_attach(&r->channel, session->id, seq);
		snprintf(why, CLBD_WHY, "%s",
			 r->channel.nl ? clb_channel_why(&r->channel) : strerror(-ret));
	}
	/* Now it is known that nothing is missing behind them. */
	if (!ret) {
		ret = clbd_chunks_cut(&r->chunks);
		say_why_not(why, state, ret);
	}
	if (!ret)
		ret = clbd_watch(&r->d->loop, &r->watch, clb_channel_fd(&r->channel));
	return ret;
}

int clbd_recording_attach(struct clbd *d, const struct clbd_state *state,
			  const struct clb_session *session, char *why)
{
	const struct clbd_plan *plan = state->changing ? &state->before : &state->plan;
	struct clbd_recording *r = make(d, plan, state->boot);
	int ret;

	snprintf(why, CLBD_WHY, "%s", strerror(ENOMEM));
	if (!r)
		return -ENOMEM;
	r->resumes = state->changing;
	if (r->resumes && clbd_plan_copy(&r->change_plan, &state->plan)) {
		clbd_recording_free(r);
		return -ENOMEM;
	}
	r->removed_chunks = state->removed_chunks;
	r->removed_bytes = state->removed_bytes;
	r->removed_own_bytes = state->removed_own_bytes;
	ret = attach(r, state, session, why);
	if (ret) {
		clbd_recording_free(r);
		return ret;
	}
	r->chunks.closed_bytes += r->removed_own_bytes;
	r->started_ns = started_before(session);
	/* Nobody knows when the chunk was opened; not too early. */
	r->chunk_ns = clbd_now_ns();
	r->phase = session->state == CLBENCH_STATE_DRAINING ? CLBD_DRAINING : CLBD_RECORDING;
	r->ending = r->phase == CLBD_DRAINING;
	link_recording(r);
	clb_log(CLB_LEVEL_NOTICE, "session %s: goes on behind packet %" PRIu64 " in %s",
		r->plan.name, r->channel.stored, r->chunks.dir);
	return 0;
}

/* ------------------------------------------------------------------------ time */

struct clbd_recording *clbd_recording_find(struct clbd *d, const char *name)
{
	struct clbd_recording *r;

	for (r = d->recordings; r && strcmp(r->plan.name, name); r = r->next)
		;
	return r;
}

void clbd_recording_on_time(struct clbd_recording *r, uint64_t now)
{
	if (r->phase == CLBD_CLOSING && now >= r->deadline_ns) {
		end(r);
		return;
	}
	if (r->paused && r->phase < CLBD_CLOSING && now >= r->retry_ns)
		clbd_recording_data(r);
	if (r->phase != CLBD_RECORDING)
		return;
	if (r->plan.duration_ns && now - r->started_ns >= r->plan.duration_ns) {
		clb_log(CLB_LEVEL_INFO, "session %s: its duration is over", r->plan.name);
		clbd_recording_stop(r, false);
		return;
	}
	if (clbd_recording_is_changing(r) && now >= r->change_ns)
		clbd_recording_look_at_change(r);
	clbd_recording_rotate_in_time(r, now);
}

uint64_t clbd_recording_deadline(const struct clbd_recording *r)
{
	uint64_t next = UINT64_MAX;

	if (r->phase == CLBD_CLOSING)
		return r->deadline_ns;
	if (r->paused)
		next = r->retry_ns;
	if (r->phase != CLBD_RECORDING)
		return next;
	if (r->plan.duration_ns && r->started_ns + r->plan.duration_ns < next)
		next = r->started_ns + r->plan.duration_ns;
	if (clbd_recording_is_changing(r) && r->change_ns < next)
		next = r->change_ns;
	if (clbd_recording_rotates_at(r) < next)
		next = clbd_recording_rotates_at(r);
	return next;
}
