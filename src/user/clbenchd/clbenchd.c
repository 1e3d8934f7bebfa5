/* SPDX-License-Identifier: GPL-2.0 */
/* clbenchd: the daemon's start, its signals, its end. loop.h has the threading model. */

#include "config.h"

#include "clbenchd.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "connect.h"
#include "message.h"
#include "nl.h"
#include "reload.h"
#include "retention.h"
#include "rights.h"

#define USER	"clbench"

/* Files of the traces: for their owner and his group. */
#define UMASK	027

/*
 * @d: the daemon
 * @signals: watches signalfd
 * @watchdog_ns: how often systemd wants to hear of us, 0: never
 * @alive_ns: when it shall next
 * @socket_path: of the control socket
 * @user: who to be, if root starts us
 * @check: only look at the configuration
 */
struct life {
	struct clbd d;
	struct clbd_watch signals;
	uint64_t watchdog_ns;
	uint64_t alive_ns;
	const char *socket_path;
	const char *user;
	bool check;
};

/* --------------------------------------------------------------- command line */

static int usage(void)
{
	fputs("usage: clbenchd [OPTION...]\n\n"
	      "  -c, --config FILE    configuration (" CLBD_CONF_PATH ")\n"
	      "  -C, --check-config   read the configuration, say what is wrong, end\n"
	      "      --socket PATH    control socket (" CLBD_SOCKET_PATH ")\n"
	      "      --state DIR      where sessions are remembered (" CLBD_STATE_DIR ")\n"
	      "  -u, --user USER      who to be, if root starts it (" USER ")\n"
	      "      --help           this\n"
	      "      --version        its version\n", stdout);
	return CLB_EXIT_DONE;
}

enum {
	KEY_SOCKET = 256,
	KEY_STATE,
	KEY_HELP,
	KEY_VERSION,
};

static const struct option options[] = {
	{ "config", required_argument, NULL, 'c' },
	{ "check-config", no_argument, NULL, 'C' },
	{ "socket", required_argument, NULL, KEY_SOCKET },
	{ "state", required_argument, NULL, KEY_STATE },
	{ "user", required_argument, NULL, 'u' },
	{ "help", no_argument, NULL, KEY_HELP },
	{ "version", no_argument, NULL, KEY_VERSION },
	{ 0 },
};

static int complain(int key, const char *word)
{
	if (key == ':')
		return clb_fail(CLB_EXIT_USAGE, "option %s needs a value; see clbenchd --help", word);
	if (!optopt)
		return clb_fail(CLB_EXIT_USAGE, "unknown option %s; see clbenchd --help", word);
	if (optopt < KEY_SOCKET && optopt != 'C')
		return clb_fail(CLB_EXIT_USAGE, "unknown option -%c; see clbenchd --help", optopt);
	return clb_fail(CLB_EXIT_USAGE, "option %.*s takes no value; see clbenchd --help",
			(int)strcspn(word, "="), word);
}

/* Return -1 to go on, else the exit status. */
static int read_command_line(struct life *l, int argc, char **argv)
{
	int key;

	opterr = 0;
	while ((key = getopt_long(argc, argv, ":c:Cu:", options, NULL)) != -1) {
		switch (key) {
		case 'c':
			l->d.conf_path = optarg;
			l->d.conf_may_miss = false;
			break;
		case 'C':
			l->check = true;
			break;
		case KEY_SOCKET:
			l->socket_path = optarg;
			break;
		case KEY_STATE:
			l->d.state_dir = optarg;
			break;
		case 'u':
			l->user = optarg;
			break;
		case KEY_HELP:
			return usage();
		case KEY_VERSION:
			printf("clbenchd %s, protocol %d, control %d\n", PACKAGE_VERSION,
			       CLBENCH_PROTOCOL, CLBD_CONTROL_PROTOCOL);
			return CLB_EXIT_DONE;
		default:
			return complain(key, argv[optind - 1]);
		}
	}
	if (optind < argc)
		return clb_fail(CLB_EXIT_USAGE, "unknown argument %s; see clbenchd --help",
				argv[optind]);
	return -1;
}

/* --------------------------------------------------------------------- signals */

