/* SPDX-License-Identifier: GPL-2.0 */
/* The event loop: descriptors that are watched, and one time to wake up at. */

#include "loop.h"

#include <errno.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "quantity.h"

static uint64_t read_clock(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * CLB_NS_PER_S + t.tv_nsec;
}

uint64_t clbd_now_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

uint64_t clbd_wall_clock_ns(void)
{
	return read_clock(CLOCK_REALTIME);
}

static void on_timer(void *arg, uint32_t events)
{
	struct clbd_loop *loop = arg;
	uint64_t times;
	ssize_t ignored;

	(void)events;
	ignored = read(loop->timer.fd, &times, sizeof(times));
	(void)ignored;
}

int clbd_loop_open(struct clbd_loop *loop)
{
	int fd;

	loop->timer = (struct clbd_watch){ .fd = -1, .ready = on_timer, .arg = loop };
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0)
		return -errno;
	fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	return fd < 0 ? -errno : clbd_watch(loop, &loop->timer, fd);
}

void clbd_loop_close(struct clbd_loop *loop)
{
	if (loop->timer.fd >= 0)
		close(loop->timer.fd);
	if (loop->epoll >= 0)
		close(loop->epoll);
	loop->timer.fd = -1;
	loop->epoll = -1;
}

int clbd_watch(struct clbd_loop *loop, struct clbd_watch *watch, int fd)
{
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = watch };

	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, fd, &event))
		return -errno;
	watch->fd = fd;
	return 0;
}

void clbd_watch_for(struct clbd_loop *loop, struct clbd_watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (watch->fd >= 0)
		epoll_ctl(loop->epoll, EPOLL_CTL_MOD, watch->fd, &event);
}

void clbd_unwatch(struct clbd_loop *loop, struct clbd_watch *watch)
{
	if (watch->fd >= 0)
		epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL);
	watch->fd = -1;
}

static void set_timer(struct clbd_loop *loop, uint64_t deadline_ns)
{
	struct itimerspec at = { 0 };

	/* All 0 would mean never. */
	if (deadline_ns != UINT64_MAX) {
		at.it_value.tv_sec = deadline_ns / CLB_NS_PER_S;
		at.it_value.tv_nsec = deadline_ns % CLB_NS_PER_S;
		if (!deadline_ns)
			at.it_value.tv_nsec = 1;
	}
	timerfd_settime(loop->timer.fd, TFD_TIMER_ABSTIME, &at, NULL);
}

int clbd_loop_turn(struct clbd_loop *loop, uint64_t deadline_ns)
{
	struct epoll_event event;
	struct clbd_watch *watch;
	int nr;

	set_timer(loop, deadline_ns);
	nr = epoll_wait(loop->epoll, &event, 1, -1);
	if (nr < 0)
		return errno == EINTR ? 0 : -errno;
	if (nr) {
		watch = event.data.ptr;
		watch->ready(watch->arg, event.events);
	}
	return 0;
}
