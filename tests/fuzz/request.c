/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Fuzzes the daemon: the input is what its peers send, a line at a time. The whole
 * daemon runs, from its loop to its files; only the kernel is fake_kernel.c, and
 * there is no main(). A line that begins with "!" is for us:
 *
 *   !c  go on with another connection     !x  close this one
 *   !k  let the kernel send batches       !r  let it refuse the next request
 *   !h  let it hold changes and ends      !g  let it go on
 *   !l  lose its notifications            !u  reload the configuration
 *   !d  hand over to the next daemon      !t  tell the daemon to stop
 */
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "fake_kernel.h"
#include "fuzz.h"

int clbenchd_main(int argc, char **argv);
#define main clbenchd_main
#include "clbenchd/clbenchd.c"
#undef main

#define PEERS_MAX	3
#define LINES_MAX	64

/* Events at most between two lines: more would be an endless loop. */
#define TURNS_MAX	2000

struct peer {
	int fd;
	char *heard;
	size_t size;
};

static struct peer peers[PEERS_MAX];
static struct life life;

/* ------------------------------------------------------------------ the daemon */

static void start_daemon(void)
{
	struct clbd *d = &life.d;
	char why[CLBD_WHY];

	life = (struct life) {
		.d = {
			.loop = { .epoll = -1, .timer.fd = -1 },
			.conf_path = fuzz_path("conf"),
			.state_dir = fuzz_path("state"),
			.listen_watch.fd = -1,
			.control.watch.fd = -1,
		},
		.signals.fd = -1,
		.socket_path = fuzz_path("socket"),
	};
	fuzz_check(!clbd_conf_read(&d->conf, d->conf_path, false, why), "the configuration is right", why);
	fuzz_check(!clbd_loop_open(&d->loop) && !reach_kernel(d) &&
		   !clbd_control_open(d, life.socket_path, getegid()), "the daemon starts", NULL);
	clbd_adopt_sessions(d);
	clbd_start_at_boot(d);
}

static bool has_event(void)
{
	struct pollfd epoll = { .fd = life.d.loop.epoll, .events = POLLIN };

	return poll(&epoll, 1, 0) > 0;
}

/* All that is to be done now. */
static void run_daemon(void)
{
	int turns;

	for (turns = 0; turns < TURNS_MAX && has_event(); turns++) {
		fuzz_check(!clbd_loop_turn(&life.d.loop, UINT64_MAX), "the loop goes on", NULL);
		on_time(&life);
		sweep(&life.d);
	}
	fuzz_check(turns < TURNS_MAX, "the daemon comes to rest", NULL);
	on_time(&life);
	sweep(&life.d);
}

/* ------------------------------------------------------------------- the peers */

static void dial(struct peer *peer)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	strcpy(address.sun_path, life.socket_path);
	peer->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	fuzz_check(!connect(peer->fd, (struct sockaddr *)&address, sizeof(address)),
		   "the daemon listens", strerror(errno));
}

/* Descriptors that come along are closed by the kernel: there is no room for them. */
static void hear(struct peer *peer)
{
	char bytes[4096];
	ssize_t got;

	while (peer->fd >= 0 && (got = recv(peer->fd, bytes, sizeof(bytes), 0)) > 0) {
		peer->heard = realloc(peer->heard, peer->size + got);
		fuzz_check(peer->heard, "there is memory", NULL);
		memcpy(peer->heard + peer->size, bytes, got);
		peer->size += got;
	}
}

static void check_answers(const struct peer *peer)
{
	const char *line = peer->heard, *end;
	json_t *answer;

	for (size_t left = peer->size; left; left -= end + 1 - line, line = end + 1) {
		end = memchr(line, '\n', left);
		fuzz_check(end, "an answer is a line", NULL);
		answer = json_loadb(line, end - line, JSON_REJECT_DUPLICATES, NULL);
		fuzz_check(json_is_boolean(json_object_get(answer, "ok")), "an answer says whether",
			   NULL);
		fuzz_check(json_is_true(json_object_get(answer, "ok")) ||
			   json_is_string(json_object_get(answer, "error")),
			   "a refusal says why", NULL);
		json_decref(answer);
	}
}

/* What was not sent whole has no answer. */
static void hang_up(struct peer *peer)
{
	if (peer->fd < 0)
		return;
	shutdown(peer->fd, SHUT_WR);
	run_daemon();
	hear(peer);
	close(peer->fd);
	peer->fd = -1;
	check_answers(peer);
	free(peer->heard);
	*peer = (struct peer){ .fd = -1 };
}

static void hang_up_all(void)
{
	for (int i = 0; i < PEERS_MAX; i++)
		hang_up(&peers[i]);
}

/* ------------------------------------------------------------------ the input */

static void hand_over(void)
{
	hang_up_all();
	give_back(&life);
	start_daemon();
}

/* Returns whose turn it is. */
static int obey(char order, int peer)
{
	switch (order) {
	case 'c':
		return (peer + 1) % PEERS_MAX;
	case 'd':
		hand_over();
		break;
	case 'g':
		fake_kernel_hold(false);
		break;
	case 'h':
		fake_kernel_hold(true);
		break;
	case 'k':
		fake_kernel_work();
		break;
	case 'l':
		fake_kernel_lose();
		break;
	case 'r':
		fake_kernel_refuse(-EPERM);
		break;
	case 't':
		on_stop(&life.d);
		break;
	case 'u':
		clbd_reload(&life.d);
		break;
	case 'x':
		hang_up(&peers[peer]);
		break;
	}
	return peer;
}

static void say(struct peer *peer, const uint8_t *data, size_t size)
{
	if (peer->fd < 0)
		dial(peer);
	/* The daemon may have hung up. */
	if (send(peer->fd, data, size, MSG_NOSIGNAL) < 0)
		return;
}

static void make_folders(void)
{
	static const char conf[] = "[daemon]\ntrace_dir = %s\nmin_free = no\n"
		"[session known]\nevents = pagecache_miss\nkeep = 2\nrotate_size = 64k\n";
	char text[512];

	fuzz_remove(fuzz_path("traces"));
	fuzz_remove(fuzz_path("state"));
	mkdir(fuzz_path("traces"), 0700);
	mkdir(fuzz_path("state"), 0700);
	snprintf(text, sizeof(text), conf, fuzz_path("traces"));
	fuzz_write("conf", text, strlen(text));
}

static void take_input(const uint8_t *data, size_t size)
{
	int peer = 0;

	for (int i = 0; i < LINES_MAX && size; i++) {
		const uint8_t *end = memchr(data, '\n', size);
		size_t length = end ? (size_t)(end + 1 - data) : size;

		if (length >= 2 && data[0] == '!')
			peer = obey(data[1], peer);
		else
			say(&peers[peer], data, length);
		run_daemon();
		for (int j = 0; j < PEERS_MAX; j++)
			hear(&peers[j]);
		data += length;
		size -= length;
	}
}

static int next_fd(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int first = next_fd();

	for (int i = 0; i < PEERS_MAX; i++)
		peers[i] = (struct peer){ .fd = -1 };
	make_folders();
	fuzz_listen();
	start_daemon();
	take_input(data, size);
	hang_up_all();
	give_back(&life);
	fake_kernel_reset();
	fuzz_heard();
	fuzz_check(next_fd() == first, "no descriptor is left open", NULL);
	return 0;
}
