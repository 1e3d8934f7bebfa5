/* SPDX-License-Identifier: GPL-2.0 */
/* The command line of "record". */
#ifndef CLB_RECORD_OPTIONS_H
#define CLB_RECORD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "session.h"

/**
 * struct clb_record_options - what was asked for
 * @config: the session; its events are still to be filled in
 * @name: the session's name, as @config has it
 * @lists: EVENTS, from one or more -e or by default
 * @nr_lists: how many
 * @dir: the trace, NULL: the default
 * @user: who runs COMMAND, NULL: the caller
 * @duration_ns: most time, 0: no limit
 * @max_bytes: most bytes, 0: no limit
 * @sync: acknowledge only what is on the disk
 * @pause: wait for room when the disk is full
 * @strict: a discarded record is a failure
 * @quiet: say nothing but errors and losses
 * @json: write JSON
 * @json_file: into this file, NULL: standard output
 * @command: COMMAND and its arguments, NULL: none
 */
struct clb_record_options {
	struct clb_config config;
	char name[CLBENCH_NAME_MAX + 1];
	const char **lists;
	size_t nr_lists;
	const char *dir;
	const char *user;
	uint64_t duration_ns;
	uint64_t max_bytes;
	bool sync;
	bool pause;
	bool strict;
	bool quiet;
	bool json;
	const char *json_file;
	char **command;
};

/**
 * clb_record_options_parse() - read the command line
 * @options: gets what was asked for; given back with clb_record_options_free()
 *	also after a failure
 * @argc: as given to the command
 * @argv: as given to the command; must live as long as @options
 *
 * Return: -1 if there is something to record, else the exit status; what there
 * was to say was said.
 */
int clb_record_options_parse(struct clb_record_options *options, int argc, char **argv);

/**
 * clb_record_options_free() - give back what is behind the options
 * @options: the options, may be zeroed
 */
void clb_record_options_free(struct clb_record_options *options);

/**
 * clb_on_full_parse() - read what to do when the disk is full
 * @options: with the value of --on-full
 * @command: name of the command
 * @pause: set if it is to wait
 *
 * Return: -1, or the exit status; what there was to say was said.
 */
int clb_on_full_parse(const struct clb_options *options, const char *command, bool *pause);

#endif /* CLB_RECORD_OPTIONS_H */
