/* SPDX-License-Identifier: GPL-2.0 */
/* The command line of "record". */

#include "record_options.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"
#include "options.h"
#include "quantity.h"

#define NAME_LETTERS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

enum key {
	KEY_DURATION = CLB_OPTION_LONG,
	KEY_MAX_SIZE,
	KEY_NR_NODE,
	KEY_NODE_NR_COMPOSED,
	KEY_MEM_MAX,
	KEY_FLUSH_PERIOD,
	KEY_WINDOW,
	KEY_LINGER,
	KEY_SYNC,
	KEY_ON_FULL,
	KEY_STRICT,
	KEY_JSON,
};

static const struct clb_option option_table[] = {
	{ 'e', "event", "EVENTS", "names, globs, groups (pagecache_miss,block)" },
	{ 'o', "output", "DIR", "the trace (./clbench-YYYYmmdd-HHMMSS)" },
	{ 's', "session", "NAME", "name of the session (record-PID)" },
	{ 'u', "user", "USER", "who runs COMMAND and owns the trace" },
	{ KEY_DURATION, "duration", "TIME", "end after this time: us, ms, s, m, h, d" },
	{ KEY_MAX_SIZE, "max-size", "SIZE", "end at this size: k, M, G" },
	{ KEY_NR_NODE, "nr-node", "N", "nodes that a list starts with" },
	{ KEY_NODE_NR_COMPOSED, "node-nr-composed", "N", "records per node" },
	{ KEY_MEM_MAX, "mem-max", "SIZE", "most memory in the kernel" },
	{ KEY_FLUSH_PERIOD, "flush-period", "TIME", "latest time to a flush (ms)" },
	{ KEY_WINDOW, "window", "N", "most batches under way" },
	{ KEY_LINGER, "linger", "TIME", "how long the session waits for attach if record dies (30s)" },
	{ KEY_SYNC, "sync", NULL, "let the kernel forget only what is on the disk" },
	{ KEY_ON_FULL, "on-full", "pause|stop", "what to do when the disk is full (stop)" },
	{ KEY_STRICT, "strict", NULL, "exit with 125 if a record was discarded" },
	{ 'q', "quiet", NULL, "say nothing but errors and losses" },
	{ KEY_JSON, "json", "[FILE]", "summary as JSON, to stdout or FILE" },
	{ 0 },
};

static int usage(const struct clb_options *o, const char *what, const char *rule)
{
	return clb_options_usage("record", "%s \"%s\": %s", what, o->value, rule);
}

/* A number from @min to @max. */
static int take_number(const struct clb_options *o, const char *what, uint32_t min, uint32_t max,
		       uint32_t *number)
{
	uint64_t value;
	char rule[80];

	if (!clb_number_parse(o->value, &value) && value >= min && value <= max) {
		*number = value;
		return -1;
	}
	snprintf(rule, sizeof(rule), "must be a number from %" PRIu32 " to %" PRIu32, min, max);
	return usage(o, what, rule);
}

static int take_size(const struct clb_options *o, const char *what, uint64_t *bytes)
{
	int ret;

	ret = clb_size_parse(o->value, bytes);
	if (!ret && *bytes)
		return -1;
	if (ret == -EINVAL)
		return usage(o, what, "must be a number of bytes, or one with k, M or G");
	return usage(o, what, ret ? "is too much" : "must be more than 0");
}

static int take_duration(const struct clb_options *o, uint64_t *time_ns)
{
	int ret;

	ret = clb_time_parse(o->value, CLB_NS_PER_S, time_ns);
	if (!ret && *time_ns)
		return -1;
	if (ret == -EINVAL)
		return usage(o, "--duration", "must be a number, or one with us, ms, s, m, h or d");
	return usage(o, "--duration", ret ? "is too long" : "must be more than 0");
}

static int take_flush_period(const struct clb_options *o, uint32_t *period_ms)
{
	uint64_t time_ns;

	if (clb_time_parse(o->value, CLB_NS_PER_MS, &time_ns) || time_ns < CLB_NS_PER_MS ||
	    time_ns > 60 * CLB_NS_PER_S || time_ns % CLB_NS_PER_MS)
		return usage(o, "--flush-period", "must be a time from 1ms to 60s, in whole ms");
	*period_ms = time_ns / CLB_NS_PER_MS;
	return -1;
}

