// SPDX-License-Identifier: GPL-2.0
/* A worker's sockets: sends requests, reads what comes, notes what of the module they reached. */

#include <errno.h>
#include <fcntl.h>
#include <linux/clbench.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.h"

#define KCOV_INIT_TRACE	_IOR('c', 1, unsigned long)
#define KCOV_ENABLE	_IO('c', 100)
#define KCOV_PLACES	(1 << 16)
#define LOG_SLOTS	256
#define LOG_SLOT	2048

/* The answer to one request, as far as there was one. */
struct answer {
	uint32_t seq;
	bool given;
	int error;
	char sentence[SENTENCE];
};

static unsigned char buffer[4 * BUFFER], input[BUFFER];

/* ---------------------------------------------------------------------- kcov */

static void kcov_open(struct client *c)
{
	c->kcov = open("/sys/kernel/debug/kcov", O_RDWR | O_CLOEXEC);
	if (c->kcov < 0)
		return;
	if (!ioctl(c->kcov, KCOV_INIT_TRACE, KCOV_PLACES)) {
		c->cover = mmap(NULL, KCOV_PLACES * sizeof(long), PROT_READ | PROT_WRITE, MAP_SHARED,
				c->kcov, 0);
		if (c->cover != MAP_FAILED && !ioctl(c->kcov, KCOV_ENABLE, 0))
			return;
	}
	c->cover = NULL;
}

/* How many places of the module nobody had reached before. */
static unsigned int kcov_take(struct client *c, uint64_t text, unsigned int loads)
{
	unsigned long i, n = __atomic_load_n(&c->cover[0], __ATOMIC_RELAXED);
	unsigned int fresh = 0;

	/* It may lie elsewhere by now. */
	if (!text || c->shared->loads != loads)
		return 0;
	for (i = 0; i < n && i + 1 < KCOV_PLACES; i++) {
		uint64_t at = c->cover[i + 1] - text + SPAN;

		if (at < 2 * SPAN && !c->shared->seen[at]) {
			c->shared->seen[at] = 1;
			fresh++;
		}
	}
	return fresh;
}

/* -------------------------------------------------------------------- sockets */

/* The family's number, or 0; by hand, as all here. */
static uint16_t resolve(int socket)
{
	struct {
		struct nlmsghdr head;
		struct genlmsghdr generic;
		struct nlattr name;
		char text[8];
	} ask = {
		{ sizeof(ask), GENL_ID_CTRL, NLM_F_REQUEST, 1, 0 },
		{ .cmd = CTRL_CMD_GETFAMILY, .version = 1 },
		{ NLA_HDRLEN + sizeof(CLBENCH_FAMILY_NAME), CTRL_ATTR_FAMILY_NAME },
		CLBENCH_FAMILY_NAME
	};
	const struct nlattr *a;
	ssize_t n, at;

	if (send(socket, &ask, sizeof(ask), 0) < 0)
		return 0;
	n = recv(socket, input, sizeof(input), MSG_DONTWAIT);
	if (n < NLMSG_HDRLEN || ((struct nlmsghdr *)input)->nlmsg_type != GENL_ID_CTRL)
		return 0;
	for (at = NLMSG_HDRLEN + GENL_HDRLEN; at + NLA_HDRLEN <= n; at += NLA_ALIGN(a->nla_len)) {
		a = (const void *)(input + at);
		if (a->nla_type == CTRL_ATTR_FAMILY_ID)
			return *(const uint16_t *)(a + 1);
	}
	return 0;
}

void client_open(struct client *c, unsigned int at)
{
	int one = 1;
	unsigned int i;

	if (c->sockets[at] >= 0)
		close(c->sockets[at]);
	c->sockets[at] = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_GENERIC);
	if (c->sockets[at] < 0) {
		perror("fuzz_genl: socket");
		exit(1);
	}
	setsockopt(c->sockets[at], SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one));
	setsockopt(c->sockets[at], SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one));
	/* Its sessions are orphans from now on: known, to be attached to. */
	for (i = 0; i < c->nr_known; i++) {
		if (c->known[i].socket == (int)at)
			c->known[i].socket = -1;
	}
}

void client_leave(struct client *c)
{
	unsigned int i;

	for (i = 0; i < SOCKETS; i++)
		client_open(c, i);
	c->nr_known = 0;
}

/* Joins the group of a session, as its owner or as a viewer; may be refused. */
void client_join(struct client *c)
{
	const struct known *s = &c->known[c->nr_known ? request_random(c->nr_known) : 0];
	int at = s->socket >= 0 ? s->socket : 0;
	/* Groups are numbered one after the other when the family is registered. */
	int group = 1 + (c->nr_known ? request_random(40) : request_random(1 << 16));

	setsockopt(c->sockets[at], SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group));
}

