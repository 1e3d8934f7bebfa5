/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Retention: which closed chunks go, in which order.
 *
 * usage: retention DIR, an empty directory
 *
 * Sessions have a directory in a, or in other, which is on another file system,
 * chunks that are made here, and no kernel.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "chunks.h"
#include "clbenchd/clbenchd.h"
#include "clbenchd/recording_internal.h"
#include "clbenchd/retention.h"
#include "message.h"
#include "point.h"
#include "quantity.h"

#define CHUNK_BYTES	65536
#define NEW		"days-20260102-000000"
#define OLD		"days-20260101-000000"
#define MOUNTED		"days-20240101-000000"
#define FLOOR		(100 * CHUNK_BYTES)

static uint64_t now_ns = 1000 * CLB_NS_PER_S;
static uint64_t wall_s = 1700000000;
static char said[4096];
/* Of the two file systems; does a removal show at once? */
static uint64_t free_bytes[2];
static bool shows = true;
/* Called when a chunk is removed. */
static void (*on_removal)(void);

/* ------------------------------------------ what retention takes from the daemon */

uint64_t clbd_now_ns(void)
{
	return now_ns;
}

uint64_t clbd_wall_clock_ns(void)
{
	return wall_s * CLB_NS_PER_S;
}

uint64_t clbd_chunks_bytes(const struct clbd_chunk_writer *w)
{
	return w->closed_bytes;
}

void clbd_recording_save(struct clbd_recording *r)
{
	(void)r;
}

/* In place of the C library's. */
int fstat(int fd, struct stat *st)
{
	char link[32], path[256] = "";

	if (fstatat(fd, "", st, AT_EMPTY_PATH))
		return -1;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	if (readlink(link, path, sizeof(path) - 1) < 0)
		return -1;
	st->st_dev = strstr(path, "/other") || strstr(path, MOUNTED);
	return 0;
}

int fstatvfs(int fd, struct statvfs *fs)
{
	struct stat st;

	if (fstat(fd, &st))
		return -1;
	*fs = (struct statvfs){
		.f_frsize = 1,
		.f_blocks = FLOOR * 100,
		.f_bavail = free_bytes[st.st_dev],
	};
	return 0;
}

void clb_log(enum clb_level level, const char *format, ...)
{
	size_t size = strlen(said);
	va_list args;

	(void)level;
	va_start(args, format);
	vsnprintf(said + size, sizeof(said) - size, format, args);
	va_end(args);
	if (!strstr(said + size, "is removed"))
		return;
	if (shows)
		free_bytes[!!strstr(said + size, "session disks")] += CHUNK_BYTES;
	if (on_removal)
		on_removal();
}

/* ------------------------------------------------------------------- directories */

static const char *chunk_path(const char *dir, uint32_t number, const char *file)
{
	static char path[256];

	snprintf(path, sizeof(path), "%s/%06u%s", dir, number, file);
	return path;
}

/* A chunk that was written at a time, s since 1970. */
static void make_chunk(const char *dir, uint32_t number, time_t when)
{
	const struct timespec times[2] = { { .tv_sec = when }, { .tv_sec = when } };
	char bytes[CHUNK_BYTES];
	int fd;

	/* Some file systems need little room for zeros. */
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = rand();
	mkdir(dir, 0700);
	mkdir(chunk_path(dir, number, ""), 0700);
	fd = open(chunk_path(dir, number, "/stream"), O_WRONLY | O_CREAT, 0600);
	if (fd < 0 || write(fd, bytes, sizeof(bytes)) != sizeof(bytes) || futimens(fd, times))
		abort();
	close(fd);
}

/* The chunks that a directory has, each with a comma. */
static bool has(const char *dir, const char *wanted)
{
	struct clb_chunks chunks;
	char text[256] = "";

	clb_chunks_open(&chunks, dir);
	for (size_t i = 0; i < chunks.nr; i++)
		sprintf(text + strlen(text), "%u,", chunks.list[i].number);
	clb_chunks_free(&chunks);
	if (!strcmp(text, wanted))
		return true;
	printf("# %s has %s\n", dir, text);
	return false;
}

