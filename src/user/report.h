/* SPDX-License-Identifier: GPL-2.0 */
/* The end of a command that recorded: closes the trace, tells what became of it. */
#ifndef CLB_REPORT_H
#define CLB_REPORT_H

#include <stdbool.h>
#include <stdio.h>

struct clb_recorder;

/**
 * struct clb_report - what is wanted at the end
 * @dir: the trace
 * @quiet: only what is missing
 * @strict: a discarded record is a failure
 * @as_json: the summary is wanted as JSON
 * @json_file: name of the file for it, NULL: standard output
 * @json: where it goes, NULL: nowhere; opened by clb_report_open()
 */
struct clb_report {
	const char *dir;
	bool quiet;
	bool strict;
	bool as_json;
	const char *json_file;
	FILE *json;
};

/**
 * clb_report_open() - open the file for the JSON, if one is wanted
 * @report: what is wanted
 *
 * Before anything starts: a name that cannot be written is found out now.
 *
 * Return: 0, or a negative errno, and the user was told.
 */
int clb_report_open(struct clb_report *report);

/**
 * clb_report_close() - close it
 * @report: what was wanted, opened or not
 */
void clb_report_close(struct clb_report *report);

/**
 * clb_report() - close the trace and sum up
 * @report: what is wanted
 * @recorder: the recording, over
 * @status: the exit status so far
 *
 * A trace without any packet is taken away again.
 *
 * Return: the exit status.
 */
int clb_report(const struct clb_report *report, struct clb_recorder *recorder, int status);

#endif /* CLB_REPORT_H */
