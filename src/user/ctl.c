/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl: the table of its commands, and main(). */

#include "config.h"

#include "ctl.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/clbench.h>

#include "message.h"
#include "options.h"

const struct clb_command clb_commands[] = {
	{
		"attach", "[OPTION...] SESSION",
		"Go on with the trace of a session whose recorder has died.", clb_ctl_attach,
	},
	{
		"list", "[-v] [--json] [EVENTS]",
		"List the events that this kernel can record.", clb_ctl_list,
	},
	{
		"mark", "[-s SESSION] TEXT",
		"Put a text into the streams of sessions that record.", clb_ctl_mark,
	},
	{
		"record", "[OPTION...] [--] [COMMAND [ARG...]]",
		"Record events into a trace, until COMMAND ends or a signal comes.",
		clb_ctl_record,
	},
	{
		"rotate", "SESSION",
		"Close the daemon's open chunk of a trace and begin the next one.", clb_ctl_rotate,
	},
	{
		"set", "[OPTION...] SESSION",
		"Change a session of the daemon while it records.", clb_ctl_set,
	},
	{
		"show", "[OPTION...] [DIR]",
		"Print the records of a trace.", clb_ctl_show,
	},
	{
		"start", "[OPTION...] NAME",
		"Let the daemon record events into a trace.", clb_ctl_start,
	},
	{
		"status", "[--json | --prometheus] [--watch[=TIME]] [SESSION...]",
		"Tell what the sessions do.", clb_ctl_status,
	},
	{
		"stop", "[--give-up] [--json] SESSION...",
		"End sessions of the daemon, and those whose recorder has died.", clb_ctl_stop,
	},
	{
		"tail", "[OPTION...] [SESSION]",
		"Print the records of a session as they come.", clb_ctl_tail,
	},
	{
		"verify", "[-q] [--json] [--repair NEWDIR] [DIR]",
		"Judge a trace: is it whole, and every record accounted for?", clb_ctl_verify,
	},
	{ 0 },
};

const struct clb_command *clb_command_find(const char *name)
{
	for (const struct clb_command *c = clb_commands; c->name; c++)
		if (!strcmp(c->name, name))
			return c;
	return NULL;
}

static int help(void)
{
	printf("usage: clbench-ctl [--help | --version] COMMAND [OPTION...] [ARG...]\n\n");
	for (const struct clb_command *c = clb_commands; c->name; c++)
		printf("  %-8s%s\n", c->name, c->summary);
	printf("\n\"clbench-ctl COMMAND --help\" tells the options of a command.\n");
	return CLB_EXIT_DONE;
}

static int version(void)
{
	printf("clbench-ctl %s, protocol %d\n", PACKAGE_VERSION, CLBENCH_PROTOCOL);
	return CLB_EXIT_DONE;
}

static int run(int argc, char **argv)
{
	const struct clb_command *command;

	if (argc < 2)
		return clb_options_usage(NULL, "no command given");
	if (!strcmp(argv[1], "--help"))
		return help();
	if (!strcmp(argv[1], "--version"))
		return version();
	if (argv[1][0] == '-')
		return clb_options_usage(NULL, "unknown option %s", argv[1]);
	command = clb_command_find(argv[1]);
	if (!command)
		return clb_options_usage(NULL, "unknown command %s", argv[1]);
	return command->run(argc - 1, argv + 1);
}

/* Does nobody read what we write any more? */
static bool stdout_is_closed(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO };

	return poll(&p, 1, 0) > 0 && (p.revents & (POLLERR | POLLHUP));
}

/* Else the first files that are opened would be taken for them. */
static void have_standard_streams(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			return;
}

int main(int argc, char **argv)
{
	int status;

	have_standard_streams();
	/* A reader that has seen enough ("| head") is no error. */
	signal(SIGPIPE, SIG_IGN);
	/* If it came in as ignored, a child could not be waited for. */
	signal(SIGCHLD, SIG_DFL);
	status = run(argc, argv);
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	if (errno == EPIPE || stdout_is_closed())
		return status;
	return clb_fail(status ? status : CLB_EXIT_FAILED,
			"standard output: %s; make room, or write elsewhere", strerror(errno));
}
