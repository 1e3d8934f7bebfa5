/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording from the moment when the kernel is asked to the moment when
 * everything is in the trace.
 *
 * Or from the moment when it takes over what another process had to leave.
 *
 * One thread waits for batches, for the end of sessions, for signals and time:
 *
 *   STARTING   probes are being switched on; the first batch ends it
 *   RECORDING  COMMAND runs; its end, a signal, time or size ends it
 *   DRAINING   probes are off; the last batch ends it, or giving up
 *   CLOSING    nothing more to store; the kernel's last counters end it
 *   OVER
 */
#ifndef CLB_RECORDER_H
#define CLB_RECORDER_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "channel.h"
#include "child.h"
#include "event.h"
#include "trace_writer.h"

struct clb_nl;

enum clb_phase {
	CLB_PHASE_STARTING,
	CLB_PHASE_RECORDING,
	CLB_PHASE_DRAINING,
	CLB_PHASE_CLOSING,
	CLB_PHASE_OVER,
};

/**
 * struct clb_recorder - a recording
 * @control: the control socket
 * @events: what may stand in the stream, for the metadata; clb_recorder_run() asks the
 *	kernel for them once more
 * @module_version: for the metadata
 * @dir: the trace, for messages
 * @command: COMMAND and its arguments; NULL: none
 * @user: who runs it
 * @duration_ns: most time, 0: no limit
 * @max_bytes: most bytes of the trace, 0: no limit
 * @quiet: say nothing but errors
 * @sync: acknowledge only what is on the disk
 * @pause: wait for room when the disk is full
 * @nr_events: that are recorded, for messages
 * @writer: the trace, open
 * @channel: the session
 * @all: the events as they are while the session holds them
 * @stream: of these, those of @events: views into @all
 * @attached: it was taken over
 * @paused: the disk is full
 * @retry_ns: when to try again, while @paused
 * @child: COMMAND
 * @phase: where we are
 * @failed: the recording failed, and the user was told
 * @gave_up: the user did not want to wait for what was left
 * @command_ended: it was COMMAND that ended the recording
 * @listener: the socket that hears how sessions end
 * @store_error: negative errno of the trace
 * @sync_failed: it was not writing that failed, but getting it onto the disk
 * @refused: the kernel refused an acknowledgement
 * @signals: descriptor of signalfd(), -1 if closed
 * @old_mask: blocked signals before
 * @interrupts: times that somebody wanted it to end
 * @started_ns: CLOCK_MONOTONIC when probes were on
 * @stopped_ns: and when they were to go off
 * @deadline_ns: when to stop waiting for the kernel's last counters
 * @progress_ns: when the progress line is due; 0: there is none
 * @progress_shown: the progress line stands on the terminal
 * @last: the session as the kernel told it last
 * @has_last: with the final counters
 */
struct clb_recorder {
	struct clb_nl *control;
	const struct clb_events *events;
	const char *module_version;
	const char *dir;
	char **command;
	struct clb_user user;
	uint64_t duration_ns;
	uint64_t max_bytes;
	bool quiet;
	bool sync;
	bool pause;
	size_t nr_events;
	struct clb_trace_writer writer;

	struct clb_nl *listener;
	struct clb_channel channel;
	struct clb_events all;
	struct clb_events stream;
	bool attached;
	bool paused;
	uint64_t retry_ns;
	struct clb_child child;
	enum clb_phase phase;
	bool failed;
	bool gave_up;
	bool command_ended;
	int store_error;
	bool sync_failed;
	int refused;
	int signals;
	sigset_t old_mask;
	unsigned int interrupts;
	uint64_t started_ns;
	uint64_t stopped_ns;
	uint64_t deadline_ns;
	uint64_t progress_ns;
	bool progress_shown;
	struct clb_session last;
	bool has_last;
};

/**
 * clb_recorder_run() - record
 * @recorder: the recording; the members up to @writer are given, @signals is -1,
 *	others are 0
 * @config: the session
 *
 * Return: the exit status; for 0 and a COMMAND that ended well the caller has
 * yet to look at the counters. What went wrong was said.
 */
int clb_recorder_run(struct clb_recorder *recorder, const struct clb_config *config);

/**
 * clb_recorder_attach() - go on with a recording that another process has left
 * @recorder: as for clb_recorder_run(); @writer is reopened
 * @session: the session, as the kernel told it
 * @tail: the end of the trace, which is cut off behind it
 *
 * Return: the exit status. What went wrong was said.
 */
int clb_recorder_attach(struct clb_recorder *recorder, const struct clb_session *session,
			const struct clb_trace_tail *tail);

/**
 * clb_recorder_free() - give back what a recording holds
 * @recorder: the recording; the trace is closed by the caller
 */
void clb_recorder_free(struct clb_recorder *recorder);

/**
 * clb_recorder_store() - store a packet, the metadata before the first one
 * @recorder: the recording
 * @packet: the packet
 * @size: its bytes
 *
 * Return: 0 or a negative errno.
 */
int clb_recorder_store(struct clb_recorder *recorder, const void *packet, size_t size);

#endif /* CLB_RECORDER_H */
