/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The control socket: connections, requests and answers, one JSON object a line.
 *
 * doc/control.md is the protocol. A peer can be slow, dead or hostile: nothing
 * waits for it, what it may leave with us is bounded, and what it asks for that
 * takes time is kept as a wait of its connection.
 */
#ifndef CLBD_CONTROL_H
#define CLBD_CONTROL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "loop.h"

struct clbd;
struct clbd_recording;

/* Version of the protocol. */
#define CLBD_CONTROL_PROTOCOL	1

/* Longest request, with its newline. */
#define CLBD_REQUEST_MAX	(64 * 1024)

/* What a connection waits for. */
enum clbd_wait {
	CLBD_WAIT_NOTHING,
	CLBD_WAIT_START,
	CLBD_WAIT_SET,
	CLBD_WAIT_ROTATE,
	CLBD_WAIT_STOP,
	CLBD_WAIT_TAIL,		/* answered; hears of the end */
};

/**
 * struct clbd_conn - a connection
 * @next: the next one
 * @d: the daemon
 * @watch: its socket
 * @uid: who it is
 * @pid: his process
 * @wait: what it waits for
 * @recording: of which session; NULL with CLBD_WAIT_NOTHING and CLBD_WAIT_TAIL
 * @tail_id: id of the session that it follows
 * @in: bytes of a request
 * @in_size: how many
 * @out: bytes to be sent
 * @out_size: how many
 * @out_sent: of them
 * @out_fd: lent socket to be sent with the first of them, -1: none
 * @lent_fd: one that was sent, -1: none
 * @eof: it sends nothing more
 * @closing: when all is sent
 * @dead: to be freed by clbd_control_sweep()
 */
struct clbd_conn {
	struct clbd_conn *next;
	struct clbd *d;
	struct clbd_watch watch;
	uid_t uid;
	pid_t pid;
	enum clbd_wait wait;
	struct clbd_recording *recording;
	uint32_t tail_id;
	char *in;
	size_t in_size;
	char *out;
	size_t out_size;
	size_t out_sent;
	int out_fd;
	int lent_fd;
	bool eof;
	bool closing;
	bool dead;
};

/**
 * struct clbd_control - the socket
 * @watch: it
 * @path: of the socket if we made it; NULL: systemd did
 * @conns: the connections
 * @nr_conns: how many
 * @deaf_ns: until when none is accepted for lack of descriptors, 0: they are
 */
struct clbd_control {
	struct clbd_watch watch;
	const char *path;
	struct clbd_conn *conns;
	unsigned int nr_conns;
	uint64_t deaf_ns;
};

/**
 * clbd_control_open() - take systemd's socket, or make it
 * @d: the daemon
 * @path: of the socket
 * @gid: group that may use it
 *
 * Return: 0 or a negative errno; what went wrong was said.
 */
int clbd_control_open(struct clbd *d, const char *path, gid_t gid);

/**
 * clbd_control_close() - close the socket and all connections
 * @d: the daemon
 */
void clbd_control_close(struct clbd *d);

/**
 * clbd_control_sweep() - take one request of each connection, free those that are dead
 * @d: the daemon
 *
 * To be called when nothing else runs.
 */
void clbd_control_sweep(struct clbd *d);

/**
 * clbd_control_deadline() - when there is something to do for the control socket
 * @d: the daemon
 *
 * Return: by clbd_now_ns(), 0 for at once, UINT64_MAX for never.
 */
uint64_t clbd_control_deadline(const struct clbd *d);

/**
 * clbd_control_on_time() - do what is due
 * @d: the daemon
 * @now: by clbd_now_ns()
 */
void clbd_control_on_time(struct clbd *d, uint64_t now);

/**
 * clbd_conn_answer() - answer a request, and go on with the next one
 * @c: the connection
 * @answer: the answer without "ok"; taken over; NULL: no memory
 */
void clbd_conn_answer(struct clbd_conn *c, json_t *answer);

/**
 * clbd_conn_refuse() - refuse a request, and go on with the next one
 * @c: the connection
 * @status: exit status for the command
 * @format: the sentence, as in printf
 */
void clbd_conn_refuse(struct clbd_conn *c, int status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/**
 * clbd_conn_hand_over() - send a lent socket with the next answer
 * @c: the connection
 * @fd: the descriptor; the connection's from now on
 */
void clbd_conn_hand_over(struct clbd_conn *c, int fd);

/**
 * clbd_conn_end_loan() - take back what was lent; so does the end of the connection
 * @c: the connection, which need have nothing
 * @drain: throw away what waits in it
 */
void clbd_conn_end_loan(struct clbd_conn *c, bool drain);

/**
 * clbd_control_started() - answer who waits for a session's start
 * @r: the session; it records
 */
void clbd_control_started(struct clbd_recording *r);

/**
 * clbd_control_changed() - answer who waits for a session's change
 * @r: the session
 * @why: why it has failed; NULL: it was carried out
 */
void clbd_control_changed(struct clbd_recording *r, const char *why);

/**
 * clbd_control_rotated() - answer who waits for a session's next chunk
 * @r: the session; the chunk is open
 */
void clbd_control_rotated(struct clbd_recording *r);

/**
 * clbd_control_over() - answer all who wait for something of a session
 * @r: the session; it is over
 */
void clbd_control_over(struct clbd_recording *r);

/**
 * clbd_request() - carry out a request
 * @c: who asks
 * @request: what for
 */
void clbd_request(struct clbd_conn *c, const json_t *request);

#endif /* CLBD_CONTROL_H */
