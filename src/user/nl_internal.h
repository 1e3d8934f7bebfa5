/* SPDX-License-Identifier: GPL-2.0 */
/* What nl.c, nl_command.c and nl_parse.c share, and nobody else sees. */
#ifndef CLB_NL_INTERNAL_H
#define CLB_NL_INTERNAL_H

#include "nl.h"

struct nl_msg;
struct nlmsghdr;

/* Takes a message of a reply. Returns 0 or a negative errno. */
typedef int (*clb_nl_reply)(void *arg, struct nlmsghdr *message);

/**
 * clb_nl_request() - begin a request
 * @nl: the socket that will send it
 * @command: CLBENCH_CMD_*
 * @flags: NLM_F_* beside NLM_F_REQUEST
 * @size: most bytes of it
 *
 * Return: the message, or NULL (out of memory).
 */
struct nl_msg *clb_nl_request(struct clb_nl *nl, uint8_t command, int flags, size_t size);

/**
 * clb_nl_transact() - send a request and wait for the end of the answer
 * @nl: the socket
 * @msg: the request, given back; NULL counts as out of memory
 * @reply: takes the replies; NULL if there are none
 * @arg: for it
 *
 * Return: 0; -EAGAIN if a dump changed meanwhile; the kernel's or @reply's
 * negative errno, told by clb_nl_why().
 */
int clb_nl_transact(struct clb_nl *nl, struct nl_msg *msg, clb_nl_reply reply, void *arg);

/**
 * clb_nl_post() - send a request and do not wait
 * @nl: the socket
 * @msg: the request, given back; NULL counts as out of memory
 *
 * Return: 0 or a negative errno.
 */
int clb_nl_post(struct clb_nl *nl, struct nl_msg *msg);

/*
 * Messages as structures. Attributes that these do not know are left alone,
 * members without an attribute stay as they are or, in sessions and batches,
 * become 0. Return 0, -EBADMSG if an attribute is too short, or -ENOMEM.
 */
int clb_nl_parse_info(struct nlmsghdr *message, struct clb_info *info);
int clb_nl_parse_session(struct nlmsghdr *message, struct clb_session *session);
int clb_nl_parse_batch(struct nlmsghdr *message, struct clb_batch *batch);
int clb_nl_parse_number(struct nlmsghdr *message, int attribute, uint32_t *number);

/* The event is to be freed also after a failure. */
int clb_nl_parse_event(struct nlmsghdr *message, struct clb_event *event);

#endif /* CLB_NL_INTERNAL_H */
