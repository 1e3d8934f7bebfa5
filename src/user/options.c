/* SPDX-License-Identifier: GPL-2.0 */
/* A command's options: one table for the parser and for --help. */

#include "options.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "message.h"

#define OPTIONS_MAX	64
#define KEY_HELP	(CLB_OPTION_LONG - 1)

/* Where the descriptions start, and how far they go. */
#define HELP_COLUMN	30

void clb_options_init(struct clb_options *options, int argc, char **argv,
		      const struct clb_option *table)
{
	*options = (struct clb_options){
		.argc = argc,
		.argv = argv,
		.table = table,
		.status = -1,
	};
	optind = 0;	/* glibc: begin anew, permute */
}

int clb_options_usage(const char *command, const char *format, ...)
{
	va_list arguments;
	char text[512];

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return clb_fail(CLB_EXIT_USAGE, "%s%s%s; see clbench-ctl %s%s--help",
			command ? command : "", command ? ": " : "", text,
			command ? command : "", command ? " " : "");
}

static void print_option(const struct clb_option *option)
{
	char text[80];
	int length = 0;

	if (option->key < CLB_OPTION_LONG && option->key != KEY_HELP)
		length = snprintf(text, sizeof(text), "-%c%s", option->key,
				  option->name ? ", " : "");
	else
		length = snprintf(text, sizeof(text), "    ");
	if (option->name)
		length += snprintf(text + length, sizeof(text) - length, "--%s", option->name);
	if (option->value && option->value[0] == '[')
		snprintf(text + length, sizeof(text) - length, "[=%s", option->value + 1);
	else if (option->value)
		snprintf(text + length, sizeof(text) - length, " %s", option->value);
	printf("  %-*s%s\n", HELP_COLUMN - 2, text, option->help);
}

static int print_help(const struct clb_options *options)
{
	static const struct clb_option help = { KEY_HELP, "help", NULL, "print this" };
	const struct clb_command *command = clb_command_find(options->argv[0]);

	printf("usage: clbench-ctl %s %s\n\n", command->name, command->synopsis);
	printf("%s\n\n", command->summary);
	for (const struct clb_option *o = options->table; o->key; o++)
		if (o->help)
			print_option(o);
	print_option(&help);
	return CLB_EXIT_DONE;
}

static int takes_value(const struct clb_option *option)
{
	if (!option->value)
		return no_argument;
	return option->value[0] == '[' ? optional_argument : required_argument;
}

/* Fill in what getopt_long() wants. */
static void make_tables(const struct clb_option *table, char *letters, struct option *longs)
{
	*letters++ = ':';
	for (; table->key; table++) {
		if (table->key < CLB_OPTION_LONG) {
			*letters++ = table->key;
			if (table->value)
				*letters++ = ':';
		}
		if (table->name)
			*longs++ = (struct option){ table->name, takes_value(table), NULL,
						    table->key };
	}
	*letters = '\0';
	*longs++ = (struct option){ "help", no_argument, NULL, KEY_HELP };
	*longs = (struct option){ 0 };
}

static int complain(const struct clb_options *options, int result)
{
	const char *command = options->argv[0], *word = options->argv[optind - 1];
	const struct clb_option *option = options->table;
	const char *hint = options->hint ? options->hint : "";
	const char *what = result == ':' ? "needs a value" : "takes no value";

	if (!optopt)
		return clb_options_usage(command, "unknown option %.*s%s",
					 (int)strcspn(word, "="), word, hint);
	if (optopt == KEY_HELP)
		return clb_options_usage(command, "option --help %s", what);
	while (option->key && option->key != optopt)
		option++;
	if (!option->key)
		return clb_options_usage(command, "unknown option -%c%s", optopt, hint);
	if (option->name)
		return clb_options_usage(command, "option --%s %s", option->name, what);
	return clb_options_usage(command, "option -%c %s", option->key, what);
}

bool clb_options_next(struct clb_options *options)
{
	struct option longs[OPTIONS_MAX];
	char letters[2 * OPTIONS_MAX];
	int result;

	make_tables(options->table, letters, longs);
	opterr = 0;
	result = getopt_long(options->argc, options->argv, letters, longs, NULL);
	if (result == -1)
		return false;
	if (result == KEY_HELP) {
		options->status = print_help(options);
		return false;
	}
	if (result == '?' || result == ':') {
		options->status = complain(options, result);
		return false;
	}
	options->key = result;
	options->value = optarg;
	return true;
}