static struct clbd_recording *start(struct clbd *d, const char *name, const char *dir,
				    uint32_t open_chunk)
{
	struct clbd_recording *r = calloc(1, sizeof(*r));

	mkdir(dir, 0700);
	strcpy(r->plan.name, name);
	r->d = d;
	r->chunks.dir = strdup(dir);
	r->chunks.fd = open(dir, O_RDONLY | O_DIRECTORY);
	r->chunks.number = open_chunk;
	r->next = d->recordings;
	d->recordings = r;
	return r;
}

/* All sessions end, and their directories go. */
static void end(struct clbd *d)
{
	struct clbd_recording *r;

	while ((r = d->recordings)) {
		d->recordings = r->next;
		close(r->chunks.fd);
		free(r->chunks.dir);
		free(r);
	}
	clbd_retention_close(d);
	if (system("rm -rf a b other; mkdir a other"))
		abort();
	*said = '\0';
}

/* ------------------------------------------------------------------------- tests */

/* Two are closed, the clock is set back by 5,000 s, then three more are. */
static void test_clock_back(void)
{
	struct clbd d = { 0 };
	struct clbd_recording *r = start(&d, "days", "a/" NEW, 6);

	for (uint32_t number = 1; number <= 6; number++)
		make_chunk("a/" NEW, number, wall_s + number - (number > 2 ? 5000 : 0));
	wall_s -= 4990;
	r->plan.keep = 4;
	clbd_retention_apply(r);
	point(has("a/" NEW, "2,3,4,5,6,"), "a clock that is set back leaves no gap with keep");
	r->plan.keep = 0;
	r->plan.keep_age_ns = 100 * CLB_NS_PER_S;
	clbd_retention_apply(r);
	point(has("a/" NEW, "2,3,4,5,6,"), "nor with keep_age");
	wall_s += 95;
	clbd_retention_apply(r);
	point(has("a/" NEW, "5,6,"), "a time that is yet to come does not make them stay");
	wall_s += 4895;
	clbd_retention_apply(r);
	point(has("a/" NEW, "6,"), "and all go with time");
	end(&d);
}

/* The third one is closed while the clock is wrong, by a day. */
static void test_clock_wrong(void)
{
	struct clbd d = { 0 };
	struct clbd_recording *r = start(&d, "days", "a/" NEW, 5);

	for (uint32_t number = 1; number <= 5; number++)
		make_chunk("a/" NEW, number, wall_s + number - (number == 3 ? 86400 : 0));
	wall_s += 10;
	r->plan.keep_age_ns = 100 * CLB_NS_PER_S;
	clbd_retention_apply(r);
	point(has("a/" NEW, "1,2,3,4,5,"), "a chunk is not older than those before it");
	wall_s -= 10;
	end(&d);
}

static void test_clock_start(void)
{
	struct clbd d = { 0 };
	struct clbd_recording *r = start(&d, "days", "a/" NEW, 3);

	make_chunk("a/" OLD, 1, wall_s);
	make_chunk("a/" OLD, 2, wall_s + 1);
	for (uint32_t number = 1; number <= 3; number++)
		make_chunk("a/" NEW, number, wall_s + number - 5000);
	r->plan.keep = 2;
	clbd_retention_apply(r);
	point(has("a/" OLD, "") && has("a/" NEW, "1,2,3,"),
	      "an earlier session's go first, though its clock was ahead");
	r->plan.keep = 1;
	clbd_retention_apply(r);
	point(has("a/" NEW, "2,3,") && r->removed_bytes == 3 * CHUNK_BYTES &&
	      r->removed_own_bytes == CHUNK_BYTES, "and are not counted as the session's own");
	end(&d);
}

