/* SPDX-License-Identifier: GPL-2.0 */
/* The client's end of the control socket of clbenchd; doc/control.md is its protocol. */
#ifndef CLB_DAEMON_H
#define CLB_DAEMON_H

#include <stddef.h>
#include <stdio.h>

#include <jansson.h>

/* Where the daemon listens, unless the environment names another place. */
#define CLB_DAEMON_SOCKET	"/run/clbench/clbenchd.sock"
#define CLB_DAEMON_ENVIRONMENT	"CLBENCHD_SOCKET"

/* No time is too long. */
#define CLB_DAEMON_NO_TIMEOUT	(-1)

/**
 * struct clb_daemon - a connection
 * @fd: the socket, -1: not connected
 * @received: a descriptor that came with an answer, -1: none; closed with the
 *	connection unless it is taken away
 * @timeout_ms: how long to wait for an answer, or CLB_DAEMON_NO_TIMEOUT
 * @bytes: what was read and not yet understood
 * @used: how many
 * @searched: of them are known to have no newline
 * @size: room for them
 * @line: bytes of the line that was understood last, still in @bytes
 */
struct clb_daemon {
	int fd;
	int received;
	int timeout_ms;
	char *bytes;
	size_t used;
	size_t searched;
	size_t size;
	size_t line;
};

#define CLB_DAEMON_INIT	{ .fd = -1, .received = -1, .timeout_ms = CLB_DAEMON_NO_TIMEOUT }

/**
 * clb_daemon_open() - connect to the daemon
 * @daemon: CLB_DAEMON_INIT; closed with clb_daemon_close() also after a failure
 *
 * Says nothing.
 *
 * Return: 0; -ENOENT or -ECONNREFUSED if there is none; -EACCES if the caller may
 * not; another negative errno.
 */
int clb_daemon_open(struct clb_daemon *daemon);

/**
 * clb_daemon_close() - end the connection
 * @daemon: the connection
 */
void clb_daemon_close(struct clb_daemon *daemon);

/**
 * clb_daemon_say() - tell why there is no connection or no answer
 * @what: what cannot be done, such as "cannot stop nightly"
 * @error: the negative errno
 *
 * Return: CLB_EXIT_FAILED.
 */
int clb_daemon_say(const char *what, int error);

/**
 * clb_daemon_print() - print a value of an answer on a line, as JSON that drives no terminal
 * @value: the value
 * @out: where to
 *
 * Return: 0 or -ENOMEM.
 */
int clb_daemon_print(const json_t *value, FILE *out);

/**
 * clb_daemon_text() - make a string of a request
 * @text: any bytes: those that are not printable UTF-8 become \xNN
 *
 * Return: the string, or NULL.
 */
json_t *clb_daemon_text(const char *text);

/**
 * clb_daemon_transact() - ask, and wait for the answer
 * @daemon: the connection
 * @request: the request, given back; NULL counts as out of memory
 * @answer: gets the answer, given back with json_decref(); NULL on failure
 *
 * Says nothing.
 *
 * Return: 0; -EPIPE: the daemon has gone; -EBADMSG: the answer is not JSON;
 * -EPROTO: it is no answer; -EMSGSIZE: the request is too long; -ETIMEDOUT;
 * another negative errno.
 */
int clb_daemon_transact(struct clb_daemon *daemon, json_t *request, json_t **answer);

/**
 * clb_daemon_ask() - connect, ask, wait, and see that it was done
 * @daemon: the connection; connects if it is not
 * @what: what is to be done if this fails, such as "cannot stop nightly"
 * @request: the request, given back; NULL counts as out of memory
 * @answer: gets the answer, given back with json_decref(); NULL on failure
 *
 * Return: 0; or the exit status, and the user was told.
 */
int clb_daemon_ask(struct clb_daemon *daemon, const char *what, json_t *request,
		   json_t **answer);

/**
 * clb_daemon_not_understood() - complain about an answer
 * @what: what cannot be done
 *
 * Return: CLB_EXIT_FAILED.
 */
int clb_daemon_not_understood(const char *what);

/**
 * clb_daemon_receive() - read what has come without being asked for
 * @daemon: the connection
 * @event: gets the next whole line as JSON, given back with json_decref()
 *
 * Never waits.
 *
 * Return: 1; 0 if there is none yet; -EPIPE: the daemon has gone; -EBADMSG: it is
 * not JSON; another negative errno.
 */
int clb_daemon_receive(struct clb_daemon *daemon, json_t **event);

#endif /* CLB_DAEMON_H */
