/* SPDX-License-Identifier: GPL-2.0 */
/* The command lines of "record", "start" and "set". */

#include "record_options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "option_value.h"
#include "options.h"
#include "select.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

/* The commands; an option belongs to one or more. */
#define RECORD	1u
#define START	2u
#define SET	4u
#define DAEMON	(START | SET)
#define ALL	(RECORD | START | SET)

static const struct row {
	unsigned int commands;
	struct clb_option option;
} rows[] = {
	{ RECORD, { 'e', "event", "EVENTS", "names, globs, groups (" CLB_SELECT_DEFAULT ")" } },
	{ DAEMON, { 'e', "event", "EVENTS", "names, globs, groups" } },
	{ RECORD, { 'o', "output", "DIR", "the trace (./clbench-YYYYmmdd-HHMMSS)" } },
	{ START, { 'o', "output", "NAME", "directory below the daemon's (NAME-YYYYmmdd-HHMMSS)" } },
	{ RECORD, { 's', "session", "NAME", "name of the session (record-PID)" } },
	{ RECORD, { 'u', "user", "USER", "who runs COMMAND and owns the trace" } },
	{ RECORD, { CLB_KEY_DURATION, "duration", "TIME",
		    "end after this time: us, ms, s, m, h, d" } },
	{ DAEMON, { CLB_KEY_DURATION, "duration", "TIME",
		    "end after this time: us, ms, s, m, h, d; 0: never" } },
	{ RECORD, { CLB_KEY_MAX_SIZE, "max-size", "SIZE", "end at this size: k, M, G" } },
	{ DAEMON, { CLB_KEY_MAX_SIZE, "max-size", "SIZE", "end at this size: k, M, G; 0: never" } },
	{ RECORD | START, { CLB_KEY_NR_NODE, "nr-node", "N", "nodes that a list starts with" } },
	{ RECORD | START, { CLB_KEY_NODE_NR_COMPOSED, "node-nr-composed", "N",
			    "records per node" } },
	{ ALL, { CLB_KEY_MEM_MAX, "mem-max", "SIZE", "most memory in the kernel" } },
	{ ALL, { CLB_KEY_FLUSH_PERIOD, "flush-period", "TIME", "latest time to a flush (ms)" } },
	{ RECORD | START, { CLB_KEY_WINDOW, "window", "N", "most batches under way" } },
	{ RECORD, { CLB_KEY_LINGER, "linger", "TIME",
		    "how long the session waits for attach if record dies (30s)" } },
	{ DAEMON, { CLB_KEY_LINGER, "linger", "TIME",
		    "how long the session waits if the daemon dies" } },
	{ ALL, { CLB_KEY_SYNC, "sync", NULL, "let the kernel forget only what is on the disk" } },
	{ DAEMON, { CLB_KEY_NO_SYNC, "no-sync", NULL, "let it forget what was written" } },
	{ RECORD, { CLB_KEY_ON_FULL, "on-full", "pause|stop",
		    "what to do when the disk is full (stop)" } },
	{ START, { CLB_KEY_ON_FULL, "on-full", "pause|stop",
		   "what to do when the disk is full (pause)" } },
	{ SET, { CLB_KEY_ON_FULL, "on-full", "pause|stop", "what to do when the disk is full" } },
	{ RECORD, { CLB_KEY_STRICT, "strict", NULL, "exit with 125 if a record was discarded" } },
	{ DAEMON, { CLB_KEY_STRICT, "strict", NULL,
		    "let stop exit with 1 if a record was discarded" } },
	{ DAEMON, { CLB_KEY_NO_STRICT, "no-strict", NULL, "let it exit with 0" } },
	{ DAEMON, { CLB_KEY_ROTATE_SIZE, "rotate-size", "SIZE",
		    "begin a new chunk at this size; 0: never" } },
	{ DAEMON, { CLB_KEY_ROTATE_TIME, "rotate-time", "TIME",
		    "begin a new chunk after this time; 0: never" } },
	{ DAEMON, { CLB_KEY_KEEP, "keep", "N", "closed chunks that stay; 0: all" } },
	{ DAEMON, { CLB_KEY_KEEP_SIZE, "keep-size", "SIZE", "bytes of them that stay; 0: all" } },
	{ DAEMON, { CLB_KEY_KEEP_AGE, "keep-age", "TIME", "how long they stay; 0: for ever" } },
	{ RECORD, { 'q', "quiet", NULL, "say nothing but errors and losses" } },
	{ RECORD, { CLB_KEY_JSON, "json", "[FILE]", "summary as JSON, to stdout or FILE" } },
	/* These are known so that it can be said why not. */
	{ SET, { 'o', "output", "NAME", NULL } },
	{ SET, { CLB_KEY_NR_NODE, "nr-node", "N", NULL } },
	{ SET, { CLB_KEY_NODE_NR_COMPOSED, "node-nr-composed", "N", NULL } },
	{ SET, { CLB_KEY_WINDOW, "window", "N", NULL } },
	{ DAEMON, { 's', "session", "NAME", NULL } },
	{ DAEMON, { 'u', "user", "USER", NULL } },
	{ DAEMON, { 'q', "quiet", NULL, NULL } },
	{ DAEMON, { CLB_KEY_JSON, "json", "[FILE]", NULL } },
};