static void on_stop(struct clbd *d)
{
	struct clbd_recording *r;

	d->stopping = true;
	d->stops++;
	sd_notify(0, "STOPPING=1");
	clb_log(CLB_LEVEL_NOTICE, d->stops == 1 ? "stops: all sessions end and are drained" :
		"told to stop again: what is left is given up");
	for (r = d->recordings; r; r = r->next)
		clbd_recording_stop(r, d->stops > 1);
}

static void on_signal(void *arg, uint32_t events)
{
	struct life *l = arg;
	struct signalfd_siginfo info;

	(void)events;
	while (read(l->signals.fd, &info, sizeof(info)) == sizeof(info)) {
		switch (info.ssi_signo) {
		case SIGHUP:
			sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
				   clbd_now_ns() / 1000);
			clbd_reload(&l->d);
			sd_notify(0, "READY=1");
			break;
		case SIGUSR1:
			l->d.handover = true;
			break;
		default:
			on_stop(&l->d);
			break;
		}
	}
}

static int watch_signals(struct life *l)
{
	sigset_t mask;
	int fd;

	signal(SIGPIPE, SIG_IGN);
	/* A file over its limit is an error of write() like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	/* If it came in as ignored, a child could not be waited for. */
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&mask);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &mask, NULL))
		return -errno;
	fd = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		return -errno;
	l->signals.ready = on_signal;
	l->signals.arg = l;
	return clbd_watch(&l->d.loop, &l->signals, fd);
}

/* ------------------------------------------------------------------- the kernel */

static void on_session(void *arg, const struct clb_session *session)
{
	struct clbd *d = arg;

	for (struct clbd_recording *r = d->recordings; r; r = r->next)
		clbd_recording_on_session(r, session);
}

static void on_listener(void *arg, uint32_t events)
{
	struct clbd *d = arg;

	(void)events;
	if (clb_nl_notifications(d->listener) == -ENOBUFS)
		clbd_look_at_sessions(d);
}

static int reach_kernel(struct clbd *d)
{
	int ret;

	ret = clb_connect(&d->nl, &d->info, true);
	if (ret)
		return ret;
	ret = clb_nl_open(&d->listener);
	if (!ret)
		ret = clb_nl_listen(d->listener, on_session, d);
	if (ret) {
		clb_log(CLB_LEVEL_ERROR, "cannot hear of sessions: %s%s", clb_nl_why(d->listener),
			clb_advice(ret));
		return ret;
	}
	d->listen_watch = (struct clbd_watch){ .fd = -1, .ready = on_listener, .arg = d };
	return clbd_watch(&d->loop, &d->listen_watch, clb_nl_fd(d->listener));
}

/* ---------------------------------------------------------------- begin and end */

static int make_dir(const char *dir, uid_t uid, gid_t gid)
{
	if (mkdir(dir, 0750)) {
		if (errno == EEXIST)
			return 0;
	} else if (geteuid() || !chown(dir, uid, gid)) {
		return 0;
	}
	clb_log(CLB_LEVEL_ERROR, "cannot make %s: %s; make it, for the user %s to write to", dir,
		strerror(errno), USER);
	return -1;
}

/* Everything that needs root; then all rights go but two. */
static int open_as_root(struct life *l)
{
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int ret = 0;

	if (!uid)
		ret = clbd_rights_find(l->user, &uid, &gid);
	if (ret) {
		clb_log(CLB_LEVEL_ERROR, "cannot become user %s: %s; make the user, or name another with --user",
			l->user, ret == -ENOENT ? "there is none" : strerror(-ret));
		return ret;
	}
	umask(UMASK);
	if (reach_kernel(&l->d) || clbd_control_open(&l->d, l->socket_path, gid) ||
	    make_dir(l->d.conf.trace_dir, uid, gid) || make_dir(l->d.state_dir, uid, gid))
		return -EIO;
	if (geteuid())
		return 0;
	ret = clbd_rights_drop(uid, gid);
	if (ret)
		clb_log(CLB_LEVEL_ERROR, "cannot give up rights: %s; see --user", strerror(-ret));
	return ret;
}

static void keep_alive(struct life *l, uint64_t now)
{
	if (!l->watchdog_ns || now < l->alive_ns)
		return;
	sd_notify(0, "WATCHDOG=1");
	l->alive_ns = now + l->watchdog_ns / 2;
}

