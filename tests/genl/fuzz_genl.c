// SPDX-License-Identifier: GPL-2.0
/*
 * A fuzzer of the family clbench, guided by what of the module its messages reach.
 *
 * Four workers send at the same time: two as root, one as a plain user, one from
 * another network namespace. Each makes requests that the specification allows,
 * keeps those that reached something new, and mutates what it has kept. The
 * parent takes the module away under them and brings it back.
 */

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define CORPUS	1024

static const char *const names[WORKERS] = { "root", "another root", "a plain user",
					    "another network namespace" };
static struct shared *shared;
static struct request corpus[CORPUS];
static unsigned int nr_corpus;

static const char usage[] =
	"usage: fuzz_genl [options]\n"
	"\n"
	"  -s SEED      of all that is random\n"
	"  -t SECONDS   how long; 0: the file of -r only\n"
	"  -e EVENTS    names of events to ask for, by commas\n"
	"  -r FILE      requests to begin with, one a line; with ! before it, until it is obeyed\n"
	"  -m MODULE    take clbench away and load it from there, again and again\n"
	"  -c FILE      where to write the places that were reached\n"
	"  -l PREFIX    where each worker keeps its last messages: PREFIX0, PREFIX1, ...\n"
	"\n"
	"Says \"ok NAME\" or \"not ok NAME # WHY\" for each point.\n";

static struct {
	uint64_t seed;
	unsigned int seconds;
	const char *replay, *module, *coverage, *log;
} options;

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

static void point(bool good, const char *name, const char *why)
{
	printf(good ? "ok %s\n" : "not ok %s # %s\n", name, why);
}

/* ------------------------------------------------------------------- workers */

static void keep(const struct request *r, struct client *c)
{
	corpus[nr_corpus < CORPUS ? nr_corpus++ : request_random(CORPUS)] = *r;
	c->told->kept++;
}

/* Until it was obeyed: a session may have to begin, or a batch to come, before. */
static void insist(const struct request *r, struct client *c)
{
	const struct timespec pause = { 0, 10000000 };
	uint64_t done = c->told->done[r->command];
	double end = now() + 60;

	while (c->told->done[r->command] == done && now() < end) {
		client_send(c, r, 1, 0);
		nanosleep(&pause, NULL);
	}
}

/* Each line of the file is sent and kept; with ! before it, who may insists. */
static void replay(struct client *c)
{
	FILE *file = options.replay ? fopen(options.replay, "r") : NULL;
	struct request r;
	char line[8192];

	if (options.replay && !file) {
		perror(options.replay);
		_exit(1);
	}
	while (file && fgets(line, sizeof(line), file)) {
		if (line[0] == '#' || line[0] == '\n')
			continue;
		if (!request_parse(&r, line + (line[0] == '!'))) {
			fprintf(stderr, "fuzz_genl: cannot read: %s", line);
			_exit(1);
		}
		client_send(c, &r, 1, 0);
		if (line[0] == '!' && c->may)
			insist(&r, c);
		keep(&r, c);
	}
	if (file)
		fclose(file);
}

static void make(struct request *r)
{
	static const struct request none;
	const struct request *other = nr_corpus ? &corpus[request_random(nr_corpus)] : &none;

	if (nr_corpus && request_random(5) > 1)
		*r = corpus[request_random(nr_corpus)];
	else
		request_make(r, request_random(8));
	if (request_random(4))
		request_mutate(r, other);
}

static void step(struct client *c)
{
	struct request r[4];
	unsigned int i, nr = request_random(10) ? 1 : 2 + request_random(3);
	unsigned int at = request_random(SOCKETS);

	if (!request_random(60))
		client_open(c, at);
	if (!request_random(30))
		client_join(c);
	for (i = 0; i < nr; i++)
		make(&r[i]);
	if (client_send(c, r, nr, at)) {
		for (i = 0; i < nr; i++)
			keep(&r[i], c);
	}
}

/* Rights and namespace of the worker; kcov is opened before they go. */
static void become(unsigned int number, struct client *c)
{
	int log = -1;
	char path[4096];

	if (options.log) {
		snprintf(path, sizeof(path), "%s%u", options.log, number);
		log = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	}
	if (number == 3 && unshare(CLONE_NEWNET)) {
		perror("fuzz_genl: unshare");
		_exit(1);
	}
	client_init(c, shared, number, log);
	c->may = number < 2;
	c->here = number != 3;
	if (number == 2 && (setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))) {
		perror("fuzz_genl: setresuid");
		_exit(1);
	}
	/* Sockets know who opened them: the plain user's are his own. */
	client_leave(c);
}

static void worker(unsigned int number)
{
	struct client *c = calloc(1, sizeof(*c));
	bool quiet = false;
	double end;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	request_seed(options.seed * WORKERS + number);
	become(number, c);
	replay(c);
	end = now() + options.seconds;
	while (now() < end) {
		if (shared->lull && !quiet)
			client_leave(c);
		quiet = shared->lull;
		step(c);
	}
	client_exit(c);
	_exit(0);
}

/* -------------------------------------------------------------------- module */

