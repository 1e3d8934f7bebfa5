// SPDX-License-Identifier: GPL-2.0
/* The owner of a session: its socket's death, linger, another one that attaches. */

#include <linux/jiffies.h>
#include <linux/netlink.h>
#include <linux/pid.h>
#include <linux/random.h>
#include <net/sock.h>

#include "owner.h"
#include "session.h"

static u64 new_token(void)
{
	u64 token;

	do
		get_random_bytes(&token, sizeof(token));
	while (!token);
	return token;
}

/**
 * clb_owner_init() - the current process owns a session by a socket
 * @o: the owner
 * @sk: the socket
 * @portid: its port
 *
 * Context: process.
 */
void clb_owner_init(struct clb_owner *o, struct sock *sk, u32 portid)
{
	sock_hold(sk);
	*o = (struct clb_owner) {
		.sk = sk,
		.portid = portid,
		.token = new_token(),
		.process = get_pid(task_tgid(current)),
		.pid = task_tgid_nr(current),
		.since = jiffies,
	};
	get_task_comm(o->comm, current);
}

/**
 * clb_owner_exit() - let go of a socket
 * @o: the owner, of no session any more
 *
 * Context: process.
 */
void clb_owner_exit(struct clb_owner *o)
{
	if (o->sk)
		sock_put(o->sk);
	put_pid(o->process);
}

/**
 * clb_owner_is() - does a request come from the owner?
 * @o: the owner
 * @claim: who asks
 *
 * Context: clb_window.lock is held.
 * Return: whether it does.
 */
bool clb_owner_is(const struct clb_owner *o, const struct clb_claim *claim)
{
	return o->sk && (claim->sk == o->sk || claim->token == o->token);
}

/* What is left of the linger time, jiffies; 0: it is over. */
static long linger_left(const struct clb_session *s)
{
	long left = s->owner.since + msecs_to_jiffies(READ_ONCE(s->config.linger_ms)) - jiffies;

	return max(left, 0L);
}

/**
 * clb_owner_absent() - may somebody else take the session over, or end it?
 * @s: the session
 *
 * Nobody owns it; or the owner has been silent for the linger time, although it
 * has something to acknowledge or its process is gone: a child that was forked
 * keeps the socket open.
 *
 * Context: clb_window.lock is held.
 * Return: whether somebody may.
 */
bool clb_owner_absent(const struct clb_session *s)
{
	const struct clb_owner *o = &s->owner;
	const struct clb_window *w = &s->window;

	if (!o->sk)
		return true;
	if (linger_left(s))
		return false;
	if (!pid_has_task(o->process, PIDTYPE_TGID))
		return true;
	/* A session that ends with its reader is not taken from a living one. */
	return READ_ONCE(s->config.linger_ms) && (!w->joined || w->acked != w->built);
}

/**
 * clb_owner_released() - a socket was closed: was it the owner?
 * @s: the session
 * @portid: its port
 *
 * Context: process, clb_sessions_lock held; only marks and wakes.
 */
void clb_owner_released(struct clb_session *s, u32 portid)
{
	struct clb_owner *o = &s->owner;
	struct sock *dead = NULL;

	spin_lock(&s->window.lock);
	if (o->sk && o->portid == portid && sock_flag(o->sk, SOCK_DEAD)) {
		dead = o->sk;
		o->sk = NULL;
		o->since = jiffies;
		WRITE_ONCE(s->window.joined, false);
	}
	spin_unlock(&s->window.lock);
	if (!dead)
		return;
	/* Not the last reference: who closes holds one. */
	sock_put(dead);
	clb_session_wake(s, CLB_SESSION_WAKE);
}

/**
 * clb_owner_left() - how long an orphan may still wait
 * @s: the session
 *
 * At the end of that time nobody may attach any more.
 *
 * Context: the session thread.
 * Return: jiffies; 0: it is over; MAX_SCHEDULE_TIMEOUT: there is an owner.
 */
long clb_owner_left(struct clb_session *s)
{
	struct clb_owner *o = &s->owner;
	long left = MAX_SCHEDULE_TIMEOUT;

	spin_lock(&s->window.lock);
	if (!o->sk) {
		left = linger_left(s);
		if (!left)
			o->closed = true;
	}
	spin_unlock(&s->window.lock);
	return left;
}

/**
 * clb_owner_tell() - tell who the owner is
 * @s: the session
 * @owner: gets a copy, for its pid and comm only; @sk says whether there is one
 *
 * Context: process.
 * Return: how long an orphan may still wait, jiffies; 0 if there is an owner.
 */
