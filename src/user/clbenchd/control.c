/* SPDX-License-Identifier: GPL-2.0 */
/* The control socket: connections, requests and answers, one JSON object a line. */

#include "control.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "clbenchd.h"
#include "lent.h"
#include "message.h"
#include "quantity.h"
#include "text.h"

/* More are not accepted before others have gone. */
#define CONNS_MAX	64

/* How long none is accepted when descriptors have run out. */
#define DEAF_NS		CLB_NS_PER_S

#define MODE_SOCKET	0660

/* ------------------------------------------------------------- connections */

void clbd_conn_end_loan(struct clbd_conn *c, bool drain)
{
	clbd_lent_end(c->lent_fd, drain);
	c->lent_fd = -1;
}

/* Not freed at once: its callback may be running. */
static void drop(struct clbd_conn *c)
{
	int fd = c->watch.fd;

	if (c->dead)
		return;
	c->dead = true;
	clbd_unwatch(&c->d->loop, &c->watch);
	close(fd);
	if (c->out_fd >= 0)
		close(c->out_fd);
	c->out_fd = -1;
	clbd_conn_end_loan(c, false);
	c->wait = CLBD_WAIT_NOTHING;
	c->recording = NULL;
}

/* ----------------------------------------------------------------- sending */

/* With the first byte, the descriptor. */
static ssize_t send_some(struct clbd_conn *c)
{
	struct iovec bytes = { c->out + c->out_sent, c->out_size - c->out_sent };
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr head;
	} control = { 0 };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };

	if (c->out_fd >= 0) {
		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.head), &c->out_fd, sizeof(int));
	}
	return sendmsg(c->watch.fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void send_all(struct clbd_conn *c)
{
	ssize_t sent;

	while (!c->dead && c->out_sent < c->out_size) {
		sent = send_some(c);
		if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
			clbd_watch_for(&c->d->loop, &c->watch, EPOLLIN | EPOLLOUT);
			return;
		}
		if (sent < 0) {
			drop(c);
			return;
		}
		c->out_sent += sent;
		if (c->out_fd >= 0) {
			clbd_conn_end_loan(c, false);
			c->lent_fd = c->out_fd;
		}
		c->out_fd = -1;
	}
	if (c->dead)
		return;
	c->out_size = c->out_sent = 0;
	if (c->closing)
		drop(c);
	else
		clbd_watch_for(&c->d->loop, &c->watch, EPOLLIN);
}

/* Queued alone: the caller sends. */
static void queue(struct clbd_conn *c, json_t *json)
{
	char *line = json ? json_dumps(json, JSON_COMPACT) : NULL, *out;
	size_t size = line ? strlen(line) : 0;

	json_decref(json);
	out = line ? realloc(c->out, c->out_size + size + 1) : NULL;
	if (out) {
		memcpy(out + c->out_size, line, size);
		out[c->out_size + size] = '\n';
		c->out = out;
		c->out_size += size + 1;
	} else {
		/* Better no connection than one with an answer missing. */
		c->closing = true;
	}
	free(line);
}

void clbd_conn_hand_over(struct clbd_conn *c, int fd)
{
	if (c->out_fd >= 0)
		close(c->out_fd);
	c->out_fd = fd;
}

/* The request is done. The next one, should it be there already, has to wait for
 * clbd_control_sweep(): this may be the answer to the one before.
 */
static void finish(struct clbd_conn *c, json_t *answer)
{
	if (c->dead) {
		json_decref(answer);
		return;
	}
	if (c->wait != CLBD_WAIT_TAIL)
		c->wait = CLBD_WAIT_NOTHING;
	c->recording = NULL;
	queue(c, answer);
	send_all(c);
}

void clbd_conn_answer(struct clbd_conn *c, json_t *answer)
{
	if (answer && !json_object_set_new(answer, "ok", json_true())) {
		finish(c, answer);
		return;
	}
	json_decref(answer);
	clbd_conn_refuse(c, CLB_EXIT_FAILED, "the daemon cannot put its answer into JSON; see its log");
	clb_log(CLB_LEVEL_ERROR, "an answer cannot be put into JSON: out of memory, or a path that is not UTF-8");
}

