/* SPDX-License-Identifier: GPL-2.0 */
/* A module that is not there: sessions, batches and refusals. */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/clbench_record.h>

#include "fake_kernel.h"
#include "fuzz.h"
#include "fuzz_metadata.h"
#include "metadata.h"
#include "nl.h"
#include "packet.h"

#define SESSIONS_MAX	8
#define BATCHES_MAX	64

struct batch {
	struct clbench_packet *packet;
	size_t size;
	bool last;
};

/* Batch n is @batches[n - 1]; all are kept, up to @session.sent. */
struct fake_session {
	bool used;
	bool told;
	struct clb_session session;
	struct batch batches[BATCHES_MAX];
	uint64_t given;
	struct clb_nl *reader;
};

/* @fd is readable while there is something to receive. */
struct clb_nl {
	struct clb_nl *next;
	int fd;
	const char *why;
	clb_nl_notify notify;
	void *arg;
	bool lost;
};

static struct fake_session sessions[SESSIONS_MAX];
static struct clb_nl *sockets;
static uint32_t last_id;
static int refusal;
static bool held;

/* ------------------------------------------------------------------- sessions */

static struct fake_session *find(uint32_t id)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (sessions[i].used && sessions[i].session.id == id &&
		    sessions[i].session.state != CLBENCH_STATE_ENDED)
			return &sessions[i];
	return NULL;
}

static int fail(struct clb_nl *nl, int error, const char *why)
{
	nl->why = why;
	return error;
}

/* One that was asked for. */
static bool refuse(struct clb_nl *nl, int *ret)
{
	*ret = refusal;
	refusal = 0;
	if (*ret)
		nl->why = "the kernel\033[1m does not want to";
	return *ret;
}

/* That one, or the refusal of a session that is not there. */
static bool refuse_session(struct clb_nl *nl, const struct fake_session *s, int *ret)
{
	if (!refuse(nl, ret) && !s)
		*ret = fail(nl, -ENOENT, "there is no such session");
	return *ret;
}

static void wake(struct clb_nl *nl, bool readable)
{
	uint64_t one = 1;
	ssize_t ignored;

	if (!nl)
		return;
	if (readable)
		ignored = write(nl->fd, &one, sizeof(one));
	else
		ignored = read(nl->fd, &one, sizeof(one));
	(void)ignored;
}

static void wake_listeners(void)
{
	for (struct clb_nl *nl = sockets; nl; nl = nl->next)
		if (nl->notify)
			wake(nl, true);
}

static void end(struct fake_session *s)
{
	if (s->session.state == CLBENCH_STATE_ENDED)
		return;
	s->session.state = CLBENCH_STATE_ENDED;
	s->told = false;
	wake_listeners();
}

static void send_batch(struct fake_session *s, size_t content, bool last)
{
	struct clbench_packet *packet;
	struct batch *batch;

	if (s->session.sent == BATCHES_MAX)
		return;
	packet = calloc(1, sizeof(*packet) + content);
	fuzz_check(packet, "there is memory", NULL);
	packet->magic = htole32(CLBENCH_PACKET_MAGIC);
	memcpy(packet->uuid, s->session.uuid, sizeof(packet->uuid));
	packet->content_size = packet->packet_size = htole64((sizeof(*packet) + content) * 8);
	batch = &s->batches[s->session.sent++];
	packet->packet_seq_num = htole64(s->session.sent);
	packet->timestamp_begin = packet->timestamp_end = htole64(s->session.sent * 1000);
	packet->crc32c = htole32(clb_packet_crc(packet, sizeof(*packet) + content));
	*batch = (struct batch){ packet, sizeof(*packet) + content, last };
	wake(s->reader, true);
}

/* The end, once it is acknowledged: or by force. */
static void look_at_end(struct fake_session *s)
{
	if (s->session.state == CLBENCH_STATE_DRAINING && s->session.acked == s->session.sent &&
	    !held)
		end(s);
}

static void forget(struct fake_session *s)
{
	for (size_t i = 0; i < s->session.sent; i++)
		free(s->batches[i].packet);
	clb_session_free(&s->session);
	*s = (struct fake_session){ 0 };
}

/* ------------------------------------------------------------- from the outside */

void fake_kernel_refuse(int error)
{
	refusal = error;
}

void fake_kernel_hold(bool hold)
{
	held = hold;
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (sessions[i].used)
			look_at_end(&sessions[i]);
}

void fake_kernel_lose(void)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		sessions[i].told = true;
	for (struct clb_nl *nl = sockets; nl; nl = nl->next)
		nl->lost = nl->notify;
	wake_listeners();
}

void fake_kernel_work(void)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (sessions[i].used && sessions[i].session.state == CLBENCH_STATE_RECORDING)
			send_batch(&sessions[i], 40000, false);
}

void fake_kernel_reset(void)
{
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		forget(&sessions[i]);
	last_id = 0;
	refusal = 0;
	held = false;
}

