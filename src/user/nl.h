/* SPDX-License-Identifier: GPL-2.0 */
/* The generic netlink family clbench as functions. Only nl*.c know libnl. */
#ifndef CLB_NL_H
#define CLB_NL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "event.h"
#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Most batches that clb_nl_receive() gives at a time. */
#define CLB_NL_ROUND	8

struct clb_nl;

/**
 * struct clb_batch - one message of a data socket
 * @error: 0, or the negative errno of an acknowledgement that was refused; the
 *	other members mean nothing then
 * @session_id: the session
 * @seq: its number, from 1
 * @last: nothing follows
 * @packet: the CTF packet; lives until the next clb_nl_receive()
 * @size: its bytes
 */
struct clb_batch {
	int error;
	uint32_t session_id;
	uint64_t seq;
	bool last;
	const void *packet;
	size_t size;
};

/**
 * typedef clb_nl_notify - told of a session that started or ended
 * @arg: from clb_nl_listen()
 * @session: as it is now; lives until the return
 */
typedef void (*clb_nl_notify)(void *arg, const struct clb_session *session);

/**
 * clb_nl_open() - open a socket and find the family
 * @nl: the socket; closed with clb_nl_close(), also after a failure
 *
 * Return: 0; -ENOENT if this network namespace has no family clbench; -ENOMEM;
 * -EPROTONOSUPPORT and other errnos of socket().
 */
int clb_nl_open(struct clb_nl **nl);

/**
 * clb_nl_adopt() - take a socket that is a member of a session's group
 * @nl: the socket, for clb_nl_receive() alone; closed with clb_nl_close(), also
 *	after a failure
 * @fd: its descriptor, which belongs to @nl from now on unless @nl is NULL
 *
 * Return: 0 or -ENOMEM.
 */
int clb_nl_adopt(struct clb_nl **nl, int fd);

/**
 * clb_nl_close() - close the socket
 * @nl: the socket, may be NULL
 */
void clb_nl_close(struct clb_nl *nl);

/**
 * clb_nl_fd() - tell the descriptor, to poll for input
 * @nl: the socket
 *
 * Return: the descriptor.
 */
int clb_nl_fd(const struct clb_nl *nl);

/**
 * clb_nl_why() - tell why the last request failed
 * @nl: the socket
 *
 * Return: what the kernel said of it, else its errno in words; no full stop.
 */
const char *clb_nl_why(const struct clb_nl *nl);

/**
 * clb_nl_set_receiver() - prepare a socket for batches
 * @nl: the socket
 * @buffer_bytes: receive buffer; less where the kernel allows no more
 *
 * No filter can be attached to the socket from then on, whoever it is handed to.
 *
 * Return: 0 or a negative errno.
 */
int clb_nl_set_receiver(struct clb_nl *nl, unsigned int buffer_bytes);

/**
 * clb_nl_set_reliable() - prepare the data socket of a session's owner
 * @nl: the socket
 * @buffer_bytes: as for clb_nl_set_receiver()
 *
 * Return: 0 or a negative errno.
 */
int clb_nl_set_reliable(struct clb_nl *nl, unsigned int buffer_bytes);

/**
 * clb_nl_join() - become a member of a group
 * @nl: the socket
 * @group: its name
 *
 * Return: 0; -ENOENT if there is no such group; -EPERM without CAP_SYS_ADMIN.
 */
int clb_nl_join(struct clb_nl *nl, const char *group);

/**
 * clb_nl_listen() - join the group of session notifications
 * @nl: a socket for this alone: where messages can be lost, answers can
 * @notify: called for each, from within clb_nl_notifications()
 * @arg: for it
 *
 * Return: as clb_nl_join().
 */
int clb_nl_listen(struct clb_nl *nl, clb_nl_notify notify, void *arg);

/**
 * clb_nl_notifications() - read notifications of a socket that has input
 * @nl: the socket
 *
 * Waits if there is none.
 *
 * Return: 0; -ENOBUFS if some were lost; another negative errno.
 */
int clb_nl_notifications(struct clb_nl *nl);

/**
 * clb_nl_receive() - read what waits on a data socket
 * @nl: the socket
 * @batches: gets the messages
 *
 * Never waits.
 *
 * Return: how many messages, 0 if none; -ENOBUFS if some were
 * lost; another negative errno.
 */
int clb_nl_receive(struct clb_nl *nl, struct clb_batch batches[CLB_NL_ROUND]);