void client_init(struct client *c, struct shared *shared, unsigned int number, int log)
{
	unsigned int i;

	memset(c, 0, sizeof(*c));
	c->shared = shared;
	c->told = &shared->workers[number];
	c->log = log;
	kcov_open(c);
	for (i = 0; i < SOCKETS; i++)
		c->sockets[i] = -1;
	client_leave(c);
}

void client_exit(struct client *c)
{
	unsigned int i;

	for (i = 0; i < SOCKETS; i++)
		close(c->sockets[i]);
}

/* -------------------------------------------------------------------- answers */

static const struct nlattr *next_attr(const unsigned char *from, size_t size, size_t *at)
{
	const struct nlattr *a = (const void *)(from + *at);

	if (*at + NLA_HDRLEN > size || a->nla_len < NLA_HDRLEN || *at + a->nla_len > size)
		return NULL;
	*at += NLA_ALIGN(a->nla_len);
	return a;
}

/* The answer to subscribe or attach: the session, as one that is known. */
static void learn(struct client *c, const unsigned char *from, size_t size, unsigned int at)
{
	struct known s = { .socket = at };
	const struct nlattr *a;
	size_t place = 0;
	unsigned int i;

	while ((a = next_attr(from, size, &place))) {
		const void *data = a + 1;

		if (a->nla_type == CLBENCH_A_SESSION_ID)
			memcpy(&s.id, data, sizeof(s.id));
		else if (a->nla_type == CLBENCH_A_SESSION_TOKEN)
			memcpy(&s.token, data, sizeof(s.token));
		else if (a->nla_type == CLBENCH_A_SESSION_ACKED)
			memcpy(&s.seq, data, sizeof(s.seq));
	}
	if (!s.token)
		return;
	c->told->opened++;
	for (i = 0; i < c->nr_known && c->known[i].id != s.id; i++)
		;
	if (i == KNOWN)
		i = request_random(KNOWN);
	else if (i == c->nr_known)
		c->nr_known++;
	c->known[i] = s;
}

static void note_batch(struct client *c, const unsigned char *from, size_t size)
{
	const struct nlattr *a;
	uint64_t seq = 0;
	uint32_t id = 0;
	size_t place = 0;
	unsigned int i;

	while ((a = next_attr(from, size, &place))) {
		if (a->nla_type == CLBENCH_A_BATCH_SESSION_ID)
			memcpy(&id, a + 1, sizeof(id));
		else if (a->nla_type == CLBENCH_A_BATCH_SEQ)
			memcpy(&seq, a + 1, sizeof(seq));
	}
	for (i = 0; i < c->nr_known; i++) {
		if (c->known[i].id == id)
			c->known[i].seq = seq;
	}
}

static void note_error(struct answer *answers, unsigned int nr, const struct nlmsghdr *head)
{
	size_t size = head->nlmsg_len - NLMSG_HDRLEN, at = sizeof(struct nlmsgerr);
	const unsigned char *from = (const void *)(head + 1);
	const struct nlattr *a;
	unsigned int i;

	for (i = 0; i < nr && answers[i].seq != head->nlmsg_seq; i++)
		;
	if (i == nr || size < sizeof(int))
		return;
	memcpy(&answers[i].error, from, sizeof(int));
	answers[i].given = true;
	if (head->nlmsg_type == NLMSG_DONE)
		at = sizeof(int);
	while ((head->nlmsg_flags & NLM_F_ACK_TLVS) && (a = next_attr(from, size, &at))) {
		if (a->nla_type == NLMSGERR_ATTR_MSG)
			snprintf(answers[i].sentence, SENTENCE, "%s", (const char *)(a + 1));
	}
}

/* All that is queued on a socket. What is asked is answered before send() returns. */
static void read_answers(struct client *c, struct answer *answers, unsigned int nr, unsigned int at)
{
	const struct nlmsghdr *head;
	ssize_t n, place;

	while ((n = recv(c->sockets[at], input, sizeof(input), MSG_DONTWAIT)) > 0 ||
	       (n < 0 && errno == ENOBUFS)) {
		for (place = 0; place + (ssize_t)sizeof(*head) <= n;
		     place += NLMSG_ALIGN(head->nlmsg_len)) {
			const struct genlmsghdr *generic = (const void *)(input + place + NLMSG_HDRLEN);
			const unsigned char *attrs = (const void *)(generic + 1);
			size_t size;

			head = (const void *)(input + place);
			if (head->nlmsg_len < sizeof(*head) || head->nlmsg_len > n - place)
				break;
			if (head->nlmsg_type == NLMSG_ERROR || head->nlmsg_type == NLMSG_DONE) {
				note_error(answers, nr, head);
				continue;
			}
			if (head->nlmsg_type != c->family || head->nlmsg_len < NLMSG_HDRLEN + GENL_HDRLEN)
				continue;
			size = head->nlmsg_len - NLMSG_HDRLEN - GENL_HDRLEN;
			if (generic->cmd == CLBENCH_CMD_BATCH)
				note_batch(c, attrs, size);
			else if (generic->cmd == CLBENCH_CMD_SUBSCRIBE ||
				 generic->cmd == CLBENCH_CMD_ATTACH)
				learn(c, attrs, size, at);
		}
	}
}