/* -------------------------------------------------------------------- sockets */

int clb_nl_open(struct clb_nl **result)
{
	struct clb_nl *nl = calloc(1, sizeof(*nl));

	*result = nl;
	fuzz_check(nl, "there is memory", NULL);
	nl->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	nl->next = sockets;
	sockets = nl;
	return nl->fd < 0 ? -EMFILE : 0;
}

void clb_nl_close(struct clb_nl *nl)
{
	struct clb_nl **p = &sockets;

	if (!nl)
		return;
	while (*p != nl)
		p = &(*p)->next;
	*p = nl->next;
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		if (!sessions[i].used || sessions[i].reader != nl)
			continue;
		sessions[i].reader = NULL;
		if (sessions[i].session.state == CLBENCH_STATE_RECORDING)
			sessions[i].session.state = CLBENCH_STATE_ORPHANED;
		else
			end(&sessions[i]);
	}
	close(nl->fd);
	free(nl);
}

int clb_nl_fd(const struct clb_nl *nl)
{
	return nl->fd;
}

const char *clb_nl_why(const struct clb_nl *nl)
{
	return nl && nl->why ? nl->why : "unknown error";
}

int clb_nl_set_receiver(struct clb_nl *nl, unsigned int buffer_bytes)
{
	(void)nl;
	(void)buffer_bytes;
	return 0;
}

int clb_nl_set_reliable(struct clb_nl *nl, unsigned int buffer_bytes)
{
	return clb_nl_set_receiver(nl, buffer_bytes);
}

int clb_nl_join(struct clb_nl *nl, const char *group)
{
	int ret;

	return strcmp(group, "session") && refuse(nl, &ret) ? ret : 0;
}

int clb_nl_listen(struct clb_nl *nl, clb_nl_notify notify, void *arg)
{
	nl->notify = notify;
	nl->arg = arg;
	return clb_nl_join(nl, "session");
}

int clb_nl_notifications(struct clb_nl *nl)
{
	wake(nl, false);
	if (nl->lost) {
		nl->lost = false;
		return -ENOBUFS;
	}
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct fake_session *s = &sessions[i];

		if (!s->used || s->told || s->session.state != CLBENCH_STATE_ENDED)
			continue;
		s->told = true;
		nl->notify(nl->arg, &s->session);
	}
	return 0;
}

int clb_nl_receive(struct clb_nl *nl, struct clb_batch batches[CLB_NL_ROUND])
{
	int nr = 0;

	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		struct fake_session *s = &sessions[i];

		while (s->used && s->reader == nl && s->given < s->session.sent &&
		       nr < CLB_NL_ROUND) {
			const struct batch *batch = &s->batches[s->given++];

			batches[nr++] = (struct clb_batch) {
				.session_id = s->session.id,
				.seq = s->given,
				.last = batch->last,
				.packet = batch->packet,
				.size = batch->size,
			};
		}
	}
	if (!nr)
		wake(nl, false);
	return nr;
}

/* -------------------------------------------------------------------- requests */

int clb_nl_info(struct clb_nl *nl, struct clb_info *info)
{
	(void)nl;
	*info = (struct clb_info) {
		.module_version = "0",
		.protocol = CLBENCH_PROTOCOL,
		.sessions_max = SESSIONS_MAX,
		.linger_max_ms = 1000,
	};
	return 0;
}

int clb_nl_events(struct clb_nl *nl, struct clb_events *events)
{
	struct clb_metadata_parsed metadata;
	char why[CLB_METADATA_WHY];
	int ret;

	*events = (struct clb_events){ 0 };
	if (refuse(nl, &ret))
		return ret;
	ret = clb_metadata_parse(fuzz_metadata, strlen(fuzz_metadata), &metadata, why);
	fuzz_check(!ret, "the metadata is right", why);
	*events = metadata.events;
	metadata.events = (struct clb_events){ 0 };
	clb_metadata_free(&metadata);
	return 0;
}

int clb_nl_sessions(struct clb_nl *nl, struct clb_sessions *result)
{
	(void)nl;
	*result = (struct clb_sessions){ .list = calloc(SESSIONS_MAX, sizeof(*result->list)) };
	fuzz_check(result->list, "there is memory", NULL);
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		if (sessions[i].used && sessions[i].session.state != CLBENCH_STATE_ENDED)
			clb_session_copy(&result->list[result->nr++], &sessions[i].session);
	return 0;
}

int clb_nl_session(struct clb_nl *nl, uint32_t id, struct clb_session *session)
{
	struct fake_session *s = find(id);

	*session = (struct clb_session){ 0 };
	if (!s)
		return fail(nl, -ENOENT, "there is no such session");
	return clb_session_copy(session, &s->session);
}

static void count_events(struct clb_session *session, const char **events, size_t nr)
{
	session->counts = calloc(nr + 1, sizeof(*session->counts));
	fuzz_check(session->counts, "there is memory", NULL);
	for (session->nr_counts = 0; session->nr_counts < nr; session->nr_counts++)
		snprintf(session->counts[session->nr_counts].event_name,
			 sizeof(session->counts->event_name), "%s", events[session->nr_counts]);
}