/* Where .text of the module is, or 0. */
static uint64_t find_text(void)
{
	FILE *file = fopen("/sys/module/clbench/sections/.text", "r");
	unsigned long long at = 0;

	if (!file)
		return 0;
	if (fscanf(file, "%llx", &at) != 1)
		at = 0;
	fclose(file);
	return at;
}

/* Takes the module away while messages come; false if it does not go. */
static bool unload(void)
{
	double end = now() + 60;
	const struct timespec pause = { 0, 2000000 };

	shared->lull = true;
	while (syscall(SYS_delete_module, "clbench", O_NONBLOCK)) {
		if ((errno != EBUSY && errno != EAGAIN && errno != EWOULDBLOCK) || now() > end)
			return false;
		nanosleep(&pause, NULL);
	}
	shared->text = 0;
	return true;
}

static bool load(void)
{
	int fd = open(options.module, O_RDONLY | O_CLOEXEC);
	bool good = fd >= 0 && !syscall(SYS_finit_module, fd, "", 0);

	if (fd >= 0)
		close(fd);
	shared->loads++;
	shared->text = find_text();
	shared->lull = false;
	return good;
}

/* Until the workers' time is over: how often it went and came. */
static unsigned int cycle(bool *good)
{
	double end = now() + options.seconds, next = now() + 3;
	const struct timespec pause = { 0, 100000000 };
	unsigned int n = 0;

	*good = true;
	while (*good && now() < end - 2) {
		nanosleep(&pause, NULL);
		if (now() < next)
			continue;
		*good = unload() && load();
		n += *good;
		next = now() + 1 + options.seconds / 30.0;
	}
	return n;
}

/* -------------------------------------------------------------------- report */

static void write_coverage(void)
{
	FILE *file = fopen(options.coverage, "w");
	unsigned int at, n = 0;

	for (at = 0; file && at < 2 * SPAN; at++) {
		if (shared->seen[at]) {
			fprintf(file, "%d\n", (int)at - SPAN);
			n++;
		}
	}
	if (!file || fclose(file))
		perror(options.coverage);
	printf("%u places of the module were reached\n", n);
}

static void tell(void)
{
	uint64_t wrong = 0, mute = 0, done[256] = { 0 }, denied[256] = { 0 };
	char text[1024] = "";
	unsigned int i, command, used = 0;
	bool all = true;

	for (i = 0; i < WORKERS; i++) {
		const struct worker_told *t = &shared->workers[i];

		printf("%s: %llu messages, %llu obeyed, %llu refused, %llu ignored, %llu sessions, %llu kept\n",
		       names[i], (unsigned long long)t->messages, (unsigned long long)t->obeyed,
		       (unsigned long long)t->refused, (unsigned long long)t->ignored,
		       (unsigned long long)t->opened, (unsigned long long)t->kept);
		printf("%s", t->what);
		wrong += t->wrong;
		mute += t->mute;
		for (command = 0; command < 256 && i < 2; command++) {
			done[command] += t->done[command];
			denied[command] += t->denied[command];
		}
		all &= t->messages > 0;
	}
	point(all, "all workers have sent", "one has not");
	point(!wrong, "no message is obeyed that must not be", "see above");
	point(!mute, "what is refused is refused with a sentence", "see above");
	all = true;
	for (i = 1; request_command(i); i++) {
		const struct cmd_spec *c = request_command(i);

		used += snprintf(text + used, sizeof(text) - used, "%s %llu/%llu, ", c->name,
				 (unsigned long long)done[i], (unsigned long long)denied[i]);
		all &= denied[i] && (done[i] || (!c->has_do && !c->has_dump) ||
				     !strcmp(c->name, "attach"));
	}
	printf("obeyed/refused: %s\n", text);
	point(all, "each command was obeyed, and was refused", text);
}

int main(int argc, char **argv)
{
	pid_t pids[WORKERS];
	unsigned int i, cycles = 0;
	bool good = true;
	int c, status;

	while ((c = getopt(argc, argv, "s:t:e:r:m:c:l:")) != -1) {
		switch (c) {
		case 's': options.seed = strtoull(optarg, NULL, 0); break;
		case 't': options.seconds = atoi(optarg); break;
		case 'e': request_events(optarg); break;
		case 'r': options.replay = optarg; break;
		case 'm': options.module = optarg; break;
		case 'c': options.coverage = optarg; break;
		case 'l': options.log = optarg; break;
		default: fputs(usage, stderr); return 2;
		}
	}
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		perror("fuzz_genl");
		return 1;
	}
	shared->loads = 1;
	shared->text = find_text();
	fflush(stdout);
	for (i = 0; i < WORKERS; i++) {
		pids[i] = fork();
		if (!pids[i])
			worker(i);
	}
	if (options.module)
		cycles = cycle(&good);
	for (i = 0; i < WORKERS; i++) {
		waitpid(pids[i], &status, 0);
		point(!status, names[i], "it died");
	}
	tell();
	if (options.module) {
		printf("the module went and came %u times\n", cycles);
		point(good && cycles, "the module goes and comes while messages are sent",
		      strerror(errno));
	}
	if (options.coverage)
		write_coverage();
	return 0;
}