/* Names and texts of others come as they are: make them fit into JSON, and a line. */
static json_t *printable(const char *text)
{
	char *line = NULL;
	json_t *string;
	size_t size;
	FILE *f;

	f = open_memstream(&line, &size);
	if (!f)
		return NULL;
	clb_text_put(f, text, strlen(text));
	string = fclose(f) ? NULL : json_string(line);
	free(line);
	return string;
}

void clbd_conn_refuse(struct clbd_conn *c, int status, const char *format, ...)
{
	char text[CLBD_WHY + 128];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	finish(c, json_pack("{s:b, s:i, s:o}", "ok", 0, "status", status, "error",
			    printable(text)));
}

/* --------------------------------------------------------------- receiving */

static void take_line(struct clbd_conn *c, const char *line, size_t size)
{
	json_error_t error;
	json_t *request;

	request = json_loadb(line, size, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(request)) {
		clbd_request(c, request);
	} else {
		c->closing = true;
		clbd_conn_refuse(c, CLB_EXIT_FAILED,
				 "this is no request: %s; see doc/control.md",
				 request ? "it is no object" : error.text);
	}
	json_decref(request);
}

/* The end of the request that may be taken now, or NULL. */
static char *next_request(const struct clbd_conn *c)
{
	if (c->dead || c->closing || c->wait != CLBD_WAIT_NOTHING || c->out_size)
		return NULL;
	return memchr(c->in, '\n', c->in_size);
}

/* One in each turn of the loop: what is asked for behind it waits in the buffer, and
 * others have their turn.
 */
static void take_request(struct clbd_conn *c)
{
	char *end = next_request(c);

	if (end) {
		size_t size = end - c->in + 1;

		take_line(c, c->in, size);
		memmove(c->in, c->in + size, c->in_size - size);
		c->in_size -= size;
	}
	if (c->dead || c->closing || (end && next_request(c)))
		return;
	if (c->eof && c->wait == CLBD_WAIT_NOTHING && !c->out_size) {
		drop(c);
	} else if (c->eof) {
		/* It has sent all that it will, and waits for answers. */
		clbd_watch_for(&c->d->loop, &c->watch, c->out_size ? EPOLLOUT : 0);
	} else if (c->in_size == CLBD_REQUEST_MAX && c->wait == CLBD_WAIT_NOTHING && !c->out_size) {
		c->closing = true;
		clbd_conn_refuse(c, CLB_EXIT_FAILED, "the request is too long");
	} else if (c->in_size == CLBD_REQUEST_MAX) {
		/* Neither read on nor spin; EPOLLHUP still comes. */
		clbd_watch_for(&c->d->loop, &c->watch, c->out_size ? EPOLLOUT : 0);
	}
}

static void receive(struct clbd_conn *c)
{
	ssize_t got;

	if (c->in_size == CLBD_REQUEST_MAX || c->eof)
		return;
	got = recv(c->watch.fd, c->in + c->in_size, CLBD_REQUEST_MAX - c->in_size, MSG_DONTWAIT);
	if (got > 0)
		c->in_size += got;
	else if (!got)
		c->eof = true;
	else if (errno != EAGAIN && errno != EINTR)
		drop(c);
}

static void on_conn(void *arg, uint32_t events)
{
	struct clbd_conn *c = arg;

	/* What it has sent before it went is done. */
	if (events & (EPOLLERR | EPOLLHUP)) {
		clbd_conn_end_loan(c, true);
		receive(c);
		if (!c->dead)
			take_request(c);
		drop(c);
		return;
	}
	/* What it asks for is looked at by clbd_control_sweep(). */
	if (events & EPOLLOUT)
		send_all(c);
	if (!c->dead && events & EPOLLIN)
		receive(c);
}

/* Room for another: of those that ask nothing and wait for nothing, the oldest. */
static bool drop_idle(struct clbd *d)
{
	struct clbd_conn *oldest = NULL;

	for (struct clbd_conn *c = d->control.conns; c; c = c->next)
		if (!c->dead && c->wait == CLBD_WAIT_NOTHING && !c->out_size)
			oldest = c;
	if (oldest)
		drop(oldest);
	return oldest;
}

