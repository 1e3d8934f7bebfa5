/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family clbench: sockets, requests and replies. */

#include "nl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl_internal.h"

/* Most bytes of a batch: a full attribute and what stands around it. */
#define MESSAGE_MAX	(64 * 1024 + 256)

/* Receive buffer of a listener: counters of many events, of many sessions. */
#define LISTEN_BYTES	(1024 * 1024)

/* As the kernel's MAX_ERRNO. */
#define ERRNO_MAX	4095

/*
 * @reply, @arg, @done, @error belong to the request under way: one at a time.
 * @buffers are of a data socket only. @member is a data socket that somebody else
 * opened, then @sk is NULL; else it is -1.
 */
struct clb_nl {
	struct nl_sock *sk;
	struct nl_cb *cb;
	int family;
	char why[256];
	clb_nl_notify notify;
	void *notify_arg;
	clb_nl_reply reply;
	void *arg;
	bool done;
	int error;
	char *buffers;
	int member;
};

/*
 * libnl makes its own numbers of errnos. What it loses matters to nobody but
 * for the messages that were dropped.
 */
static int error_of_libnl(struct clb_nl *nl, int error)
{
	switch (-error) {
	case NLE_NOMEM:
		snprintf(nl->why, sizeof(nl->why), "%s", strerror(ENOBUFS));
		return -ENOBUFS;
	case NLE_OBJ_NOTFOUND:
		snprintf(nl->why, sizeof(nl->why), "%s", strerror(ENOENT));
		return -ENOENT;
	case NLE_PERM:
		snprintf(nl->why, sizeof(nl->why), "%s", strerror(EPERM));
		return -EPERM;
	case NLE_DUMP_INTR:
		return -EAGAIN;
	default:
		snprintf(nl->why, sizeof(nl->why), "%s", nl_geterror(error));
		return -EIO;
	}
}

/* Of what the kernel says, only its errnos: others would be no failures, or have no words. */
static int checked(int error)
{
	return error < 0 && error >= -ERRNO_MAX ? error : -EBADMSG;
}

static int set_error(struct clb_nl *nl, int error)
{
	nl->error = error;
	snprintf(nl->why, sizeof(nl->why), "%s", strerror(-error));
	return error;
}