/* One more for the end. */
struct table {
	struct clb_option list[ARRAY_SIZE(rows) + 1];
};

static void make_table(struct table *table, unsigned int command)
{
	struct clb_option *o = table->list;

	memset(table, 0, sizeof(*table));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].commands & command)
			*o++ = rows[i].option;
}

static unsigned int command_of(char **argv)
{
	if (!strcmp(argv[0], "start"))
		return START;
	return strcmp(argv[0], "set") ? RECORD : SET;
}

/* Is it known only to be refused? Then return the exit status, else -1. */
static int refuse(const struct clb_options *o)
{
	const struct clb_option *option = o->table;
	const char *why = "cannot be changed while the session lives";

	while (option->key != o->key)
		option++;
	if (option->help)
		return -1;
	if (o->key == 's')
		why = "the session's name is the operand";
	else if (o->key == 'u')
		why = "the daemon owns the trace, and runs no COMMAND";
	else if (o->key == 'q')
		why = "the daemon says nothing here while it records";
	else if (o->key == CLB_KEY_JSON)
		why = "the summary comes from stop, the counters from status --json";
	return clb_options_usage(o->argv[0], "--%s: %s", option->name, why);
}

static int take_events(struct clb_record_options *options, const struct clb_options *o)
{
	const char **lists;

	lists = reallocarray(options->lists, options->nr_lists + 1, sizeof(*lists));
	if (!lists)
		return clb_fail(CLB_EXIT_RECORDING, "%s", strerror(ENOMEM));
	options->lists = lists;
	lists[options->nr_lists++] = o->value;
	return -1;
}

/* The daemon has one directory for all traces, and this is a name in it. */
static int take_output(struct clb_record_options *options, const struct clb_options *o)
{
	options->dir = o->value;
	if (!*o->value)
		return clb_option_refuse(o, "directory", "is no name");
	if (command_of(o->argv) == RECORD)
		return -1;
	if (strchr(o->value, '/') || *o->value == '.')
		return clb_option_refuse(o, "directory",
					 "must be a name below the daemon's directory, without / and no . before it");
	return -1;
}

static int take_name(struct clb_record_options *options, const struct clb_options *o,
		     const char *name)
{
	snprintf(options->name, sizeof(options->name), "%s", name);
	return clb_option_session(o, name);
}

static int take_letter(struct clb_record_options *options, const struct clb_options *o)
{
	switch (o->key) {
	case 'e':
		return take_events(options, o);
	case 'o':
		return take_output(options, o);
	case 's':
		return take_name(options, o, o->value);
	case 'u':
		options->user = o->value;
		return -1;
	case 'q':
		options->quiet = true;
		return -1;
	}
	return CLB_EXIT_USAGE;
}

