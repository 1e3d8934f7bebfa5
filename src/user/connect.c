/* SPDX-License-Identifier: GPL-2.0 */
/* The way from a command to the module, and what to say when there is none. */

#include "connect.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "capture.h"
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
		return "; choose another name";
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
	static char *const modprobe[] = { "modprobe", CLBENCH_FAMILY_NAME, NULL };
	char complaint[512];

	if (!access("/sys/module/" CLBENCH_FAMILY_NAME, F_OK)) {
		clb_say("cannot reach the module: this network namespace cannot see clbench; run on the host or in its network namespace");
		return -ENOENT;
	}
	if (!load || geteuid()) {
		clb_say("cannot reach the module: clbench is not loaded; run `modprobe clbench` as root");
		return -ENOENT;
	}
	if (clb_capture(modprobe, STDERR_FILENO, complaint, sizeof(complaint)))
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
	/* What a version brings is refused by a module of the one before, in words. */
	if (info->protocol != CLBENCH_PROTOCOL && info->protocol + 1 != CLBENCH_PROTOCOL) {
		clb_say("cannot use the module: it speaks protocol %u, this program %u; install both from the same version",
			info->protocol, CLBENCH_PROTOCOL);
		return -EPROTONOSUPPORT;
	}
	return 0;
}

int clb_connect_events(struct clb_nl *nl, struct clb_events *events)
{
	int ret = clb_nl_events(nl, events);

	if (ret)
		clb_say("cannot ask for events: %s%s", clb_nl_why(nl), clb_advice(ret));
	return ret;
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