long clb_owner_tell(struct clb_session *s, struct clb_owner *owner)
{
	long left;

	spin_lock(&s->window.lock);
	*owner = s->owner;
	left = owner->sk ? 0 : linger_left(s);
	spin_unlock(&s->window.lock);
	return left;
}

/* What the new owner says that it has must fit what the session still has. */
static int check_attach(const struct clb_session *s, u64 seq, struct netlink_ext_ack *extack)
{
	const struct clb_window *w = &s->window;

	if (s->owner.closed) {
		NL_SET_ERR_MSG(extack, "the session is ending");
		return -ESHUTDOWN;
	}
	if (!clb_owner_absent(s)) {
		NL_SET_ERR_MSG(extack, "the session has a reader");
		return -EBUSY;
	}
	if (seq < w->acked) {
		NL_SET_ERR_MSG(extack, "batches behind the named one were acknowledged and are gone");
		return -ESTALE;
	}
	if (seq > w->sent_high) {
		NL_SET_ERR_MSG(extack, "the named batch was never sent");
		return -ERANGE;
	}
	return 0;
}

/**
 * clb_owner_attach() - the current process takes over an orphan
 * @s: the session
 * @sk: its data socket
 * @portid: the socket's port
 * @seq: number of the last batch that was stored; 0: none was
 * @window: most batches under way; 0: as before, or what fits
 * @token: set to the owner's secret
 * @extack: for what is wrong
 *
 * What follows @seq is sent (again) once the new owner has joined the group and
 * acknowledged @seq.
 *
 * Context: process; may sleep.
 * Return: 0; -EBUSY: the session has a reader; -ESTALE: it does not have any
 * more what follows @seq; -ERANGE: @seq was never sent; -ESHUTDOWN: it is ending;
 * -ENOBUFS: the receive buffer is too small.
 */
int clb_owner_attach(struct clb_session *s, struct sock *sk, u32 portid, u64 seq, u32 window,
		     u64 *token, struct netlink_ext_ack *extack)
{
	int fit = clb_window_fit(sk, window ?: s->config.window, extack);
	struct clb_owner old, new;
	LIST_HEAD(done);
	int err;

	if (fit < 0)
		return fit;
	clb_owner_init(&new, sk, portid);
	spin_lock(&s->window.lock);
	err = check_attach(s, seq, extack);
	if (!err) {
		old = s->owner;
		s->owner = new;
		*token = new.token;
		clb_window_restart(s, seq, fit, &done);
	}
	spin_unlock(&s->window.lock);
	clb_owner_exit(err ? &new : &old);
	clb_window_done(s, &done);
	if (!err)
		clb_session_wake(s, CLB_SESSION_WAKE);
	return err;
}

/**
 * clb_owner_may() - may somebody change a session?
 * @s: the session
 * @claim: who asks
 * @extack: for what is wrong
 *
 * Context: process.
 * Return: 0; -EPERM: it is not the owner who asks.
 */
int clb_owner_may(struct clb_session *s, const struct clb_claim *claim,
		  struct netlink_ext_ack *extack)
{
	bool may;

	spin_lock(&s->window.lock);
	may = clb_owner_is(&s->owner, claim);
	spin_unlock(&s->window.lock);
	if (may)
		return 0;
	NL_SET_ERR_MSG(extack, "only the session's owner may, or who sends its token");
	return -EPERM;
}

/**
 * clb_owner_end() - end a session on somebody's request
 * @s: the session
 * @claim: who asks
 * @force: give up what was not delivered
 * @extack: for what is wrong
 *
 * Context: process.
 * Return: 0; -EPERM: it is neither the owner's request, nor one with @force for
 * a session without reader.
 */
int clb_owner_end(struct clb_session *s, const struct clb_claim *claim, bool force,
		  struct netlink_ext_ack *extack)
{
	bool may, absent;

	spin_lock(&s->window.lock);
	absent = clb_owner_absent(s);
	may = clb_owner_is(&s->owner, claim) || (force && absent);
	if (may && force)
		s->owner.closed = true;
	spin_unlock(&s->window.lock);
	if (!may && absent)
		NL_SET_ERR_MSG(extack, "the session has no reader: it is ended with force");
	else if (!may)
		NL_SET_ERR_MSG(extack, "the session has a reader: only that one, or who sends its token, may end it");
	if (!may)
		return -EPERM;
	if (force)
		set_bit(CLB_SESSION_GIVE_UP, &s->flags);
	clb_session_wake(s, CLB_SESSION_END);
	return 0;
}
