/* SPDX-License-Identifier: GPL-2.0 */
/* What may stand in a session's stream: its events, for the metadata. */
#ifndef CLBD_STREAM_H
#define CLBD_STREAM_H

#include <stdio.h>

#include "event.h"
#include "plan.h"
#include "session.h"

struct clb_nl;

/**
 * struct clbd_stream - the events of a session
 * @all: as the kernel tells them
 * @events: those that may stand in the stream, clbench's own included: views into @all
 * @names: those that are to be recorded: views into @all
 * @nr_names: how many
 */
struct clbd_stream {
	struct clb_events all;
	struct clb_events events;
	const char **names;
	size_t nr_names;
};

/**
 * clbd_stream_choose() - ask the kernel for its events and choose
 * @stream: gets them; freed with clbd_stream_free(), also after a failure
 * @nl: the control socket
 * @plan: which events to record
 * @before: a session whose events may stand in the stream, too; NULL: none
 * @why: gets what is wrong, CLBD_WHY bytes
 *
 * Return: 0; -EINVAL: it names what is not there; -EOPNOTSUPP: what it names cannot
 * be recorded here; another negative errno.
 */
int clbd_stream_choose(struct clbd_stream *stream, struct clb_nl *nl, const struct clbd_plan *plan,
		       const struct clb_session *before, char *why);

/**
 * clbd_stream_adopt() - ask the kernel for the events of a session that there is
 * @stream: gets them; freed with clbd_stream_free(), also after a failure
 * @nl: the control socket
 * @session: the session
 *
 * Return: 0 or a negative errno.
 */
int clbd_stream_adopt(struct clbd_stream *stream, struct clb_nl *nl,
		      const struct clb_session *session);

/**
 * clbd_stream_renew() - ask the kernel for the same events once more
 * @stream: which events; what they are may have changed as long as no session held
 *	their modules. As it was after a failure
 * @nl: the control socket
 *
 * Return: 1; 0: nothing has changed; a negative errno.
 */
int clbd_stream_renew(struct clbd_stream *stream, struct clb_nl *nl);

/**
 * clbd_stream_free() - give back what is behind a stream
 * @stream: the stream; is the zeroed one afterwards
 */
void clbd_stream_free(struct clbd_stream *stream);

/**
 * clbd_stream_metadata() - write the metadata of a chunk
 * @stream: its events
 * @out: where to
 * @session: whose
 * @module_version: of the module that records
 * @clock_offset_ns: CLOCK_REALTIME minus CLOCK_MONOTONIC_RAW
 *
 * Return: 0 or a negative errno.
 */
int clbd_stream_metadata(const struct clbd_stream *stream, FILE *out,
			 const struct clb_session *session, const char *module_version,
			 int64_t clock_offset_ns);

#endif /* CLBD_STREAM_H */
