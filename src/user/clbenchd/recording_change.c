/* SPDX-License-Identifier: GPL-2.0 */
/* A session that the daemon records: its rotation, and changes while it records. */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "clbenchd.h"
#include "connect.h"
#include "message.h"
#include "nl.h"
#include "quantity.h"
#include "recording_internal.h"
#include "retention.h"

/* How often the kernel is asked whether a change is carried out. */
#define CHANGE_NS	(20 * CLB_NS_PER_MS)

/* How often it is asked for one again. */
#define RESUME_NS	CLB_NS_PER_S

/* How soon a rotation is tried again that was refused. */
#define RETRY_NS	(10 * CLB_NS_PER_S)

/* A chunk that has no more packets than these is not worth another. */
#define OPENING_PACKETS	2

/* --------------------------------------------------------------- rotation */

int clbd_recording_rotate(struct clbd_recording *r, char *why)
{
	uint32_t chunk;
	int ret;

	if (r->rotating)
		return 0;
	ret = clb_nl_rotate(r->d->nl, &r->channel.session, &chunk);
	r->rotating = !ret;
	if (ret)
		snprintf(why, CLBD_WHY, "%s%s", clb_nl_why(r->d->nl), clb_advice(ret));
	return ret;
}

static void rotate_by_itself(struct clbd_recording *r)
{
	char why[CLBD_WHY];

	if (!clbd_recording_rotate(r, why))
		return;
	clb_log(CLB_LEVEL_WARNING, "session %s: cannot rotate: %s", r->plan.name, why);
	r->rotate_ns = clbd_now_ns() + RETRY_NS;
}

uint64_t clbd_recording_rotates_at(const struct clbd_recording *r)
{
	uint64_t at = r->chunk_ns + r->plan.rotate_time_ns;

	if (!r->plan.rotate_time_ns || r->rotating)
		return UINT64_MAX;
	return at > r->rotate_ns ? at : r->rotate_ns;
}

void clbd_recording_rotate_in_time(struct clbd_recording *r, uint64_t now)
{
	if (now < clbd_recording_rotates_at(r))
		return;
	if (r->chunks.packets - r->chunk_packets < OPENING_PACKETS)
		r->chunk_ns = now;
	else
		rotate_by_itself(r);
}

void clbd_recording_rotate_at_size(struct clbd_recording *r)
{
	if (r->plan.rotate_size_bytes && !r->rotating && r->phase == CLBD_RECORDING &&
	    r->chunks.open && r->chunks.writer.bytes >= r->plan.rotate_size_bytes &&
	    clbd_now_ns() >= r->rotate_ns)
		rotate_by_itself(r);
}

/* ----------------------------------------------------------------- changes */

/* From now on it is so. */
static void adopt(struct clbd_recording *r, struct clbd_plan *plan)
{
	clbd_plan_free(&r->plan);
	r->plan = *plan;
	*plan = (struct clbd_plan){ 0 };
	r->channel.sync = r->plan.sync ? clbd_recording_sync : NULL;
	clbd_recording_save(r);
	clbd_retention_apply(r);
	clbd_recording_rotate_at_size(r);
	clb_log(CLB_LEVEL_INFO, "session %s: changed", r->plan.name);
}

/* The metadata must tell of events before the first record of them comes. */
static int describe(struct clbd_recording *r, const struct clbd_plan *plan, char *why)
{
	struct clbd_stream stream, before;
	struct clb_session now;
	int ret;

	ret = clb_nl_session(r->d->nl, r->channel.session.id, &now);
	if (ret) {
		snprintf(why, CLBD_WHY, "%s", clb_nl_why(r->d->nl));
		return ret;
	}
	ret = clbd_stream_choose(&stream, r->d->nl, plan, &now, why);
	clb_session_free(&now);
	if (ret) {
		clbd_stream_free(&stream);
		return ret;
	}
	/* The new one is kept where the old one was: the writer looks there. */
	before = r->stream;
	r->stream = stream;
	ret = clbd_chunks_describe(&r->chunks, &r->stream);
	if (ret) {
		snprintf(why, CLBD_WHY, "cannot write the metadata: %s", strerror(-ret));
		r->stream = before;
		before = stream;
	}
	clbd_stream_free(&before);
	return ret;
}

/* It goes on recording what it did. */
static void take_back(struct clbd_recording *r)
{
	char why[CLBD_WHY];

	if (describe(r, &r->plan, why))
		clb_log(CLB_LEVEL_WARNING, "session %s: %s", r->plan.name, why);
	clbd_recording_save(r);
}

static void change_done(struct clbd_recording *r, const char *why)
{
	r->changing = 0;
	if (why) {
		clb_log(CLB_LEVEL_WARNING, "session %s: cannot be changed: %s", r->plan.name, why);
		clbd_plan_free(&r->change_plan);
		take_back(r);
	} else {
		adopt(r, &r->change_plan);
	}
	clbd_control_changed(r, why);
}