static void on_listen(void *arg, uint32_t events)
{
	struct clbd *d = arg;
	struct ucred who = { 0 };
	socklen_t size = sizeof(who);
	struct clbd_conn *c;
	int fd;

	(void)events;
	if (d->control.nr_conns == CONNS_MAX && !drop_idle(d))
		clbd_watch_for(&d->loop, &d->control.watch, 0);
	if (d->control.nr_conns >= CONNS_MAX)
		return;
	fd = accept4(d->control.watch.fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0) {
		/* Out of descriptors: for a while, or until one connection has gone. */
		if (errno == EMFILE || errno == ENFILE) {
			clbd_watch_for(&d->loop, &d->control.watch, 0);
			d->control.deaf_ns = clbd_now_ns() + DEAF_NS;
		}
		return;
	}
	c = calloc(1, sizeof(*c));
	if (c)
		c->in = malloc(CLBD_REQUEST_MAX);
	if (!c || !c->in || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size))
		goto err_free;
	c->d = d;
	c->uid = who.uid;
	c->pid = who.pid;
	c->out_fd = c->lent_fd = -1;
	c->watch = (struct clbd_watch){ .fd = -1, .ready = on_conn, .arg = c };
	if (clbd_watch(&d->loop, &c->watch, fd))
		goto err_free;
	c->next = d->control.conns;
	d->control.conns = c;
	d->control.nr_conns++;
	return;

err_free:
	if (c)
		free(c->in);
	free(c);
	close(fd);
}

void clbd_control_sweep(struct clbd *d)
{
	struct clbd_conn **p = &d->control.conns, *c;

	while ((c = *p)) {
		take_request(c);
		if (!c->dead) {
			p = &c->next;
			continue;
		}
		*p = c->next;
		free(c->in);
		free(c->out);
		free(c);
		d->control.nr_conns--;
		/* Somebody may be waiting for the place. */
		clbd_watch_for(&d->loop, &d->control.watch, EPOLLIN);
	}
}

uint64_t clbd_control_deadline(const struct clbd *d)
{
	for (const struct clbd_conn *c = d->control.conns; c; c = c->next)
		if (next_request(c))
			return 0;
	return d->control.deaf_ns ? d->control.deaf_ns : UINT64_MAX;
}

void clbd_control_on_time(struct clbd *d, uint64_t now)
{
	if (!d->control.deaf_ns || now < d->control.deaf_ns)
		return;
	d->control.deaf_ns = 0;
	clbd_watch_for(&d->loop, &d->control.watch, EPOLLIN);
}

/* ---------------------------------------------------------------- the socket */

static int make_socket(const char *path, gid_t gid)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, ret = 0;

	if (strlen(path) >= sizeof(address.sun_path))
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	/* Of a daemon that has died; a living one answers. */
	if (!connect(fd, (struct sockaddr *)&address, sizeof(address)) || errno == EAGAIN) {
		close(fd);
		return -EADDRINUSE;
	}
	unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
	    chmod(path, MODE_SOCKET) || (gid != getegid() && chown(path, -1, gid)) ||
	    listen(fd, CONNS_MAX))
		ret = -errno;
	if (!ret)
		return fd;
	close(fd);
	return ret;
}

int clbd_control_open(struct clbd *d, const char *path, gid_t gid)
{
	int fd, nr = sd_listen_fds(1);

	d->control.watch = (struct clbd_watch){ .fd = -1, .ready = on_listen, .arg = d };
	if (nr > 1 || (nr == 1 && !sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, NULL, 0))) {
		clb_log(CLB_LEVEL_ERROR, "systemd passes something else than one listening stream socket; see clbenchd.socket");
		return -EINVAL;
	}
	fd = nr == 1 ? SD_LISTEN_FDS_START : make_socket(path, gid);
	if (fd == -EADDRINUSE)
		clb_log(CLB_LEVEL_ERROR, "cannot listen at %s: another clbenchd runs; stop that one first",
			path);
	else if (fd < 0)
		clb_log(CLB_LEVEL_ERROR, "cannot listen at %s: %s; make its folder, or name another place with --socket",
			path, strerror(-fd));
	if (fd < 0)
		return fd;
	d->control.path = nr == 1 ? NULL : path;
	return clbd_watch(&d->loop, &d->control.watch, fd);
}

void clbd_control_close(struct clbd *d)
{
	int fd = d->control.watch.fd;

	for (struct clbd_conn *c = d->control.conns; c; c = c->next)
		drop(c);
	clbd_control_sweep(d);
	clbd_unwatch(&d->loop, &d->control.watch);
	if (fd >= 0)
		close(fd);
	if (d->control.path)
		unlink(d->control.path);
	d->control.path = NULL;
}
