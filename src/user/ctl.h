/* SPDX-License-Identifier: GPL-2.0 */
/* The commands of clbench-ctl. */
#ifndef CLB_CTL_H
#define CLB_CTL_H

/**
 * struct clb_command - one command; the table ends with a zeroed one
 * @name: its name
 * @synopsis: its options and operands in short
 * @summary: what it does, in one line
 * @run: does it; gets the command line from the name on, returns the exit status
 */
struct clb_command {
	const char *name;
	const char *synopsis;
	const char *summary;
	int (*run)(int argc, char **argv);
};

extern const struct clb_command clb_commands[];

/**
 * clb_command_find() - find a command
 * @name: its name
 *
 * Return: the command, or NULL.
 */
const struct clb_command *clb_command_find(const char *name);

int clb_ctl_attach(int argc, char **argv);
int clb_ctl_list(int argc, char **argv);
int clb_ctl_mark(int argc, char **argv);
int clb_ctl_record(int argc, char **argv);
int clb_ctl_rotate(int argc, char **argv);
int clb_ctl_set(int argc, char **argv);
int clb_ctl_show(int argc, char **argv);
int clb_ctl_start(int argc, char **argv);
int clb_ctl_status(int argc, char **argv);
int clb_ctl_stop(int argc, char **argv);
int clb_ctl_tail(int argc, char **argv);
int clb_ctl_verify(int argc, char **argv);

#endif /* CLB_CTL_H */
