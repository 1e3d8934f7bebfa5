/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fuzzes the client's end of the control socket: the input is all that a hostile
 * daemon says. Its first byte is who asks.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "daemon.h"
#include "fuzz.h"
#include "list_json.h"
#include "list_parse.h"
#include "select.h"
#include "status.h"
#include "status_query.h"
#include "stop_daemon.h"
#include "tail_daemon.h"

/* More than the client takes at a time. */
#define FDS_MAX		9

/* --------------------------------------------------------------- the daemon */

static void say(int fd, const uint8_t *data, size_t size, int nr_fds)
{
	struct iovec bytes = { (void *)data, size };
	union {
		char room[CMSG_SPACE(FDS_MAX * sizeof(int))];
		struct cmsghdr head;
	} control = { 0 };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };
	int fds[FDS_MAX];

	for (int i = 0; i < nr_fds; i++)
		fds[i] = fd;
	if (nr_fds) {
		message.msg_control = &control;
		message.msg_controllen = CMSG_SPACE(nr_fds * sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(nr_fds * sizeof(int));
		memcpy(CMSG_DATA(&control.head), fds, nr_fds * sizeof(int));
	}
	fuzz_check(!size || sendmsg(fd, &message, MSG_DONTWAIT) == (ssize_t)size,
		   "the input fits into the socket", NULL);
}

/* A connection on which all was said, and nothing more will be. */
static void connect_to(struct clb_daemon *daemon, const uint8_t *data, size_t size, int nr_fds)
{
	int room = 1 << 20, pair[2];

	fuzz_check(!socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), "there is a socket",
		   strerror(errno));
	setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	say(pair[1], data, size, nr_fds);
	shutdown(pair[1], SHUT_WR);
	/* What is asked stays unread. */
	close(pair[1]);
	daemon->fd = pair[0];
}

/* The number that the next descriptor will have. */
static int next_fd(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

/* -------------------------------------------------------------- the commands */

/* Lines of a name, or "#": what Prometheus would take for a sample begins so. */
static void check_metrics(const char *text, size_t size)
{
	const char *end;

	for (; size; size -= end + 1 - text, text = end + 1) {
		end = memchr(text, '\n', size);
		fuzz_check(end && (!strncmp(text, "# ", 2) || !strncmp(text, "clbench_", 8)),
			   "a line is one of a metric", text);
	}
}

static void ask_status(struct clb_daemon *daemon, int (*print)(json_t *document, FILE *out),
		       bool metrics)
{
	json_t *document = clb_status_of_daemon(daemon);
	char *text = NULL;
	size_t size;
	FILE *out;

	if (!document)
		return;
	if (json_is_object(document))
		json_object_set_new(document, "tools", json_pack("{s:s}", "version", "0"));
	out = open_memstream(&text, &size);
	if (!print(document, out)) {
		fclose(out);
		if (metrics)
			check_metrics(text, size);
		else
			fuzz_check(fuzz_is_printable(text, size), "status drives no terminal", text);
	} else {
		fclose(out);
	}
	free(text);
	clb_status_session(document, "a");
	clb_stop_is_daemons(document, "a");
	json_decref(document);
}

static int print_json(json_t *document, FILE *out)
{
	return clb_daemon_print(document, out);
}

static void write_list(const struct clb_events *events, const struct clb_info *info)
{
	char why[CLB_SELECT_WHY], *text = NULL;
	struct clb_select select = { 0 };
	json_t *json;
	size_t size;
	FILE *out;

	fuzz_check(!clb_select_init(&select, events), "there is memory", NULL);
	clb_select_add(&select, "all", why);
	out = open_memstream(&text, &size);
	clb_list_json(&select, info, out);
	fclose(out);
	json = json_loadb(text, size, 0, NULL);
	fuzz_check(json, "a list is JSON", text);
	json_decref(json);
	free(text);
	clb_select_free(&select);
}

static void ask_events(struct clb_daemon *daemon)
{
	struct clb_events events = { 0 };
	struct clb_info info;
	json_t *answer;

	if (clb_daemon_ask(daemon, "cannot list", json_pack("{s:s}", "request", "events"), &answer))
		return;
	if (!clb_list_parse(json_object_get(answer, "events"), &info, &events))
		write_list(&events, &info);
	clb_events_free(&events);
	json_decref(answer);
}

static void ask_tail(struct clb_daemon *daemon)
{
	struct clb_session session = { 0 };
	struct clb_trace *trace = NULL;
	uint64_t sent = 0;
	int ret;

	if (!clb_tail_ask(daemon, "a", &session, &trace)) {
		fuzz_check(daemon->received >= 0, "who follows has a socket", NULL);
		ret = clb_tail_hear(daemon, &sent);
		fuzz_check(ret, "the daemon has gone, or told the end", NULL);
		if (ret < 0)
			clb_tail_say_gone(&session, ret);
	}
	clb_trace_close(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clb_daemon daemon = CLB_DAEMON_INIT;
	int first = next_fd(), fds;
	char who;

	if (!size || size > 100000)
		return 0;
	who = *data;
	fds = who == '3' ? 1 : who == '5' ? FDS_MAX : 0;
	/* A descriptor comes with a byte, or not at all. */
	connect_to(&daemon, data + 1, size - 1, size > 1 ? fds : 0);
	fuzz_listen();
	switch (who) {
	case '0':
		ask_status(&daemon, clb_status_print, false);
		break;
	case '1':
		ask_status(&daemon, clb_status_prometheus, true);
		break;
	case '6':
		ask_status(&daemon, print_json, false);
		break;
	case '2':
		ask_events(&daemon);
		break;
	case '3':
	case '5':
		ask_tail(&daemon);
		break;
	default:
		clb_stop_by_daemon(&daemon, "a", true, true);
		break;
	}
	clb_daemon_close(&daemon);
	fuzz_heard();
	fuzz_check(next_fd() == first, "no descriptor is left open", NULL);
	return 0;
}
