/* SPDX-License-Identifier: GPL-2.0 */
/* Which sessions the daemon shall have: of the one before, at its start, after a reload. */

#include "reload.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

#include "clbenchd.h"
#include "message.h"
#include "nl.h"

/* A reader that dies is gone at once; one that hands over is. */
#define ATTACH_TRIES	50
#define ATTACH_WAIT_MS	100

/* --------------------------------------------------------------- those left over */

/* Return 0; -ENOENT: there is none; another negative errno: nobody knows. */
static int find_session(struct clbd *d, const struct clbd_state *state,
			struct clb_session *session)
{
	struct clb_sessions sessions;
	int ret;

	ret = clb_nl_sessions(d->nl, &sessions);
	if (ret)
		return ret;
	ret = -ENOENT;
	for (size_t i = 0; i < sessions.nr && ret == -ENOENT; i++)
		if (!memcmp(sessions.list[i].uuid, state->uuid, sizeof(state->uuid)))
			ret = clb_nl_session(d->nl, sessions.list[i].id, session);
	clb_sessions_free(&sessions);
	return ret;
}

static void adopt(void *arg, struct clbd_state *state)
{
	const char *name = state->plan.name;
	struct clb_session session;
	struct clbd *d = arg;
	char why[CLBD_WHY];
	int ret;

	ret = find_session(d, state, &session);
	for (int try = 0; ret && ret != -ENOENT && try < ATTACH_TRIES; try++) {
		poll(NULL, 0, ATTACH_WAIT_MS);
		ret = find_session(d, state, &session);
	}
	if (ret && ret != -ENOENT) {
		clb_log(CLB_LEVEL_ERROR, "session %s: cannot ask the kernel for it: %s; see clbench-ctl status",
			name, clb_nl_why(d->nl));
		return;
	}
	if (ret) {
		clb_log(CLB_LEVEL_WARNING, "session %s: it ended while no daemon ran; see clbench-ctl verify %s",
			name, state->dir);
		clbd_state_remove(d->state_dir, name);
		return;
	}
	ret = clbd_recording_attach(d, state, &session, why);
	/* Only before we are ready, and only while another one still has it. */
	for (int try = 0; (ret == -EBUSY || ret == -EAGAIN) && try < ATTACH_TRIES; try++) {
		poll(NULL, 0, ATTACH_WAIT_MS);
		ret = clbd_recording_attach(d, state, &session, why);
	}
	clb_session_free(&session);
	if (ret)
		clb_log(CLB_LEVEL_ERROR, "session %s: cannot go on with it: %s; see clbench-ctl status",
			name, why);
}

void clbd_adopt_sessions(struct clbd *d)
{
	int ret = clbd_state_each(d->state_dir, adopt, d);

	if (ret)
		clb_log(CLB_LEVEL_WARNING, "cannot read %s: %s; sessions of a daemon before are not gone on with",
			d->state_dir, strerror(-ret));
}

void clbd_look_at_sessions(struct clbd *d)
{
	struct clb_session session;

	for (struct clbd_recording *r = d->recordings; r; r = r->next) {
		if (r->phase == CLBD_OVER)
			continue;
		if (clb_nl_session(d->nl, r->channel.session.id, &session) == -ENOENT) {
			/* Its last counters are lost: the trace has them. */
			session = (struct clb_session){ .id = r->channel.session.id };
			session.state = CLBENCH_STATE_ENDED;
			clbd_recording_on_session(r, &session);
			r->has_last = false;
		} else {
			clb_session_free(&session);
		}
	}
}

/* ----------------------------------------------------------------- configuration */

static void start(struct clbd *d, const struct clbd_plan *plan)
{
	struct clbd_recording *r;
	char why[CLBD_WHY];

	if (clbd_recording_start(d, plan, true, &r, why))
		clb_log(CLB_LEVEL_ERROR, "session %s: cannot start it: %s", plan->name, why);
}

void clbd_start_at_boot(struct clbd *d)
{
	/* Told to end, it would wait for these, too. */
	if (d->stopping)
		return;
	for (size_t i = 0; i < d->conf.nr_sections; i++) {
		const struct clbd_section *section = &d->conf.sections[i];

		if (section->boot && !clbd_recording_find(d, section->plan.name))
			start(d, &section->plan);
	}
}

/* What was set by hand since stays only where the file has not changed. */
static void change(struct clbd_recording *r, const struct clbd_section *before,
		   const struct clbd_section *now)
{
	const char *key = clbd_plan_differs(&before->plan, &now->plan, false);
	char why[CLBD_WHY];
	int ret;

	if (key)
		clb_log(CLB_LEVEL_NOTICE, "session %s: %s takes effect when it is started anew",
			r->plan.name, key);
	if (!clbd_plan_differs(&before->plan, &now->plan, true) && !r->lags)
		return;
	ret = clbd_recording_set(r, &now->plan, why);
	r->lags = ret;
	if (ret)
		clb_log(CLB_LEVEL_ERROR, "session %s: cannot be changed: %s; reload again",
			r->plan.name, why);
}

static void look_at_recordings(struct clbd *d, const struct clbd_conf *before)
{
	const struct clbd_section *old, *now;

	for (struct clbd_recording *r = d->recordings; r; r = r->next) {
		old = clbd_conf_section(before, r->plan.name);
		now = clbd_conf_section(&d->conf, r->plan.name);
		if (old && now) {
			change(r, old, now);
		} else if (old && r->boot) {
			clb_log(CLB_LEVEL_NOTICE, "session %s: is not in %s any more: it ends",
				r->plan.name, d->conf_path);
			clbd_recording_stop(r, false);
		}
	}
}

void clbd_reload(struct clbd *d)
{
	struct clbd_conf before = d->conf, fresh;
	char why[CLBD_WHY];

	if (clbd_conf_read(&fresh, d->conf_path, d->conf_may_miss, why)) {
		clb_log(CLB_LEVEL_ERROR, "cannot use the configuration: %s; the one before stays", why);
		return;
	}
	if (strcmp(before.trace_dir, fresh.trace_dir))
		clb_log(CLB_LEVEL_NOTICE, "trace_dir takes effect for sessions that start from now on");
	d->conf = fresh;
	d->space_ns = 0;
	clb_log(CLB_LEVEL_NOTICE, "%s was read again", d->conf_path);
	look_at_recordings(d, &before);
	clbd_start_at_boot(d);
	clbd_conf_free(&before);
}
