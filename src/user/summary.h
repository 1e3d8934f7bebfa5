/* SPDX-License-Identifier: GPL-2.0 */
/* What "record" says at its end. */
#ifndef CLB_SUMMARY_H
#define CLB_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "session.h"

/* Longest advice, with its NUL. */
#define CLB_ADVICE_TEXT	160

/**
 * struct clb_summary - a recording that is over
 * @dir: the trace
 * @session: with the final counters; only its name and uuid if @counted is not
 * @counted: the final counters are known
 * @measured: so are nodes and memory, which the trace does not tell
 * @whole: the trace has its end, nothing failed
 * @gave_up: the user did not want to wait for what was left
 * @duration_ns: from the probes on to the probes off
 * @batches: packets of the trace
 * @bytes: of them
 * @has_command: there was a COMMAND and it has ended
 * @command_status: its status
 */
struct clb_summary {
	const char *dir;
	const struct clb_session *session;
	bool counted;
	bool measured;
	bool whole;
	bool gave_up;
	uint64_t duration_ns;
	uint64_t batches;
	uint64_t bytes;
	bool has_command;
	int command_status;
};

/**
 * clb_summary_complete() - tell whether nothing is missing
 * @summary: the recording
 *
 * Return: true if every record is in the trace.
 */
bool clb_summary_complete(const struct clb_summary *summary);

/**
 * clb_summary_print() - write it for people
 * @summary: the recording
 * @out: where to
 * @quiet: only what is missing
 */
void clb_summary_print(const struct clb_summary *summary, FILE *out, bool quiet);

/**
 * clb_summary_json() - write it as JSON, on one line
 * @summary: the recording
 * @out: where to
 */
void clb_summary_json(const struct clb_summary *summary, FILE *out);

/**
 * clb_summary_advice() - tell what would have kept what was discarded
 * @summary: the recording
 * @text: gets it
 *
 * Return: true if there is something to say.
 */
bool clb_summary_advice(const struct clb_summary *summary, char text[CLB_ADVICE_TEXT]);

#endif /* CLB_SUMMARY_H */
