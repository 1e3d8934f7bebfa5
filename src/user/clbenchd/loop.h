/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The event loop: descriptors that are watched, and one time to wake up at.
 *
 * Threading model. The daemon has one thread. It waits in one epoll for the
 * data sockets of its sessions, the socket that hears how sessions end, the
 * control socket and its connections, signals (signalfd) and time (timerfd).
 * Nothing else runs: callbacks are never interrupted by one another, and there
 * are no locks. A callback may unwatch and close any descriptor, since only one
 * event is taken at a time. Whoever must wait for something keeps that in its
 * own state and returns. Requests to the kernel are answered at once: no handler
 * of the module waits. Files are written in the callback that got the packet: a
 * slow disk holds up the daemon, and the kernel keeps what comes meanwhile.
 */
#ifndef CLBD_LOOP_H
#define CLBD_LOOP_H

#include <stdint.h>

/**
 * struct clbd_watch - a descriptor that is watched
 * @fd: the descriptor, -1 if it is not watched
 * @ready: called when it has one of the events, with them (EPOLLIN, ...)
 * @arg: for it
 */
struct clbd_watch {
	int fd;
	void (*ready)(void *arg, uint32_t events);
	void *arg;
};

/**
 * struct clbd_loop - the loop
 * @epoll: descriptor of epoll
 * @timer: watches the timerfd
 */
struct clbd_loop {
	int epoll;
	struct clbd_watch timer;
};

/**
 * clbd_now_ns() - tell the time that deadlines are told in
 *
 * Return: CLOCK_MONOTONIC, ns.
 */
uint64_t clbd_now_ns(void);

/**
 * clbd_wall_clock_ns() - tell the time that files and sessions are dated in
 *
 * Return: CLOCK_REALTIME, ns.
 */
uint64_t clbd_wall_clock_ns(void);

/**
 * clbd_loop_open() - make a loop
 * @loop: the loop; closed with clbd_loop_close(), also after a failure
 *
 * Return: 0 or a negative errno.
 */
int clbd_loop_open(struct clbd_loop *loop);

/**
 * clbd_loop_close() - close a loop
 * @loop: the loop
 */
void clbd_loop_close(struct clbd_loop *loop);

/**
 * clbd_watch() - watch a descriptor for input
 * @loop: the loop
 * @watch: with @ready and @arg; lives until clbd_unwatch()
 * @fd: the descriptor
 *
 * Return: 0 or a negative errno.
 */
int clbd_watch(struct clbd_loop *loop, struct clbd_watch *watch, int fd);

/**
 * clbd_watch_for() - change what a descriptor is watched for
 * @loop: the loop
 * @watch: it is watched
 * @events: EPOLLIN, EPOLLOUT or 0
 */
void clbd_watch_for(struct clbd_loop *loop, struct clbd_watch *watch, uint32_t events);

/**
 * clbd_unwatch() - watch a descriptor no more; before it is closed
 * @loop: the loop
 * @watch: may be unwatched already
 */
void clbd_unwatch(struct clbd_loop *loop, struct clbd_watch *watch);

/**
 * clbd_loop_turn() - wait for one event, or for a time, and call who it is for
 * @loop: the loop
 * @deadline_ns: when to return at the latest; UINT64_MAX: never
 *
 * Return: 0 or a negative errno.
 */
int clbd_loop_turn(struct clbd_loop *loop, uint64_t deadline_ns);

#endif /* CLBD_LOOP_H */