static void test_descriptors(void)
{
	struct rlimit before, few = { .rlim_cur = 32 };
	struct clbd d = { 0 };
	struct clbd_recording *r = start(&d, "days", "a/" NEW, 2);
	char dir[64];
	int left = 0;

	for (int i = 0; i < 60; i++) {
		snprintf(dir, sizeof(dir), "a/days-20250101-0000%02d", i);
		make_chunk(dir, 1, wall_s - 1000 + i);
	}
	make_chunk("a/" NEW, 1, wall_s);
	make_chunk("a/" NEW, 2, wall_s);
	getrlimit(RLIMIT_NOFILE, &before);
	few.rlim_max = before.rlim_max;
	setrlimit(RLIMIT_NOFILE, &few);
	r->plan.keep = 3;
	clbd_retention_apply(r);
	setrlimit(RLIMIT_NOFILE, &before);
	for (int i = 0; i < 60; i++) {
		snprintf(dir, sizeof(dir), "a/days-20250101-0000%02d", i);
		left += !access(dir, F_OK);
	}
	point(r->removed_chunks == 58, "there may be more directories than descriptors");
	point(left == 2 && has(dir, "1,") && has("a/" NEW, "1,2,"), "those that are empty go");
	end(&d);
}

/* Others than the daemon have another directory in place of the second one. */
static void put_link(void)
{
	if (rename("a/days-20250101-000002", "a/moved") ||
	    symlink("../b", "a/days-20250101-000002"))
		abort();
	on_removal = NULL;
}

static void put_another(void)
{
	if (rename("a/days-20250101-000002", "a/moved") ||
	    rename("b", "a/days-20250101-000002"))
		abort();
	on_removal = NULL;
}

static bool removes_other(void (*put)(void), const char *other)
{
	struct clbd d = { 0 };
	struct clbd_recording *r = start(&d, "days", "a/" NEW, 1);
	bool result;

	make_chunk("a/days-20250101-000001", 1, wall_s);
	make_chunk("a/days-20250101-000002", 1, wall_s + 1);
	make_chunk("a/days-20250101-000003", 1, wall_s + 2);
	make_chunk("b", 1, wall_s);
	on_removal = put;
	r->plan.keep = 1;
	clbd_retention_apply(r);
	result = !has(other, "1,") || !has("a/moved", "1,") || r->removed_chunks != 1 ||
		 !strstr(said, "cannot remove chunk days-20250101-000002/000001: ");
	end(&d);
	return result;
}

static void test_others(void)
{
	struct clbd d = { 0 };
	struct clbd_recording *r = start(&d, "days", "a/" NEW, 1);

	make_chunk("b", 1, wall_s);
	if (symlink("../b", "a/" OLD))
		abort();
	r->plan.keep_age_ns = 1;
	wall_s++;
	clbd_retention_apply(r);
	point(has("b", "1,") && !r->removed_chunks, "a link is no directory of a session");
	end(&d);
	point(!removes_other(put_link, "b"), "nor one that a link takes the place of");
	point(!removes_other(put_another, "a/days-20250101-000002"), "or another directory");
}

static void test_disks(void)
{
	struct clbd d = { .conf.min_free_bytes = FLOOR };
	struct clbd_recording *disks = start(&d, "disks", "other/disks", 5);
	struct clbd_recording *days = start(&d, "days", "a/" NEW, 6);

	make_chunk("a/" MOUNTED, 1, wall_s);
	for (uint32_t number = 1; number <= 6; number++) {
		make_chunk("other/disks", number, wall_s + number);
		make_chunk("a/" NEW, number, wall_s + 100 + number);
	}
	free_bytes[0] = FLOOR - 3 * CHUNK_BYTES + 1;
	free_bytes[1] = 2 * FLOOR;
	clbd_retention_make_room(&d);
	point(has("a/" NEW, "4,5,6,") && !days->disk->low, "the floor takes no more than is missing");
	point(has("other/disks", "1,2,3,4,5,6,") && has("a/" MOUNTED, "1,"),
	      "and from no other file system");
	free_bytes[0] = 0;
	clbd_retention_make_room(&d);
	point(has("a/" NEW, "6,") && days->disk->low && strstr(said, "a: the file system lacks "),
	      "without closed chunks a file system is low");
	point(has("other/disks", "1,2,3,4,5,6,") && !disks->disk->low, "another is not");
	free_bytes[0] = FLOOR;
	free_bytes[1] = FLOOR - 1;
	clbd_retention_make_room(&d);
	point(has("other/disks", "2,3,4,5,6,") && !disks->disk->low && !days->disk->low,
	      "each is looked at");
	end(&d);
}

