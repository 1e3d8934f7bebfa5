/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon: what its parts share. */
#ifndef CLBD_CLBENCHD_H
#define CLBD_CLBENCHD_H

#include <stdbool.h>

#include "conf.h"
#include "control.h"
#include "loop.h"
#include "recording.h"
#include "session.h"

struct clb_nl;
struct clbd_disk;

#define CLBD_CONF_PATH		"/etc/clbench/clbenchd.conf"
#define CLBD_SOCKET_PATH	"/run/clbench/clbenchd.sock"
#define CLBD_STATE_DIR		"/var/lib/clbench/sessions"

/**
 * struct clbd - the daemon
 * @loop: what it waits for
 * @conf_path: its configuration file
 * @conf_may_miss: which need not be there
 * @conf: what it says
 * @state_dir: where sessions are remembered
 * @nl: for requests to the kernel
 * @listener: hears how sessions end
 * @listen_watch: it
 * @info: what the module said
 * @recordings: the sessions, newest first
 * @control: the control socket and its connections
 * @stopping: it ends when all sessions have
 * @stops: signals that told it to
 * @handover: it ends at once, and leaves its sessions to the next one
 * @disks: the file systems of its sessions
 * @space_ns: when to look at them again
 */
struct clbd {
	struct clbd_loop loop;
	const char *conf_path;
	bool conf_may_miss;
	struct clbd_conf conf;
	const char *state_dir;
	struct clb_nl *nl;
	struct clb_nl *listener;
	struct clbd_watch listen_watch;
	struct clb_info info;
	struct clbd_recording *recordings;
	struct clbd_control control;
	bool stopping;
	unsigned int stops;
	bool handover;
	struct clbd_disk *disks;
	uint64_t space_ns;
};

#endif /* CLBD_CLBENCHD_H */
