/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A socket that does what it is told: it takes the place of nl.c when this is
 * linked.
 */
#ifndef FAKE_SOCKET_H
#define FAKE_SOCKET_H

#include <stdio.h>
#include <string.h>

#include "nl.h"

#define SESSION	7

/* One step of what the socket gives: a batch, or an errno. */
struct step {
	int error;		/* of the call */
	int refusal;		/* of an acknowledgement, comes as a batch */
	uint64_t seq;
	bool last;
	uint32_t session;	/* SESSION if 0 */
};

struct clb_nl {
	const struct step *steps;
	size_t nr;
	int fd;
	void (*acknowledged)(uint64_t seq);	/* may be NULL */
};

static struct clb_nl socket_ = { .fd = -1 };
static char said[512];		/* by the channel to the kernel */

static void say(const char *format, unsigned long long number)
{
	size_t used = strlen(said);

	snprintf(said + used, sizeof(said) - used, format, number);
}

int clb_nl_open(struct clb_nl **nl)
{
	*nl = &socket_;
	say("open ", 0);
	return 0;
}

void clb_nl_close(struct clb_nl *nl)
{
	(void)nl;
}

int clb_nl_fd(const struct clb_nl *nl)
{
	return nl->fd;
}

const char *clb_nl_why(const struct clb_nl *nl)
{
	(void)nl;
	return "because";
}

int clb_nl_set_reliable(struct clb_nl *nl, unsigned int buffer_bytes)
{
	(void)nl;
	say("buffer:%lluM ", buffer_bytes >> 20);
	return 0;
}

int clb_nl_subscribe(struct clb_nl *nl, const struct clb_config *config,
		     struct clb_session *session)
{
	(void)nl;
	(void)config;
	*session = (struct clb_session){ .id = SESSION, .group = "batch3" };
	say("subscribe ", 0);
	return 0;
}

int clb_nl_attach(struct clb_nl *nl, uint32_t id, uint64_t seq, struct clb_session *session)
{
	(void)nl;
	*session = (struct clb_session){ .id = id, .group = "batch3" };
	say("attach:%llu ", seq);
	return 0;
}

int clb_nl_join(struct clb_nl *nl, const char *group)
{
	(void)nl;
	say("join:%llu ", strcmp(group, "batch3"));
	return 0;
}

int clb_nl_ack(struct clb_nl *nl, uint32_t id, uint64_t seq, bool resend)
{
	say(id == SESSION ? "ack:%llu" : "wrong-session:%llu", seq);
	say(resend ? "+resend " : " ", 0);
	if (nl->acknowledged)
		nl->acknowledged(seq);
	return 0;
}

int clb_nl_receive(struct clb_nl *nl, struct clb_batch batches[CLB_NL_ROUND])
{
	int nr = 0;

	while (nl->nr && nr < CLB_NL_ROUND) {
		const struct step *step = nl->steps;

		if (step->error && nr)
			break;
		nl->steps++;
		nl->nr--;
		if (step->error)
			return step->error == -EAGAIN ? 0 : step->error;
		batches[nr++] = (struct clb_batch){
			.error = step->refusal,
			.session_id = step->session ? step->session : SESSION,
			.seq = step->seq,
			.last = step->last,
			.packet = &step->seq,
			.size = sizeof(step->seq),
		};
	}
	return nr;
}

#endif /* FAKE_SOCKET_H */