/* Looks, five seconds later; nr is for chunks that the session has stored since. */
static void look(struct clbd_recording *r, int nr)
{
	now_ns += 5 * CLB_NS_PER_S;
	r->chunks.closed_bytes += nr * CHUNK_BYTES;
	free_bytes[0] -= nr * CHUNK_BYTES;
	clbd_retention_make_room(r->d);
}

static struct clbd_recording *start_long(struct clbd *d, uint32_t nr)
{
	struct clbd_recording *r = start(d, "days", "a/" NEW, nr);

	for (uint32_t number = 1; number <= nr; number++)
		make_chunk("a/" NEW, number, wall_s + number);
	d->conf.min_free_bytes = FLOOR;
	return r;
}

static void test_late(void)
{
	struct clbd d = { 0 };
	struct clbd_recording *r = start_long(&d, 8);

	shows = false;
	free_bytes[0] = FLOOR - 2 * CHUNK_BYTES;
	look(r, 0);
	point(has("a/" NEW, "3,4,5,6,7,8,"), "a file system may show late that there is room");
	for (int i = 0; i < 10; i++)
		look(r, 0);
	point(has("a/" NEW, "3,4,5,6,7,8,") && !r->disk->low, "it has a minute for that");
	look(r, 1);
	point(has("a/" NEW, "4,5,6,7,8,"), "what is stored meanwhile counts");
	free_bytes[0] += 3 * CHUNK_BYTES;
	look(r, 0);
	free_bytes[0] -= CHUNK_BYTES;
	look(r, 0);
	point(has("a/" NEW, "5,6,7,8,"), "what has shown is not counted twice");
	for (int i = 0; i < 23; i++)
		look(r, 0);
	point(has("a/" NEW, "6,7,8,"), "what does not show within two minutes does not count");
	end(&d);
}

static void test_late_always(void)
{
	struct clbd d = { 0 };
	struct clbd_recording *r = start_long(&d, 60);

	free_bytes[0] = FLOOR;
	for (int i = 0; i < 40; i++) {
		uint64_t removed = r->removed_chunks;

		look(r, 1);
		free_bytes[0] += (r->removed_chunks - removed) * CHUNK_BYTES;
	}
	point(r->removed_chunks == 40, "what shows late while more is stored is seen");
	shows = true;
	end(&d);
}

static void test_holes(void)
{
	struct clbd d = { 0 };
	struct clbd_recording *r = start_long(&d, 4);

	if (truncate(chunk_path("a/" NEW, 1, "/stream"), 100 * CHUNK_BYTES))
		abort();
	make_chunk("a/" NEW, 1, wall_s);
	free_bytes[0] = FLOOR - 2 * CHUNK_BYTES;
	look(r, 0);
	point(has("a/" NEW, "3,4,") && !r->disk->low, "holes of a file are no room");
	end(&d);
}

int main(int argc, char **argv)
{
	struct clbd d = { 0 };

	if (argc != 2 || chdir(argv[1]))
		return 2;
	end(&d);
	test_clock_back();
	test_clock_wrong();
	test_clock_start();
	test_descriptors();
	test_others();
	test_disks();
	test_late();
	test_late_always();
	test_holes();
	return done();
}
