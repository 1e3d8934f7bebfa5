/* SPDX-License-Identifier: GPL-2.0 */
/* The way from a command to the module, and what to say when there is none. */

#include "connect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "nl.h"

const char *clb_advice(int error)
{
	switch (-error) {
	case EPERM:
	case EACCES:
		return "; run it as root";
	case EBUSY:
		return "; see clbench-ctl status, and end another session first";
	case EEXIST:
		return "; choose another name with -s";
	case ENOMEM:
		return "; lower --nr-node or --node-nr-composed, or raise --mem-max";
	case EINVAL:
	case ERANGE:
	case E2BIG:
		return "; see clbench-ctl record --help and modinfo -p clbench";
	default:
		return "";
	}
}

/* The child's side: modprobe in English, its complaints into the pipe. */
static void exec_modprobe(int complaints)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(complaints, STDERR_FILENO) < 0)
		_exit(127);
	clearenv();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	execlp("modprobe", "modprobe", CLBENCH_FAMILY_NAME, (char *)NULL);
	dprintf(STDERR_FILENO, "modprobe: %s", strerror(errno));
	_exit(127);
}

/* Run modprobe; return 0, or -1 with the first bytes of what it complained. */
static int modprobe(char *text, size_t size)
{
	size_t used = 0;
	ssize_t got;
	int ends[2], status;
	char rest[512];
	pid_t pid;

	snprintf(text, size, "%s", "modprobe cannot be run");
	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid)
		exec_modprobe(ends[1]);
	close(ends[1]);
	while (pid > 0 && (got = read(ends[0], rest, sizeof(rest))) > 0) {
		if ((size_t)got > size - 1 - used)
			got = size - 1 - used;
		memcpy(text + used, rest, got);
		used += got;
	}
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	if (used)
		text[used] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}

static int say_not_loadable(const char *complaint)
{
	struct utsname host;

	if (strstr(complaint, "not found")) {
		uname(&host);
		clb_say("cannot load the module clbench: it is not installed for kernel %s; build and install it for this kernel",
			host.release);
	} else if (strstr(complaint, "Key was rejected") || strstr(complaint, "Required key") ||
		   strstr(complaint, "Operation not permitted")) {
		clb_say("cannot load the module clbench: refused by Secure Boot; sign it with an enrolled key");
	} else {
		clb_say("cannot load the module clbench: %s; see dmesg", complaint);
	}
	return -ENOENT;
}

/* There is no family. Load the module if that helps, else say what does. */
static int find_module(bool load)
{
	char complaint[512];

	if (!access("/sys/module/" CLBENCH_FAMILY_NAME, F_OK)) {
		clb_say("cannot reach the module: this network namespace cannot see clbench; run on the host or in its network namespace");
		return -ENOENT;
	}
	if (!load || geteuid()) {
		clb_say("cannot reach the module: clbench is not loaded; run `modprobe clbench` as root");
		return -ENOENT;
	}
	if (modprobe(complaint, sizeof(complaint)))
		return say_not_loadable(complaint);
	return 0;
}

int clb_connect(struct clb_nl **nl, struct clb_info *info, bool load)
{
	int ret;

	ret = clb_nl_open(nl);
	if (ret == -ENOENT) {
		ret = find_module(load);
		if (ret)
			return ret;
		clb_nl_close(*nl);
		ret = clb_nl_open(nl);
		/* It was loaded and is not seen: the same as above. */
		if (ret == -ENOENT)
			return find_module(false);
	}
	if (ret) {
		clb_say("cannot open a netlink socket: %s", clb_nl_why(*nl));
		return ret;
	}
	ret = clb_nl_info(*nl, info);
	if (ret) {
		clb_say("cannot ask the module: %s%s", clb_nl_why(*nl), clb_advice(ret));
		return ret;
	}
	if (info->protocol != CLBENCH_PROTOCOL) {
		clb_say("cannot use the module: it speaks protocol %u, this program %u; install both from the same version",
			info->protocol, CLBENCH_PROTOCOL);
		return -EPROTONOSUPPORT;
	}
	return 0;
}

int clb_connect_session(struct clb_nl *nl, const char *name, struct clb_session *session)
{
	struct clb_sessions sessions;
	size_t i;
	int ret;

	*session = (struct clb_session){ 0 };
	ret = clb_nl_sessions(nl, &sessions);
	if (ret) {
		clb_say("cannot ask for sessions: %s%s", clb_nl_why(nl), clb_advice(ret));
		return ret;
	}
	for (i = 0; i < sessions.nr && strcmp(sessions.list[i].name, name); i++)
		;
	if (i == sessions.nr) {
		clb_say("no session \"%s\": it ended or never was; see clbench-ctl status", name);
		ret = -ENOENT;
	} else {
		/* Of many events, the list of all sessions has no counters. */
		ret = clb_nl_session(nl, sessions.list[i].id, session);
		if (ret)
			clb_say("cannot ask for session %s: %s", name, clb_nl_why(nl));
	}
	clb_sessions_free(&sessions);
	return ret;
}