/* Frees what is over; then whoever waits has been answered. */
static void sweep(struct clbd *d)
{
	struct clbd_recording **p = &d->recordings, *r;

	while ((r = *p)) {
		if (r->phase != CLBD_OVER) {
			p = &r->next;
			continue;
		}
		*p = r->next;
		clbd_recording_free(r);
	}
	clbd_control_sweep(d);
}

static uint64_t next_deadline(const struct life *l)
{
	const struct clbd *d = &l->d;
	uint64_t next = l->watchdog_ns ? l->alive_ns : UINT64_MAX;
	/* Once: it looks through what clients have sent. */
	uint64_t control = clbd_control_deadline(d);

	for (struct clbd_recording *r = d->recordings; r; r = r->next)
		if (clbd_recording_deadline(r) < next)
			next = clbd_recording_deadline(r);
	if (d->recordings && d->space_ns < next)
		next = d->space_ns;
	return control < next ? control : next;
}

static void on_time(struct life *l)
{
	struct clbd *d = &l->d;
	uint64_t now = clbd_now_ns();

	keep_alive(l, now);
	clbd_control_on_time(d, now);
	for (struct clbd_recording *r = d->recordings; r; r = r->next)
		clbd_recording_on_time(r, now);
	if (d->recordings && now >= d->space_ns) {
		clbd_retention_make_room(d);
		for (struct clbd_recording *r = d->recordings; r; r = r->next)
			clbd_retention_apply(r);
	}
}

static int live(struct life *l)
{
	struct clbd *d = &l->d;
	uint64_t usec;
	int ret = 0;

	if (sd_watchdog_enabled(0, &usec) > 0)
		l->watchdog_ns = usec * 1000;
	clbd_adopt_sessions(d);
	clbd_start_at_boot(d);
	sd_notify(0, "READY=1");
	clb_log(CLB_LEVEL_NOTICE, "clbenchd %s is ready, module %s", PACKAGE_VERSION,
		d->info.module_version);
	while (!ret && !d->handover && !(d->stopping && !d->recordings)) {
		ret = clbd_loop_turn(&d->loop, next_deadline(l));
		on_time(l);
		sweep(d);
	}
	if (ret)
		clb_log(CLB_LEVEL_ERROR, "cannot wait for events: %s", strerror(-ret));
	else
		clb_log(CLB_LEVEL_NOTICE, d->handover ? "ends, and leaves its sessions to the next clbenchd" :
			"ends");
	return ret;
}

static void give_back(struct life *l)
{
	struct clbd *d = &l->d;
	struct clbd_recording *r;

	clbd_control_close(d);
	while ((r = d->recordings)) {
		d->recordings = r->next;
		clbd_recording_free(r);
	}
	clbd_retention_close(d);
	clbd_unwatch(&d->loop, &d->listen_watch);
	clb_nl_close(d->listener);
	clb_nl_close(d->nl);
	if (l->signals.fd >= 0)
		close(l->signals.fd);
	clbd_loop_close(&d->loop);
	clbd_conf_free(&d->conf);
}

int main(int argc, char **argv)
{
	struct life l = {
		.d = {
			.loop = { .epoll = -1, .timer.fd = -1 },
			.conf_path = CLBD_CONF_PATH,
			.conf_may_miss = true,
			.state_dir = CLBD_STATE_DIR,
			.listen_watch.fd = -1,
			.control.watch.fd = -1,
		},
		.signals.fd = -1,
		.socket_path = CLBD_SOCKET_PATH,
		.user = USER,
	};
	char why[CLBD_WHY];
	int status;

	clb_message_setup("clbenchd", getenv("JOURNAL_STREAM"));
	status = read_command_line(&l, argc, argv);
	if (status >= 0)
		return status;
	if (clbd_conf_read(&l.d.conf, l.d.conf_path, l.d.conf_may_miss, why))
		return clb_fail(CLB_EXIT_USAGE, "cannot use the configuration: %s; see clbenchd.conf(5)",
				why);
	status = CLB_EXIT_DONE;
	if (!l.check && (clbd_loop_open(&l.d.loop) || watch_signals(&l) || open_as_root(&l) ||
			 live(&l)))
		status = CLB_EXIT_FAILED;
	give_back(&l);
	return status;
}
