/* SPDX-License-Identifier: GPL-2.0 */
/* The client's end of the control socket of clbenchd; doc/control.md is its protocol. */

#include "daemon.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "message.h"
#include "text.h"

/* Longest request, with its newline: the daemon takes no longer one. */
#define REQUEST_MAX	(64 * 1024)

/* No answer of sense is longer: it is no daemon that goes on and on. */
#define ANSWER_MAX	(256u << 20)

#define ROOM_MIN	4096

/* Descriptors that are looked at, so that all but one can be closed. */
#define NR_FDS		8

static int set_address(struct sockaddr_un *address)
{
	const char *path = getenv(CLB_DAEMON_ENVIRONMENT);

	if (!path || !*path)
		path = CLB_DAEMON_SOCKET;
	if (strlen(path) >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	address->sun_family = AF_UNIX;
	strcpy(address->sun_path, path);
	return 0;
}

int clb_daemon_open(struct clb_daemon *daemon)
{
	struct sockaddr_un address = { 0 };
	struct timeval timeout = {
		.tv_sec = daemon->timeout_ms / 1000,
		.tv_usec = daemon->timeout_ms % 1000 * 1000,
	};
	int ret;

	ret = set_address(&address);
	if (ret)
		return ret;
	daemon->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (daemon->fd < 0)
		return -errno;
	/* A daemon that is stopped takes no connection when enough wait. */
	if (daemon->timeout_ms != CLB_DAEMON_NO_TIMEOUT)
		setsockopt(daemon->fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	do {
		ret = connect(daemon->fd, (struct sockaddr *)&address, sizeof(address));
	} while (ret && errno == EINTR);
	if (!ret)
		return 0;
	ret = errno == EAGAIN ? -ETIMEDOUT : -errno;
	clb_daemon_close(daemon);
	return ret;
}

void clb_daemon_close(struct clb_daemon *daemon)
{
	if (daemon->fd >= 0)
		close(daemon->fd);
	if (daemon->received >= 0)
		close(daemon->received);
	free(daemon->bytes);
	*daemon = (struct clb_daemon){
		.fd = -1,
		.received = -1,
		.timeout_ms = daemon->timeout_ms,
	};
}

static int say_not_allowed(const char *what)
{
	const struct passwd *user = getpwuid(geteuid());

	return clb_fail(CLB_EXIT_FAILED,
			"%s: you are not in group clbench; `adduser %s clbench` and log in again, or run it as root",
			what, user ? user->pw_name : "USER");
}

int clb_daemon_not_understood(const char *what)
{
	return clb_fail(CLB_EXIT_FAILED,
			"%s: the daemon's answer cannot be understood; install clbench-ctl and clbenchd from the same version",
			what);
}

int clb_daemon_say(const char *what, int error)
{
	switch (-error) {
	case ENOENT:
	case ECONNREFUSED:
		return clb_fail(CLB_EXIT_FAILED,
				"%s: the daemon is not running; systemctl start clbenchd", what);
	case EACCES:
	case EPERM:
		return say_not_allowed(what);
	case EPIPE:
		return clb_fail(CLB_EXIT_FAILED,
				"%s: the daemon ended before it answered; see journalctl -u clbenchd",
				what);
	case ETIMEDOUT:
		return clb_fail(CLB_EXIT_FAILED,
				"%s: the daemon does not answer; see systemctl status clbenchd", what);
	case EBADMSG:
		return clb_fail(CLB_EXIT_FAILED,
				"%s: the daemon's answer is not JSON; is " CLB_DAEMON_ENVIRONMENT " right?",
				what);
	case EPROTO:
		return clb_daemon_not_understood(what);
	case EMSGSIZE:
		return clb_fail(CLB_EXIT_USAGE,
				"%s: there is more than 64 KiB to ask; name groups of events", what);
	default:
		return clb_fail(CLB_EXIT_FAILED,
				"%s: cannot talk to the daemon: %s; see systemctl status clbenchd",
				what, strerror(-error));
	}
}

int clb_daemon_print(const json_t *value, FILE *out)
{
	char *text = json_dumps(value, JSON_COMPACT);

	if (!text)
		return -ENOMEM;
	clb_text_put_json(out, text);
	fputc('\n', out);
	free(text);
	return 0;
}

json_t *clb_daemon_text(const char *text)
{
	char *clean = clb_text_printable(text, strlen(text));
	json_t *string = clean ? json_string(clean) : NULL;

	free(clean);
	return string;
}

/* The daemon may have said why and gone: what it said is read, so this is no error. */
static int send_all(int fd, const char *bytes, size_t size)
{
	ssize_t sent;

	while (size) {
		sent = send(fd, bytes, size, MSG_NOSIGNAL);
		if (sent < 0 && (errno == EPIPE || errno == ECONNRESET))
			return 0;
		if (sent < 0 && errno == EAGAIN)
			return -ETIMEDOUT;
		if (sent < 0 && errno != EINTR)
			return -errno;
		if (sent > 0) {
			bytes += sent;
			size -= sent;
		}
	}
	return 0;
}

static int send_request(int fd, const json_t *request)
{
	size_t size = json_dumpb(request, NULL, 0, JSON_COMPACT);
	char *bytes;
	int ret;

	if (size >= REQUEST_MAX)
		return -EMSGSIZE;
	bytes = malloc(size + 1);
	if (!bytes || json_dumpb(request, bytes, size, JSON_COMPACT) != size) {
		free(bytes);
		return -ENOMEM;
	}
	bytes[size] = '\n';
	ret = send_all(fd, bytes, size + 1);
	free(bytes);
	return ret;
}

/* One descriptor is kept: the first that ever came. */
static void take_descriptors(struct clb_daemon *daemon, struct msghdr *message)
{
	struct cmsghdr *c;
	int fds[NR_FDS];
	size_t nr;

	for (c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		nr = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		if (nr > NR_FDS)
			nr = NR_FDS;
		memcpy(fds, CMSG_DATA(c), nr * sizeof(int));
		for (size_t i = 0; i < nr; i++) {
			if (daemon->received < 0)
				daemon->received = fds[i];
			else
				close(fds[i]);
		}
	}
}

static int make_room(struct clb_daemon *daemon)
{
	size_t size = daemon->size ? 2 * daemon->size : ROOM_MIN;
	char *bytes;

	if (daemon->size - daemon->used >= ROOM_MIN / 2)
		return 0;
	if (size > ANSWER_MAX)
		return -EBADMSG;
	bytes = realloc(daemon->bytes, size);
	if (!bytes)
		return -ENOMEM;
	daemon->bytes = bytes;
	daemon->size = size;
	return 0;
}

/* Read some bytes. Return 0, or a negative errno; -EAGAIN if there are none. */
static int read_some(struct clb_daemon *daemon)
{
	union {
		char bytes[CMSG_SPACE(NR_FDS * sizeof(int))];
		struct cmsghdr align;
	} control;
	struct iovec room;
	struct msghdr message = {
		.msg_iov = &room,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control),
	};
	ssize_t got;
	int ret;

	ret = make_room(daemon);
	if (ret)
		return ret;
	room.iov_base = daemon->bytes + daemon->used;
	room.iov_len = daemon->size - daemon->used;
	got = recvmsg(daemon->fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	if (got < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	take_descriptors(daemon, &message);
	daemon->used += got;
	return got ? 0 : -EPIPE;
}

/* Forget the line that was understood, and find the next one. */
static bool find_line(struct clb_daemon *daemon)
{
	const char *end = NULL;

	if (daemon->line) {
		daemon->used -= daemon->line;
		memmove(daemon->bytes, daemon->bytes + daemon->line, daemon->used);
		daemon->line = 0;
		daemon->searched = 0;
	}
	if (daemon->used > daemon->searched)
		end = memchr(daemon->bytes + daemon->searched, '\n',
			     daemon->used - daemon->searched);
	daemon->searched = daemon->used;
	if (end)
		daemon->line = end - daemon->bytes + 1;
	return end;
}

int clb_daemon_receive(struct clb_daemon *daemon, json_t **event)
{
	int ret;

	*event = NULL;
	while (!find_line(daemon)) {
		ret = read_some(daemon);
		if (ret == -EAGAIN || ret == -EINTR)
			return 0;
		if (ret)
			return ret;
	}
	*event = json_loadb(daemon->bytes, daemon->line, JSON_REJECT_DUPLICATES, NULL);
	return *event ? 1 : -EBADMSG;
}

static int ms_since(const struct timespec *start)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

/* Wait for a whole line; a daemon that sends a byte now and then wins no time. */
static int await_line(struct clb_daemon *daemon, json_t **line)
{
	struct pollfd fd = { .fd = daemon->fd, .events = POLLIN };
	struct timespec start;
	int ret, left = -1;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (;;) {
		ret = clb_daemon_receive(daemon, line);
		if (ret)
			return ret < 0 ? ret : 0;
		if (daemon->timeout_ms != CLB_DAEMON_NO_TIMEOUT) {
			left = daemon->timeout_ms - ms_since(&start);
			if (left <= 0)
				return -ETIMEDOUT;
		}
		if (poll(&fd, 1, left) < 0 && errno != EINTR)
			return -errno;
	}
}

int clb_daemon_transact(struct clb_daemon *daemon, json_t *request, json_t **answer)
{
	int ret;

	*answer = NULL;
	ret = request ? send_request(daemon->fd, request) : -ENOMEM;
	json_decref(request);
	if (!ret)
		ret = await_line(daemon, answer);
	if (!ret && !json_is_boolean(json_object_get(*answer, "ok")))
		ret = -EPROTO;
	if (!ret)
		return 0;
	json_decref(*answer);
	*answer = NULL;
	return ret;
}

/* The sentence is the daemon's, the exit status too. */
static int refused(const char *what, const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	json_int_t status = json_integer_value(json_object_get(answer, "status"));

	if (!error)
		return clb_daemon_not_understood(what);
	return clb_fail(status == CLB_EXIT_USAGE ? CLB_EXIT_USAGE : CLB_EXIT_FAILED, "%s", error);
}

int clb_daemon_ask(struct clb_daemon *daemon, const char *what, json_t *request,
		   json_t **answer)
{
	int ret, status;

	*answer = NULL;
	if (daemon->fd < 0) {
		ret = clb_daemon_open(daemon);
		if (ret) {
			json_decref(request);
			return clb_daemon_say(what, ret);
		}
	}
	ret = clb_daemon_transact(daemon, request, answer);
	if (ret) {
		/* What may still come is no answer to the next request. */
		clb_daemon_close(daemon);
		return clb_daemon_say(what, ret);
	}
	if (json_is_true(json_object_get(*answer, "ok")))
		return 0;
	status = refused(what, *answer);
	json_decref(*answer);
	*answer = NULL;
	return status;
}