/* Before the kernel was asked their modules may have been loaded anew. */
static void describe_again(struct clbd_recording *r)
{
	int ret = clbd_stream_renew(&r->stream, r->d->nl);

	if (ret > 0)
		ret = clbd_chunks_describe(&r->chunks, &r->stream);
	if (ret < 0)
		clbd_recording_fail(r, "cannot write the metadata: %s", strerror(-ret));
}

static int ask_kernel(struct clbd_recording *r, const struct clbd_plan *plan, bool events,
		      uint32_t *number, char *why)
{
	struct clb_session_change change = {
		.events = r->stream.names,
		.nr_events = events ? r->stream.nr_names : 0,
		.mem_max = plan->mem_max_bytes,
		.flush_period_ms = plan->flush_period_ms,
		.linger_ms = plan->linger_ms,
		.has_linger = plan->has_linger,
	};
	int ret;

	ret = clb_nl_session_set(r->d->nl, &r->channel.session, &change, number);
	/* What it says of another change that is under way is advice enough. */
	if (ret)
		snprintf(why, CLBD_WHY, "%s%s", clb_nl_why(r->d->nl),
			 ret == -EBUSY ? "" : clb_advice(ret));
	return ret;
}

static bool same_events(const struct clbd_plan *a, const struct clbd_plan *b)
{
	size_t i;

	if (a->nr_events != b->nr_events)
		return false;
	for (i = 0; i < a->nr_events && !strcmp(a->events[i], b->events[i]); i++)
		;
	return i == a->nr_events;
}

/* @plan may be that of the change that is resumed. */
static int change(struct clbd_recording *r, const struct clbd_plan *plan, char *why)
{
	bool events = !same_events(&r->plan, plan);
	struct clbd_plan copy;
	uint32_t number;
	int ret;

	if (r->phase != CLBD_RECORDING) {
		snprintf(why, CLBD_WHY, "it does not record now");
		return -ESHUTDOWN;
	}
	snprintf(why, CLBD_WHY, "%s", strerror(ENOMEM));
	ret = clbd_plan_copy(&copy, plan);
	if (!ret && events)
		ret = describe(r, plan, why);
	if (!ret && events)
		clbd_recording_save_as(r, &copy);
	if (!ret)
		ret = ask_kernel(r, plan, events, &number, why);
	if (ret) {
		clbd_plan_free(&copy);
		/* What an earlier daemon asked for may yet begin: that stays described. */
		if (events && r->phase == CLBD_RECORDING && ret == -EBUSY)
			clbd_recording_save(r);
		else if (events && r->phase == CLBD_RECORDING)
			take_back(r);
		return ret;
	}
	if (events) {
		describe_again(r);
		r->changing = number;
		clbd_plan_free(&r->change_plan);
		r->change_plan = copy;
		r->change_ns = clbd_now_ns();
	} else {
		adopt(r, &copy);
	}
	return 0;
}

int clbd_recording_set(struct clbd_recording *r, const struct clbd_plan *plan, char *why)
{
	if (!clbd_recording_is_changing(r))
		return change(r, plan, why);
	snprintf(why, CLBD_WHY, "another change is under way; try again");
	return -EBUSY;
}

/* Nobody knows how far the daemon before has come; to ask twice does no harm. */
static void resume(struct clbd_recording *r)
{
	char why[CLBD_WHY];
	int ret;

	ret = change(r, &r->change_plan, why);
	/* The kernel still carries it out. */
	if (ret == -EBUSY) {
		r->change_ns = clbd_now_ns() + RESUME_NS;
		return;
	}
	r->resumes = false;
	if (r->changing)
		return;
	clbd_plan_free(&r->change_plan);
	clbd_recording_save(r);
	if (ret)
		clb_log(CLB_LEVEL_WARNING, "session %s: cannot be changed: %s", r->plan.name, why);
}

void clbd_recording_look_at_change(struct clbd_recording *r)
{
	struct clb_session now;
	char why[CLBD_WHY];
	int ret;

	r->change_ns = clbd_now_ns() + CHANGE_NS;
	if (r->resumes) {
		resume(r);
		return;
	}
	ret = clb_nl_session(r->d->nl, r->channel.session.id, &now);
	if (ret) {
		snprintf(why, sizeof(why), "%s", clb_nl_why(r->d->nl));
		change_done(r, why);
		return;
	}
	if (now.changed >= r->changing && now.change_error) {
		snprintf(why, sizeof(why), "%s: %s", now.change_message,
			 strerror(now.change_error));
		change_done(r, why);
	} else if (now.changed >= r->changing) {
		change_done(r, NULL);
	}
	clb_session_free(&now);
}
