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
 * @json: where the summary goes as JSON, NULL: nowhere
 * @json_file: name of that file, NULL: standard output
 */
struct clb_report {
	const char *dir;
	bool quiet;
	bool strict;
	FILE *json;
	const char *json_file;
};

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