/* 0 is a time, too: the session ends with its reader. */
static int take_linger(const struct clb_options *o, struct clb_config *config)
{
	uint64_t time_ns;

	if (clb_time_parse(o->value, CLB_NS_PER_S, &time_ns) || time_ns % CLB_NS_PER_MS ||
	    time_ns / CLB_NS_PER_MS > UINT32_MAX)
		return usage(o, "--linger", "must be a time in whole ms, such as 30s, 10m or 0");
	config->linger_ms = time_ns / CLB_NS_PER_MS;
	config->has_linger = true;
	return -1;
}

int clb_on_full_parse(const struct clb_options *o, const char *command, bool *pause)
{
	*pause = !strcmp(o->value, "pause");
	if (*pause || !strcmp(o->value, "stop"))
		return -1;
	return clb_options_usage(command, "--on-full \"%s\": must be pause or stop", o->value);
}

static int take_name(struct clb_record_options *options, const struct clb_options *o)
{
	size_t length = strlen(o->value);

	if (!length || length > CLBENCH_NAME_MAX || strspn(o->value, NAME_LETTERS) != length)
		return usage(o, "session name", "must be 1 to 31 of the characters A-Z a-z 0-9 _ . -");
	strcpy(options->name, o->value);
	return -1;
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

/* Return -1 to go on, else the exit status. */
static int take_option(struct clb_record_options *options, const struct clb_options *o)
{
	struct clb_config *config = &options->config;

	switch (o->key) {
	case 'e':
		return take_events(options, o);
	case 'o':
		options->dir = o->value;
		return *o->value ? -1 : usage(o, "directory", "is no name");
	case 's':
		return take_name(options, o);
	case 'u':
		options->user = o->value;
		return -1;
	case 'q':
		options->quiet = true;
		return -1;
	case KEY_DURATION:
		return take_duration(o, &options->duration_ns);
	case KEY_MAX_SIZE:
		return take_size(o, "--max-size", &options->max_bytes);
	case KEY_NR_NODE:
		return take_number(o, "--nr-node", 2, 65536, &config->nr_node);
	case KEY_NODE_NR_COMPOSED:
		return take_number(o, "--node-nr-composed", 16, 65536, &config->node_nr_composed);
	case KEY_MEM_MAX:
		return take_size(o, "--mem-max", &config->mem_max);
	case KEY_FLUSH_PERIOD:
		return take_flush_period(o, &config->flush_period_ms);
	case KEY_WINDOW:
		return take_number(o, "--window", 1, 1024, &config->window);
	case KEY_LINGER:
		return take_linger(o, config);
	case KEY_SYNC:
		options->sync = true;
		return -1;
	case KEY_ON_FULL:
		return clb_on_full_parse(o, "record", &options->pause);
	case KEY_STRICT:
		options->strict = true;
		return -1;
	case KEY_JSON:
		options->json = true;
		options->json_file = o->value;
		return -1;
	}
	return CLB_EXIT_USAGE;
}

static int set_defaults(struct clb_record_options *options)
{
	static const char *const events = "pagecache_miss,block";
	const struct clb_options o = { .value = events };

	if (!options->name[0])
		snprintf(options->name, sizeof(options->name), "record-%d", (int)getpid());
	options->config.name = options->name;
	return options->nr_lists ? -1 : take_events(options, &o);
}

int clb_record_options_parse(struct clb_record_options *options, int argc, char **argv)
{
	struct clb_options o;
	int status;

	*options = (struct clb_record_options){ 0 };
	clb_options_init(&o, argc, argv, option_table);
	o.hint = " (put -- before a COMMAND that has options)";
	while (clb_options_next(&o)) {
		status = take_option(options, &o);
		if (status >= 0)
			return status;
	}
	if (o.status >= 0)
		return o.status;
	if (optind < argc)
		options->command = argv + optind;
	if (options->command && !options->command[0][0])
		return clb_options_usage("record", "COMMAND is empty");
	return set_defaults(options);
}

void clb_record_options_free(struct clb_record_options *options)
{
	free(options->lists);
	options->lists = NULL;
}
