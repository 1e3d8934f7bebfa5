/* SPDX-License-Identifier: GPL-2.0 */
/* The command lines of "record", "start" and "set". */
#ifndef CLB_RECORD_OPTIONS_H
#define CLB_RECORD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "session.h"

/* The options without a letter; all that start and set leave to the daemon. */
enum clb_record_key {
	CLB_KEY_DURATION = CLB_OPTION_LONG,
	CLB_KEY_MAX_SIZE,
	CLB_KEY_NR_NODE,
	CLB_KEY_NODE_NR_COMPOSED,
	CLB_KEY_MEM_MAX,
	CLB_KEY_FLUSH_PERIOD,
	CLB_KEY_WINDOW,
	CLB_KEY_LINGER,
	CLB_KEY_SYNC,
	CLB_KEY_NO_SYNC,
	CLB_KEY_ON_FULL,
	CLB_KEY_STRICT,
	CLB_KEY_NO_STRICT,
	CLB_KEY_ROTATE_SIZE,
	CLB_KEY_ROTATE_TIME,
	CLB_KEY_KEEP,
	CLB_KEY_KEEP_SIZE,
	CLB_KEY_KEEP_AGE,
	CLB_KEY_JSON,
};

/**
 * struct clb_record_options - what was asked for
 * @config: the session; its events are still to be filled in
 * @name: the session's name, as @config has it
 * @lists: EVENTS, from one or more -e or by default
 * @nr_lists: how many
 * @dir: the trace, NULL: the default; of start a name below the daemon's directory
 * @user: who runs COMMAND, NULL: the caller
 * @duration_ns: most time, 0: no limit
 * @max_bytes: most bytes, 0: no limit
 * @sync: acknowledge only what is on the disk
 * @pause: wait for room when the disk is full
 * @strict: a discarded record is a failure
 * @rotate_bytes: a new chunk when the open one has so many, 0: never
 * @rotate_ns: a new chunk when the open one is so old, 0: never
 * @keep: closed chunks that stay, 0: all; so for the following
 * @keep_bytes: in all
 * @keep_age_ns: since it was closed
 * @given: bit @key - CLB_OPTION_LONG of each option that was given: what was not,
 *	is left to the daemon
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
	uint64_t rotate_bytes;
	uint64_t rotate_ns;
	uint32_t keep;
	uint64_t keep_bytes;
	uint64_t keep_age_ns;
	uint32_t given;
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
 * The command is @argv[0]. Defaults are set for record alone.
 *
 * Return: -1 if there is something to do, else the exit status; what there was
 * to say was said.
 */
int clb_record_options_parse(struct clb_record_options *options, int argc, char **argv);

/**
 * clb_record_options_given() - tell whether an option was given
 * @options: the options
 * @key: which
 *
 * Return: true if it was.
 */
static inline bool clb_record_options_given(const struct clb_record_options *options,
					    enum clb_record_key key)
{
	return options->given & 1u << (key - CLB_OPTION_LONG);
}

/**
 * clb_record_options_free() - give back what is behind the options
 * @options: the options, may be zeroed
 */
void clb_record_options_free(struct clb_record_options *options);

#endif /* CLB_RECORD_OPTIONS_H */