/* Prefer the kernel's own words, which follow the errno and the request. */
static void set_refusal(struct clb_nl *nl, struct nlmsghdr *message, size_t head)
{
	struct nlattr *text;

	if (!(message->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	text = nlmsg_find_attr(message, head, NLMSGERR_ATTR_MSG);
	if (text && nla_len(text) > 0)
		snprintf(nl->why, sizeof(nl->why), "%.*s", nla_len(text),
			 (const char *)nla_data(text));
}

/* Take an NLMSG_ERROR: 0 is the acknowledgement. */
static void take_result(struct clb_nl *nl, struct nlmsghdr *message)
{
	const struct nlmsgerr *e = nlmsg_data(message);
	size_t head = sizeof(*e);

	nl->done = true;
	if (nlmsg_datalen(message) < (int)sizeof(*e)) {
		set_error(nl, -EBADMSG);
		return;
	}
	if (!e->error)
		return;
	set_error(nl, checked(e->error));
	/* The request comes back, whole unless it is capped. */
	if (!(message->nlmsg_flags & NLM_F_CAPPED))
		head += e->msg.nlmsg_len - NLMSG_HDRLEN;
	if (head <= (size_t)nlmsg_datalen(message))
		set_refusal(nl, message, head);
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	(void)from;
	take_result(arg, (struct nlmsghdr *)((char *)e - NLMSG_HDRLEN));
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	take_result(arg, nlmsg_hdr(msg));
	return NL_STOP;
}

/* The end of a dump carries an errno, too. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *message = nlmsg_hdr(msg);
	struct clb_nl *nl = arg;
	int error = 0;

	nl->done = true;
	if (nlmsg_datalen(message) >= (int)sizeof(error))
		memcpy(&error, nlmsg_data(message), sizeof(error));
	if (error < 0) {
		set_error(nl, checked(error));
		set_refusal(nl, message, sizeof(error));
	}
	return NL_STOP;
}

static void take_notification(struct clb_nl *nl, struct nlmsghdr *message)
{
	struct clb_session session;

	if (!nl->notify || clb_nl_parse_session(message, &session))
		return;
	nl->notify(nl->notify_arg, &session);
	clb_session_free(&session);
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *message = nlmsg_hdr(msg);
	struct clb_nl *nl = arg;
	int ret;

	if (message->nlmsg_type != nl->family || !genlmsg_valid_hdr(message, 0))
		return NL_SKIP;
	if (genlmsg_hdr(message)->cmd == CLBENCH_CMD_SESSION_NTF) {
		take_notification(nl, message);
		return NL_OK;
	}
	if (!nl->reply || nl->error)
		return NL_SKIP;
	ret = nl->reply(nl->arg, message);
	if (ret)
		set_error(nl, ret);
	return NL_OK;
}

/* Replies are taken by their kind; notifications have the number 0. */
static int on_sequence(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

struct nl_msg *clb_nl_request(struct clb_nl *nl, uint8_t command, int flags, size_t size)
{
	struct nl_msg *msg;

	msg = nlmsg_alloc_size(size);
	if (!msg)
		return NULL;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0, NLM_F_REQUEST | flags,
			 command, CLBENCH_FAMILY_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int clb_nl_transact(struct clb_nl *nl, struct nl_msg *msg, clb_nl_reply reply, void *arg)
{
	int ret;

	if (!msg)
		return set_error(nl, -ENOMEM);
	nl->why[0] = '\0';
	nl->reply = reply;
	nl->arg = arg;
	nl->done = false;
	nl->error = 0;
	ret = nl_send_auto(nl->sk, msg);
	nlmsg_free(msg);
	if (ret < 0)
		return error_of_libnl(nl, ret);
	do {
		ret = nl_recvmsgs(nl->sk, nl->cb);
	} while (ret >= 0 && !nl->done);
	nl->reply = NULL;
	if (!nl->done || ret == -NLE_DUMP_INTR)
		return error_of_libnl(nl, ret);
	return nl->error;
}

int clb_nl_post(struct clb_nl *nl, struct nl_msg *msg)
{
	int ret;

	if (!msg)
		return set_error(nl, -ENOMEM);
	ret = nl_send(nl->sk, msg);
	nlmsg_free(msg);
	return ret < 0 ? error_of_libnl(nl, ret) : 0;
}

static int set_callbacks(struct clb_nl *nl)
{
	nl->cb = nl_cb_alloc(NL_CB_DEFAULT);
	if (!nl->cb)
		return -ENOMEM;
	nl_cb_set(nl->cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, nl);
	nl_cb_set(nl->cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, nl);
	nl_cb_set(nl->cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, nl);
	nl_cb_set(nl->cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, on_sequence, nl);
	nl_cb_err(nl->cb, NL_CB_CUSTOM, on_error, nl);
	return 0;
}

int clb_nl_open(struct clb_nl **result)
{
	struct clb_nl *nl;
	int ret, on = 1;

	*result = nl = calloc(1, sizeof(*nl));
	if (!nl)
		return -ENOMEM;
	nl->member = -1;
	nl->sk = nl_socket_alloc();
	if (!nl->sk || set_callbacks(nl))
		return set_error(nl, -ENOMEM);
	/* libnl opens it with SOCK_CLOEXEC: COMMAND must not keep it alive. */
	ret = genl_connect(nl->sk);
	if (ret)
		return error_of_libnl(nl, ret);
	setsockopt(clb_nl_fd(nl), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(clb_nl_fd(nl), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	nl->family = genl_ctrl_resolve(nl->sk, CLBENCH_FAMILY_NAME);
	return nl->family < 0 ? error_of_libnl(nl, nl->family) : 0;
}

/*
 * Its receive buffer stays as it is: we might not be allowed as large a one. The
 * number of the family is not needed, and may be unknown here, in another network
 * namespace: nothing else comes to the members of a session's group.
 */
int clb_nl_adopt(struct clb_nl **result, int fd)
{
	struct clb_nl *nl;

	*result = nl = calloc(1, sizeof(*nl));
	if (!nl)
		return -ENOMEM;
	nl->member = fd;
	nl->buffers = calloc(CLB_NL_ROUND, MESSAGE_MAX);
	return nl->buffers ? 0 : set_error(nl, -ENOMEM);
}

void clb_nl_close(struct clb_nl *nl)
{
	if (!nl)
		return;
	if (nl->member >= 0)
		close(nl->member);
	nl_cb_put(nl->cb);
	nl_socket_free(nl->sk);
	free(nl->buffers);
	free(nl);
}

int clb_nl_fd(const struct clb_nl *nl)
{
	return nl->sk ? nl_socket_get_fd(nl->sk) : nl->member;
}

const char *clb_nl_why(const struct clb_nl *nl)
{
	return nl && nl->why[0] ? nl->why : "unknown error";
}

/* As much as the kernel lets us. */
static int set_buffer(struct clb_nl *nl, int bytes)
{
	int fd = clb_nl_fd(nl);

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) &&
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes)))
		return set_error(nl, -errno);
	return 0;
}

int clb_nl_set_receiver(struct clb_nl *nl, unsigned int buffer_bytes)
{
	int on = 1;

	nl->buffers = calloc(CLB_NL_ROUND, MESSAGE_MAX);
	if (!nl->buffers)
		return set_error(nl, -ENOMEM);
	/* What a member's filter cuts, the kernel may give to the next member, too. */
	if (setsockopt(clb_nl_fd(nl), SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on)))
		return set_error(nl, -errno);
	return set_buffer(nl, buffer_bytes);
}

int clb_nl_set_reliable(struct clb_nl *nl, unsigned int buffer_bytes)
{
	int on = 1, ret;

	ret = clb_nl_set_receiver(nl, buffer_bytes);
	if (ret)
		return ret;
	if (setsockopt(clb_nl_fd(nl), SOL_NETLINK, NETLINK_BROADCAST_ERROR, &on, sizeof(on)))
		return set_error(nl, -errno);
	return 0;
}

int clb_nl_join(struct clb_nl *nl, const char *group)
{
	int ret;

	ret = genl_ctrl_resolve_grp(nl->sk, CLBENCH_FAMILY_NAME, group);
	if (ret >= 0)
		ret = nl_socket_add_membership(nl->sk, ret);
	return ret < 0 ? error_of_libnl(nl, ret) : 0;
}

int clb_nl_listen(struct clb_nl *nl, clb_nl_notify notify, void *arg)
{
	set_buffer(nl, LISTEN_BYTES);
	nl->notify = notify;
	nl->notify_arg = arg;
	return clb_nl_join(nl, CLBENCH_MCGRP_SESSION);
}

int clb_nl_notifications(struct clb_nl *nl)
{
	int ret;

	ret = nl_recvmsgs(nl->sk, nl->cb);
	return ret < 0 && ret != -NLE_AGAIN ? error_of_libnl(nl, ret) : 0;
}

/* One datagram of a data socket: a batch, or a refused acknowledgement. */
static int take_datagram(struct clb_nl *nl, const struct mmsghdr *datagram,
			 struct clb_batch *batch)
{
	struct nlmsghdr *message = datagram->msg_hdr.msg_iov->iov_base;

	if (datagram->msg_hdr.msg_flags & MSG_TRUNC || !nlmsg_ok(message, datagram->msg_len))
		return -EBADMSG;
	if (message->nlmsg_type == NLMSG_ERROR) {
		nl->error = 0;
		take_result(nl, message);
		*batch = (struct clb_batch){ .error = nl->error };
		return nl->error ? 0 : -ENOMSG;
	}
	if ((nl->sk && message->nlmsg_type != nl->family) || !genlmsg_valid_hdr(message, 0) ||
	    genlmsg_hdr(message)->cmd != CLBENCH_CMD_BATCH)
		return -ENOMSG;
	return clb_nl_parse_batch(message, batch);
}

/* What of the datagrams is for the caller. Returns how many, or a negative errno. */
static int take_datagrams(struct clb_nl *nl, const struct mmsghdr *datagrams, int nr_read,
			  struct clb_batch batches[CLB_NL_ROUND])
{
	const struct sockaddr_nl *from;
	int nr = 0, ret;

	for (int i = 0; i < nr_read; i++) {
		/* Only the kernel is port 0; others may write to us. */
		from = datagrams[i].msg_hdr.msg_name;
		if (from->nl_pid)
			continue;
		ret = take_datagram(nl, &datagrams[i], &batches[nr]);
		if (!ret)
			nr++;
		else if (ret != -ENOMSG)
			return set_error(nl, ret);
	}
	return nr;
}

int clb_nl_receive(struct clb_nl *nl, struct clb_batch batches[CLB_NL_ROUND])
{
	struct mmsghdr datagrams[CLB_NL_ROUND] = { 0 };
	struct sockaddr_nl from[CLB_NL_ROUND] = { 0 };
	struct iovec buffers[CLB_NL_ROUND];
	int nr_read, nr;

	for (int i = 0; i < CLB_NL_ROUND; i++) {
		buffers[i].iov_base = nl->buffers + i * MESSAGE_MAX;
		buffers[i].iov_len = MESSAGE_MAX;
		datagrams[i].msg_hdr.msg_iov = &buffers[i];
		datagrams[i].msg_hdr.msg_iovlen = 1;
		datagrams[i].msg_hdr.msg_name = &from[i];
	}
	/* 0 means that nothing is left: then what was dropped is asked for. */
	do {
		for (int i = 0; i < CLB_NL_ROUND; i++)
			datagrams[i].msg_hdr.msg_namelen = sizeof(from[i]);
		nr_read = recvmmsg(clb_nl_fd(nl), datagrams, CLB_NL_ROUND, MSG_DONTWAIT, NULL);
		if (nr_read < 0 && errno == EAGAIN)
			return 0;
		if (nr_read < 0 && errno != EINTR)
			return set_error(nl, -errno);
		nr = nr_read > 0 ? take_datagrams(nl, datagrams, nr_read, batches) : 0;
	} while (!nr);
	return nr;
}
