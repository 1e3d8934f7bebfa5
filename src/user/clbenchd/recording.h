/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A session that the daemon records: from the request to the last counters.
 *
 *   STARTING   probes are being switched on; the first batch ends it
 *   RECORDING  a request, time or size ends it
 *   DRAINING   probes are off; the last batch ends it, or giving up
 *   CLOSING    nothing more to store; the kernel's last counters end it
 *   OVER       told to who waits for it, and freed
 */
#ifndef CLBD_RECORDING_H
#define CLBD_RECORDING_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "chunk_writer.h"
#include "loop.h"
#include "plan.h"
#include "state.h"
#include "stream.h"

struct clbd;
struct clbd_disk;

enum clbd_phase {
	CLBD_STARTING,
	CLBD_RECORDING,
	CLBD_DRAINING,
	CLBD_CLOSING,
	CLBD_OVER,
};

/**
 * struct clbd_recording - a session
 * @next: the daemon's next one
 * @d: the daemon
 * @plan: how it shall be
 * @boot: it was started with the daemon
 * @phase: where it is
 * @channel: the session of the kernel
 * @watch: its data socket
 * @stream: its events
 * @chunks: the trace
 * @disk: its file system; NULL: nobody has looked yet
 * @started_ns: CLOCK_MONOTONIC when probes were on; so for all times here
 * @stopped_ns: when they were to go off
 * @deadline_ns: when to stop waiting for the kernel's last counters
 * @chunk_ns: when the open chunk was opened
 * @chunk_packets: @chunks.packets then
 * @rotating: a chunk was asked for and has not come
 * @rotate_ns: not to be asked for before, after a failure
 * @paused: the disk is full, or below the floor
 * @retry_ns: when to try again, while @paused
 * @store_error: negative errno of the trace
 * @sync_failed: it was getting it onto the disk
 * @ending: we told the session to end
 * @gave_up: without what was left
 * @failed: why it failed, NULL: it did not
 * @changing: number of a change that the kernel carries out, 0: none
 * @resumes: a change that the daemon before had begun is to be asked for again
 * @change_plan: how it shall be then, for both
 * @lags: what the configuration tells was refused when it was read again
 * @change_ns: when to look at it again
 * @last: the session as the kernel told it last
 * @has_last: with the final counters
 * @removed_chunks: by retention
 * @removed_bytes: of them
 * @removed_own_bytes: of those that this session stored, not one before it
 */
struct clbd_recording {
	struct clbd_recording *next;
	struct clbd *d;
	struct clbd_plan plan;
	bool boot;
	enum clbd_phase phase;
	struct clb_channel channel;
	struct clbd_watch watch;
	struct clbd_stream stream;
	struct clbd_chunk_writer chunks;
	const struct clbd_disk *disk;
	uint64_t started_ns;
	uint64_t stopped_ns;
	uint64_t deadline_ns;
	uint64_t chunk_ns;
	uint64_t chunk_packets;
	bool rotating;
	uint64_t rotate_ns;
	bool paused;
	uint64_t retry_ns;
	int store_error;
	bool sync_failed;
	bool ending;
	bool gave_up;
	char *failed;
	uint32_t changing;
	bool resumes;
	struct clbd_plan change_plan;
	bool lags;
	uint64_t change_ns;
	struct clb_session last;
	bool has_last;
	uint64_t removed_chunks;
	uint64_t removed_bytes;
	uint64_t removed_own_bytes;
};

/**
 * clbd_recording_start() - open a session
 * @d: the daemon; gets the recording
 * @plan: how it shall be; copied
 * @boot: it is started with the daemon
 * @recording: gets it; it records when its phase is CLBD_RECORDING
 * @why: gets what is wrong, CLBD_WHY bytes: "WHY; WHAT TO DO"
 *
 * Return: 0; -EINVAL, -ERANGE: the plan is wrong; another negative errno.
 */
int clbd_recording_start(struct clbd *d, const struct clbd_plan *plan, bool boot,
			 struct clbd_recording **recording, char *why);

/**
 * clbd_recording_attach() - go on with the session of a daemon that has gone
 * @d: the daemon; gets the recording
 * @state: what that one left
 * @session: the session, as the kernel tells it
 * @why: gets what is wrong, CLBD_WHY bytes
 *
 * Return: 0; -EBUSY: it still has a reader; another negative errno.
 */
int clbd_recording_attach(struct clbd *d, const struct clbd_state *state,
			  const struct clb_session *session, char *why);

/**
 * clbd_recording_find() - find a session of the daemon
 * @d: the daemon
 * @name: of the session
 *
 * Return: the recording, or NULL.
 */
struct clbd_recording *clbd_recording_find(struct clbd *d, const char *name);

/**
 * clbd_recording_stop() - end recording and wait for what the kernel still has
 * @r: the recording
 * @give_up: do not wait
 */
void clbd_recording_stop(struct clbd_recording *r, bool give_up);

/**
 * clbd_recording_rotate() - have the next chunk begun
 * @r: the recording
 * @why: gets what is wrong, CLBD_WHY bytes
 *
 * Return: 0 or a negative errno.
 */
int clbd_recording_rotate(struct clbd_recording *r, char *why);

/**
 * clbd_recording_set() - change how it shall be
 * @r: the recording
 * @plan: how from now on; copied
 * @why: gets what is wrong, CLBD_WHY bytes
 *
 * If @r->changing is not 0 afterwards, the kernel has yet to carry it out.
 *
 * Return: 0; -EBUSY: another change is under way; another negative errno: all is
 * as before.
 */
int clbd_recording_set(struct clbd_recording *r, const struct clbd_plan *plan, char *why);

/**
 * clbd_recording_on_session() - the kernel tells of its session
 * @r: the recording
 * @session: as it is now
 */
void clbd_recording_on_session(struct clbd_recording *r, const struct clb_session *session);

/**
 * clbd_recording_on_time() - do what is due
 * @r: the recording
 * @now: the time
 */
void clbd_recording_on_time(struct clbd_recording *r, uint64_t now);

/**
 * clbd_recording_deadline() - tell when something is due
 * @r: the recording
 *
 * Return: the time, UINT64_MAX: never.
 */
uint64_t clbd_recording_deadline(const struct clbd_recording *r);

/**
 * clbd_recording_free() - let go of a recording; its session, if it lives, lingers
 * @r: the recording, no longer one of the daemon's
 */
void clbd_recording_free(struct clbd_recording *r);

#endif /* CLBD_RECORDING_H */