/**
 * clb_nl_info() - ask for versions, limits and defaults
 * @nl: the socket
 * @info: gets them
 *
 * Return: 0 or a negative errno; so for the following, with clb_nl_why().
 */
int clb_nl_info(struct clb_nl *nl, struct clb_info *info);

/**
 * clb_nl_events() - ask for all events
 * @nl: the socket
 * @events: gets them; given back with clb_events_free(), empty on failure
 *
 * Return: 0 or a negative errno.
 */
int clb_nl_events(struct clb_nl *nl, struct clb_events *events);

/**
 * clb_nl_sessions() - ask for all sessions
 * @nl: the socket
 * @sessions: gets them; given back with clb_sessions_free(), empty on failure
 *
 * Return: 0 or a negative errno.
 */
int clb_nl_sessions(struct clb_nl *nl, struct clb_sessions *sessions);

/**
 * clb_nl_session() - ask for one session
 * @nl: the socket
 * @id: the session
 * @session: gets it; given back with clb_session_free(), empty on failure
 *
 * Return: 0 or a negative errno.
 */
int clb_nl_session(struct clb_nl *nl, uint32_t id, struct clb_session *session);

/**
 * clb_nl_subscribe() - open a session that this socket owns
 * @nl: a data socket
 * @config: how the session shall be
 * @session: gets id, uuid, group, token and configuration
 *
 * Return: 0 or a negative errno.
 */
int clb_nl_subscribe(struct clb_nl *nl, const struct clb_config *config,
		     struct clb_session *session);

/**
 * clb_nl_attach() - take over a session that has no reader
 * @nl: a data socket
 * @id: the session
 * @seq: the last batch that the reader before has stored; 0: none
 * @session: gets what clb_nl_subscribe() gets
 *
 * Return: 0; -EBUSY: it has a reader; -ESTALE: what follows @seq is gone; -ERANGE:
 * @seq was never sent; -ESHUTDOWN: it is ending; another negative errno.
 */
int clb_nl_attach(struct clb_nl *nl, uint32_t id, uint64_t seq, struct clb_session *session);

/**
 * clb_nl_ack() - tell that batches are safe
 * @nl: the data socket that owns the session
 * @id: the session
 * @seq: the last batch that is safe; at first the one before the first to come,
 *	which says that the group was joined
 * @resend: send again what follows
 *
 * Does not wait for an answer: a refusal comes through clb_nl_receive().
 *
 * Return: 0 or a negative errno.
 */
int clb_nl_ack(struct clb_nl *nl, uint32_t id, uint64_t seq, bool resend);

/**
 * clb_nl_unsubscribe() - end a session
 * @nl: any socket
 * @session: with id and token; without token only a session that has no reader
 *	can be ended, and only with @force
 * @force: give up what was not delivered
 *
 * Return: 0; -EPERM: it has a reader; another negative errno.
 */
int clb_nl_unsubscribe(struct clb_nl *nl, const struct clb_session *session, bool force);

/**
 * clb_nl_session_set() - change a session that records
 * @nl: any socket
 * @session: with id and token
 * @change: what shall change
 * @number: gets the number of the change of events, which clb_session.changed
 *	reaches when it is carried out or has failed; the rest is done at once
 *
 * Return: 0; -EPERM: it is not ours; -EBUSY: another change is under way; -ESHUTDOWN: it
 * is ending; -EOPNOTSUPP: the module is older than this; another negative errno.
 */
int clb_nl_session_set(struct clb_nl *nl, const struct clb_session *session,
		       const struct clb_session_change *change, uint32_t *number);

/**
 * clb_nl_rotate() - have a session's next chunk begun
 * @nl: any socket
 * @session: with id and token
 * @chunk: gets the number of the chunk to come
 *
 * It comes with the batches: an empty packet opens it.
 *
 * Return: 0; as clb_nl_session_set().
 */
int clb_nl_rotate(struct clb_nl *nl, const struct clb_session *session, uint32_t *chunk);

/**
 * clb_nl_mark() - put a text into streams
 * @nl: any socket
 * @session: name of a session; NULL: all that record
 * @text: the text
 * @marked: gets the number of sessions that took it
 *
 * Return: 0 or a negative errno.
 */
int clb_nl_mark(struct clb_nl *nl, const char *session, const char *text, uint32_t *marked);

#ifdef __cplusplus
}
#endif

#endif /* CLB_NL_H */