int clb_nl_subscribe(struct clb_nl *nl, const struct clb_config *config,
		     struct clb_session *session)
{
	struct fake_session *s = NULL;
	int ret;

	*session = (struct clb_session){ 0 };
	if (refuse(nl, &ret))
		return ret;
	for (size_t i = 0; i < SESSIONS_MAX; i++) {
		bool ended = sessions[i].session.state == CLBENCH_STATE_ENDED;

		if (sessions[i].used && !ended && !strcmp(sessions[i].session.name, config->name))
			return fail(nl, -EEXIST, "there is a session of this name");
		if (!sessions[i].used || (ended && sessions[i].told && !sessions[i].reader))
			s = &sessions[i];
	}
	if (!s)
		return fail(nl, -EBUSY, "there are too many sessions");
	forget(s);
	s->used = true;
	s->reader = nl;
	s->session.id = ++last_id;
	s->session.token = last_id + 1;
	s->session.uuid[0] = last_id;
	s->session.started_ns = 1;
	snprintf(s->session.name, sizeof(s->session.name), "%s", config->name);
	snprintf(s->session.group, sizeof(s->session.group), "batch3");
	count_events(&s->session, config->events, config->nr_events);
	return clb_session_copy(session, &s->session);
}

int clb_nl_attach(struct clb_nl *nl, uint32_t id, uint64_t seq, struct clb_session *session)
{
	struct fake_session *s = find(id);
	int ret;

	*session = (struct clb_session){ 0 };
	if (refuse_session(nl, s, &ret))
		return ret;
	if (seq < s->session.acked || seq > s->session.sent)
		return fail(nl, -ESTALE, "what follows is gone");
	s->reader = nl;
	s->given = s->session.acked = seq;
	s->session.state = CLBENCH_STATE_RECORDING;
	return clb_session_copy(session, &s->session);
}

int clb_nl_ack(struct clb_nl *nl, uint32_t id, uint64_t seq, bool resend)
{
	struct fake_session *s = find(id);

	if (!s || s->reader != nl)
		return 0;
	fuzz_check(seq >= s->session.acked && seq <= s->session.sent,
		   "an acknowledgement goes forward", NULL);
	s->session.acked = seq;
	if (resend)
		s->given = seq;
	if (s->session.state == CLBENCH_STATE_STARTING) {
		s->session.state = CLBENCH_STATE_RECORDING;
		s->session.chunk = 1;
		send_batch(s, 0, false);
	} else if (s->given < s->session.sent) {
		wake(nl, true);
	}
	look_at_end(s);
	return 0;
}

int clb_nl_unsubscribe(struct clb_nl *nl, const struct clb_session *session, bool force)
{
	struct fake_session *s = find(session->id);
	int ret;

	if (refuse_session(nl, s, &ret))
		return ret;
	fuzz_check(session->token == s->session.token, "the owner has the token", NULL);
	if (force) {
		end(s);
	} else if (s->session.state != CLBENCH_STATE_DRAINING) {
		s->session.state = CLBENCH_STATE_DRAINING;
		send_batch(s, 60, true);
		look_at_end(s);
	}
	return 0;
}

int clb_nl_session_set(struct clb_nl *nl, const struct clb_session *session,
		       const struct clb_session_change *change, uint32_t *number)
{
	struct fake_session *s = find(session->id);
	int ret;

	*number = 0;
	if (refuse_session(nl, s, &ret))
		return ret;
	if (!change->nr_events)
		return 0;
	*number = s->session.changed + 1;
	if (held)
		return 0;
	s->session.changed++;
	free(s->session.counts);
	count_events(&s->session, change->events, change->nr_events);
	/* Now and then the kernel takes it back. */
	s->session.change_error = s->session.changed % 4 ? 0 : ENOMEM;
	return 0;
}

int clb_nl_rotate(struct clb_nl *nl, const struct clb_session *session, uint32_t *chunk)
{
	struct fake_session *s = find(session->id);
	int ret;

	*chunk = 0;
	if (refuse_session(nl, s, &ret))
		return ret;
	*chunk = ++s->session.chunk;
	send_batch(s, 80, false);
	send_batch(s, 0, false);
	return 0;
}

int clb_nl_mark(struct clb_nl *nl, const char *session, const char *text, uint32_t *marked)
{
	int ret;

	*marked = 0;
	if (refuse(nl, &ret))
		return ret;
	fuzz_check(*text && strlen(text) <= CLBENCH_MARK_MAX, "a mark has a text", text);
	for (size_t i = 0; i < SESSIONS_MAX; i++)
		*marked += sessions[i].used && (!session || !strcmp(sessions[i].session.name, session));
	return session && !*marked ? fail(nl, -ENOENT, "there is no such session") : 0;
}