/* What says how to store; the daemon takes 0 for never, or for all. */
static int take_storing(struct clb_record_options *options, const struct clb_options *o)
{
	bool zero = command_of(o->argv) != RECORD;

	switch (o->key) {
	case CLB_KEY_DURATION:
		return clb_option_time(o, "--duration", zero, &options->duration_ns);
	case CLB_KEY_MAX_SIZE:
		return clb_option_size(o, "--max-size", zero, &options->max_bytes);
	case CLB_KEY_SYNC:
	case CLB_KEY_NO_SYNC:
		options->sync = o->key == CLB_KEY_SYNC;
		return -1;
	case CLB_KEY_ON_FULL:
		return clb_option_on_full(o, &options->pause);
	case CLB_KEY_STRICT:
	case CLB_KEY_NO_STRICT:
		options->strict = o->key == CLB_KEY_STRICT;
		return -1;
	case CLB_KEY_ROTATE_SIZE:
		return clb_option_size(o, "--rotate-size", zero, &options->rotate_bytes);
	case CLB_KEY_ROTATE_TIME:
		return clb_option_time(o, "--rotate-time", zero, &options->rotate_ns);
	case CLB_KEY_KEEP:
		return clb_option_number(o, "--keep", 0, 1000000, &options->keep);
	case CLB_KEY_KEEP_SIZE:
		return clb_option_size(o, "--keep-size", zero, &options->keep_bytes);
	case CLB_KEY_KEEP_AGE:
		return clb_option_time(o, "--keep-age", zero, &options->keep_age_ns);
	case CLB_KEY_JSON:
		options->json = true;
		options->json_file = o->value;
		return -1;
	}
	return CLB_EXIT_USAGE;
}

/* Return -1 to go on, else the exit status. */
static int take_option(struct clb_record_options *options, const struct clb_options *o)
{
	struct clb_config *config = &options->config;

	if (o->key < CLB_OPTION_LONG)
		return take_letter(options, o);
	options->given |= 1u << (o->key - CLB_OPTION_LONG);
	switch (o->key) {
	case CLB_KEY_NR_NODE:
		return clb_option_number(o, "--nr-node", 2, 65536, &config->nr_node);
	case CLB_KEY_NODE_NR_COMPOSED:
		return clb_option_number(o, "--node-nr-composed", 16, 65536,
					 &config->node_nr_composed);
	case CLB_KEY_MEM_MAX:
		return clb_option_size(o, "--mem-max", false, &config->mem_max);
	case CLB_KEY_FLUSH_PERIOD:
		return clb_option_flush_period(o, &config->flush_period_ms);
	case CLB_KEY_WINDOW:
		return clb_option_number(o, "--window", 1, 1024, &config->window);
	case CLB_KEY_LINGER:
		config->has_linger = true;
		return clb_option_linger(o, &config->linger_ms);
	}
	return take_storing(options, o);
}

static int take_command(struct clb_record_options *options, const struct clb_options *o)
{
	static const char *const events = CLB_SELECT_DEFAULT;
	const struct clb_options standard = { .argv = o->argv, .value = events };

	if (optind < o->argc)
		options->command = o->argv + optind;
	if (options->command && !options->command[0][0])
		return clb_options_usage("record", "COMMAND is empty");
	if (!options->name[0])
		snprintf(options->name, sizeof(options->name), "record-%d", (int)getpid());
	return options->nr_lists ? -1 : take_events(options, &standard);
}

/* One NAME, and something to be set. */
static int take_session(struct clb_record_options *options, const struct clb_options *o)
{
	const char *command = o->argv[0];

	if (optind == o->argc)
		return clb_options_usage(command, "name the session");
	if (optind + 1 < o->argc)
		return clb_options_usage(command, "more than one session; the daemon runs no COMMAND");
	if (command_of(o->argv) == SET && !options->given && !options->nr_lists)
		return clb_options_usage(command, "there is nothing to set");
	return take_name(options, o, o->argv[optind]);
}

int clb_record_options_parse(struct clb_record_options *options, int argc, char **argv)
{
	struct clb_options o;
	struct table table;
	int status;

	*options = (struct clb_record_options){ 0 };
	make_table(&table, command_of(argv));
	clb_options_init(&o, argc, argv, table.list);
	if (command_of(argv) == RECORD)
		o.hint = " (put -- before a COMMAND that has options)";
	while (clb_options_next(&o)) {
		status = refuse(&o);
		if (status < 0)
			status = take_option(options, &o);
		if (status >= 0)
			return status;
	}
	if (o.status >= 0)
		return o.status;
	options->config.name = options->name;
	if (command_of(argv) == RECORD)
		return take_command(options, &o);
	return take_session(options, &o);
}

void clb_record_options_free(struct clb_record_options *options)
{
	free(options->lists);
	options->lists = NULL;
}
