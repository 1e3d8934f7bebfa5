/* SPDX-License-Identifier: GPL-2.0 */
/* A session that the daemon records: its packets, and the disk that is full. */

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "clbenchd.h"
#include "connect.h"
#include "message.h"
#include "quantity.h"
#include "recording_internal.h"
#include "retention.h"

/* How often a full disk is tried again. */
#define RETRY_NS	CLB_NS_PER_S

int clbd_recording_store(void *arg, const void *packet, size_t size)
{
	struct clbd_recording *r = arg;
	bool opens = clbd_chunks_opens(packet, size);

	/* As if the disk were full: the kernel keeps what comes. */
	if (r->disk && r->disk->low && !r->gave_up)
		r->store_error = -ENOSPC;
	else
		r->store_error = clbd_chunks_put(&r->chunks, packet, size);
	if (r->store_error || !opens)
		return r->store_error;
	r->chunk_ns = clbd_now_ns();
	r->chunk_packets = r->chunks.packets;
	/* The first one was not asked for. */
	if (r->chunks.number > 1) {
		r->rotating = false;
		clb_log(CLB_LEVEL_INFO, "session %s: chunk %" PRIu32 " is closed, %" PRIu32 " is open",
			r->plan.name, r->chunks.number - 1, r->chunks.number);
		clbd_control_rotated(r);
		clbd_retention_apply(r);
	}
	return 0;
}

int clbd_recording_sync(void *arg)
{
	struct clbd_recording *r = arg;
	int ret;

	ret = clbd_chunks_sync(&r->chunks);
	/* Else it stays: the packet behind those may have found the disk full. */
	if (ret) {
		r->store_error = ret;
		r->sync_failed = true;
	}
	return ret;
}

/* Not if it shows when all is put on the disk: the kernel tells that once, and
 * what it could not put there may be gone from its cache as well.
 */
static bool is_full(const struct clbd_recording *r)
{
	return !r->sync_failed && (r->store_error == -ENOSPC || r->store_error == -EDQUOT);
}

static void on_full(struct clbd_recording *r)
{
	if (r->phase == CLBD_STARTING) {
		clbd_recording_fail(r, "cannot write %s: %s; make room, see min_free in clbenchd.conf(5)",
				    r->chunks.dir, strerror(-r->store_error));
		return;
	}
	/* Perhaps closed chunks may go: then there is room at once. */
	if (!r->paused)
		clbd_retention_make_room(r->d);
	r->retry_ns = clbd_now_ns() + RETRY_NS;
	if (r->paused)
		return;
	r->paused = true;
	/* It stays readable, and is not looked at before the retry. */
	clbd_unwatch(&r->d->loop, &r->watch);
	clb_log(CLB_LEVEL_WARNING, "session %s: cannot write %s: %s; paused: make room, and recording goes on by itself",
		r->plan.name, r->chunks.dir, strerror(-r->store_error));
}

static void on_room(struct clbd_recording *r)
{
	r->paused = false;
	if (clbd_watch(&r->d->loop, &r->watch, clb_channel_fd(&r->channel)))
		clbd_recording_fail(r, "cannot watch its socket: %s", strerror(errno));
	clb_log(CLB_LEVEL_NOTICE, "session %s: there is room again: recording goes on",
		r->plan.name);
}

static void on_refused(struct clbd_recording *r, int error)
{
	if (r->has_last || r->phase == CLBD_CLOSING)
		return;
	/* It has ended; the notification that comes says how. */
	if (error == -ENOENT)
		clbd_recording_phase(r, CLBD_CLOSING);
	else if (error == -EPERM)
		clbd_recording_fail(r, "recording broke off: another reader has taken over; see clbench-ctl status");
	else
		clbd_recording_fail(r, "recording broke off: %s%s", clb_channel_why(&r->channel),
				    clb_advice(error));
}

void clbd_recording_data(struct clbd_recording *r)
{
	int ret;

	r->store_error = 0;
	ret = clb_channel_receive(&r->channel);
	if (r->store_error && is_full(r) && !r->plan.stop_when_full && r->phase < CLBD_CLOSING) {
		on_full(r);
		return;
	}
	if (r->store_error) {
		clbd_recording_fail(r, "cannot write %s: %s; free space, or choose another trace_dir",
				    r->chunks.dir, strerror(-r->store_error));
		return;
	}
	if (r->paused)
		on_room(r);
	if (ret) {
		on_refused(r, ret);
		return;
	}
	if (r->phase == CLBD_STARTING && r->channel.stored)
		clbd_recording_started(r);
	if (r->plan.max_size_bytes && clbd_chunks_bytes(&r->chunks) >= r->plan.max_size_bytes &&
	    r->phase == CLBD_RECORDING) {
		clb_log(CLB_LEVEL_INFO, "session %s: its trace is as large as it may be",
			r->plan.name);
		clbd_recording_stop(r, false);
	}
	clbd_recording_rotate_at_size(r);
	if (r->channel.last && r->phase < CLBD_CLOSING)
		clbd_recording_phase(r, CLBD_CLOSING);
}

void clbd_recording_ready(void *arg, uint32_t events)
{
	struct clbd_recording *r = arg;

	(void)events;
	clbd_recording_data(r);
}