/* -------------------------------------------------------------------- judging */

static void complain(struct client *c, uint64_t *count, const char *what, const struct request *r,
		     const struct answer *answer)
{
	size_t used = strlen(c->told->what), left = sizeof(c->told->what) - used;
	int n;

	if ((*count)++ >= 4 || left < 1600)
		return;
	n = snprintf(c->told->what + used, left, "%s (%d %s): ", what, answer->error,
		     answer->sentence);
	n += request_print(r, c->told->what + used + n, left - n - 2);
	strcpy(c->told->what + used + n, "\n");
}

/*
 * What has no sentence of ours: a lack of memory; what generic netlink refuses by
 * itself; dumps, whose sentence 6.1 loses.
 */
static bool needs_sentence(const struct request *r, int error)
{
	return error != -ENOMEM && error != -EOPNOTSUPP && error != -ENOBUFS &&
	       !(r->flags & NLM_F_DUMP);
}

static bool is_new_outcome(struct client *c, const struct request *r, const struct answer *answer)
{
	uint32_t hash = r->command * 31u + (uint32_t)answer->error;
	const char *p;
	uint8_t *seen;

	for (p = answer->sentence; *p; p++)
		hash = hash * 33 + (unsigned char)*p;
	seen = &c->outcomes[hash * 2654435761u >> 19];
	return !*seen && (*seen = 1);
}

/* Counts, and compares with what the specification says. Was it something new? */
static bool judge(struct client *c, const struct request *r, const struct answer *answer,
		  bool there)
{
	enum verdict verdict = request_judge(r);
	struct worker_told *told = c->told;

	/* What is no request is not obeyed, but may ask to be told that it came. */
	if (!answer->given || !(r->flags & NLM_F_REQUEST)) {
		told->ignored++;
		return false;
	}
	if (!answer->error) {
		told->obeyed++;
		told->done[r->command]++;
		if (!c->may)
			complain(c, &told->wrong, "obeyed, from who may not", r, answer);
		else if (verdict == MUST_FAIL)
			complain(c, &told->wrong, "obeyed, against the specification", r, answer);
	} else {
		told->refused++;
		told->denied[r->command]++;
		if (verdict == MAY_DO && there && needs_sentence(r, answer->error) &&
		    !answer->sentence[0])
			complain(c, &told->mute, "refused without a sentence", r, answer);
	}
	return is_new_outcome(c, r, answer);
}

/* The last messages, in case that the machine does not live on. */
static void write_log(struct client *c, const struct request *r)
{
	char line[LOG_SLOT];
	int n;

	if (c->log < 0)
		return;
	memset(line, ' ', sizeof(line));
	n = snprintf(line, sizeof(line), "# %u\n", c->seq);
	n += request_print(r, line + n, sizeof(line) - n - 1);
	line[n] = ' ';
	line[sizeof(line) - 1] = '\n';
	if (pwrite(c->log, line, sizeof(line), c->seq % LOG_SLOTS * LOG_SLOT) < 0)
		perror("fuzz_genl: log");
}

/*
 * Sends @nr requests at once from socket @at; true if one reached what none had
 * before: by kcov, or else by its answer.
 */
bool client_send(struct client *c, const struct request *r, unsigned int nr, unsigned int at)
{
	static const struct known nothing;
	unsigned int i, loads = c->shared->loads;
	uint64_t text = c->shared->text;
	struct answer answers[4] = { 0 };
	bool news = false, there = c->here && !c->shared->lull;
	size_t size = 0;

	if (loads != c->loads || !c->family) {
		c->family = resolve(c->sockets[at]) ?: c->family;
		c->loads = loads;
	}
	for (i = 0; i < nr; i++) {
		const struct known *s = c->nr_known ? &c->known[request_random(c->nr_known)] : &nothing;

		answers[i].seq = ++c->seq;
		write_log(c, &r[i]);
		size += request_encode(&r[i], s, c->family ?: GENL_ID_CTRL + 100, c->seq,
				       buffer + size);
		size = NLMSG_ALIGN(size);
	}
	if (c->cover)
		__atomic_store_n(&c->cover[0], 0, __ATOMIC_RELAXED);
	if (send(c->sockets[at], buffer, size, 0) >= 0)
		read_answers(c, answers, nr, at);
	if (c->cover)
		news = kcov_take(c, text, loads);
	c->told->messages += nr;
	/* While the module goes, its family is not found. */
	there &= loads == c->shared->loads && !c->shared->lull;
	for (i = 0; i < nr; i++)
		news |= judge(c, &r[i], &answers[i], there);
	return news;
}
