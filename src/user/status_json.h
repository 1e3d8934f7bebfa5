/* SPDX-License-Identifier: GPL-2.0 */
/* The document of "status --json": the sessions, as kernel and daemon see them. */
#ifndef CLB_STATUS_JSON_H
#define CLB_STATUS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "session.h"

/**
 * struct clb_status_trace - what the daemon knows of a session's trace
 * @dir: directory of its chunks
 * @chunk: number of the open one
 * @chunks: how many there are
 * @bytes: of all of them
 * @paused: there is no room, and the daemon waits for it
 * @max_size_bytes: as set, 0: no limit; so for the following
 * @rotate_size_bytes: of a chunk
 * @rotate_time_ns: of a chunk
 * @keep: closed chunks that stay
 * @keep_size_bytes: of them
 * @keep_age_ns: of each
 * @removed_chunks: that were too many, too large or too old
 * @removed_bytes: of them
 */
struct clb_status_trace {
	const char *dir;
	uint64_t chunk;
	uint64_t chunks;
	uint64_t bytes;
	bool paused;
	uint64_t max_size_bytes;
	uint64_t rotate_size_bytes;
	uint64_t rotate_time_ns;
	uint64_t keep;
	uint64_t keep_size_bytes;
	uint64_t keep_age_ns;
	uint64_t removed_chunks;
	uint64_t removed_bytes;
};

/**
 * typedef clb_status_find_trace - find the trace of a session
 * @arg: from struct clb_status
 * @session: the session
 * @trace: gets what is known of it
 *
 * Return: true; false if it is nobody's here.
 */
typedef bool (*clb_status_find_trace)(void *arg, const struct clb_session *session,
				      struct clb_status_trace *trace);

/**
 * struct clb_status - what goes into the document
 * @info: what the module said
 * @sessions: the sessions
 * @installed_version: of the module that is installed, NULL if unknown
 * @daemon_version: NULL if no daemon writes this
 * @daemon_pid: its process
 * @find_trace: NULL if no daemon writes this
 * @arg: for it
 */
struct clb_status {
	const struct clb_info *info;
	const struct clb_sessions *sessions;
	const char *installed_version;
	const char *daemon_version;
	uint32_t daemon_pid;
	clb_status_find_trace find_trace;
	void *arg;
};

/**
 * clb_status_json() - write the document, without a newline
 * @status: what goes into it
 * @out: where to
 */
void clb_status_json(const struct clb_status *status, FILE *out);

#endif /* CLB_STATUS_JSON_H */
