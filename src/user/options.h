/* SPDX-License-Identifier: GPL-2.0 */
/* A command's options: one table for the parser and for --help. */
#ifndef CLB_OPTIONS_H
#define CLB_OPTIONS_H

#include <stdbool.h>

/**
 * struct clb_option - one option; a table ends with a zeroed one
 * @key: its letter, or a number from CLB_OPTION_LONG on if it has none
 * @name: its long name, NULL if it has none
 * @value: name of its value, NULL if it takes none; "[FILE]" may be left out
 * @help: what it does, NULL: known only to be refused
 */
struct clb_option {
	int key;
	const char *name;
	const char *value;
	const char *help;
};

/* Keys of options without a letter start here. */
#define CLB_OPTION_LONG	256

/**
 * struct clb_options - a command line being read
 * @argc: its length
 * @argv: the command's name, options and operands
 * @table: the options
 * @hint: what to say behind "unknown option", may be set after init
 * @key: of the option that was found
 * @value: its value or NULL
 * @status: exit status if the command is to end here, else -1
 */
struct clb_options {
	int argc;
	char **argv;
	const struct clb_option *table;
	const char *hint;
	int key;
	const char *value;
	int status;
};

/**
 * clb_options_init() - begin to read a command line
 * @options: the reader
 * @argc: as given to the command
 * @argv: as given to the command; operands are moved to its end
 * @table: the options; --help is added to them
 */
void clb_options_init(struct clb_options *options, int argc, char **argv,
		      const struct clb_option *table);

/**
 * clb_options_next() - find the next option
 * @options: the reader
 *
 * Return: true: @key and @value are set. false: there is none; if @status is not
 * -1 the command ends with it, what there was to say was said; else its operands
 * are @argv[optind] and up.
 */
bool clb_options_next(struct clb_options *options);

/**
 * clb_options_usage() - complain about the command line
 * @command: name of the command, or NULL
 * @format: what is wrong, as in printf
 *
 * Return: CLB_EXIT_USAGE.
 */
int clb_options_usage(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif /* CLB_OPTIONS_H */
