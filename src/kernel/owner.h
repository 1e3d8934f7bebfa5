/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The owner of a session: the reliable subscriber's socket. It dies, the session
 * is an orphan and lingers; another one attaches and goes on.
 *
 * Whose acks count, and who owns, is decided under clb_window.lock:
 *
 *	old owner (stopped)             new owner
 *	ack(9): checked, is the owner
 *	                                attach(7): acked = 7, wants 8 and 9
 *	... drops 8 and 9		lost for ever
 *
 * A socket is held while it owns. A port is free for others before URELEASE
 * tells of its socket's death, so it is the held one that is asked.
 */
#ifndef CLB_OWNER_H
#define CLB_OWNER_H

#include <linux/sched.h>
#include <linux/types.h>

struct clb_session;
struct netlink_ext_ack;
struct pid;
struct sk_buff;
struct sock;

/**
 * struct clb_owner - who owns a session; protected by clb_window.lock
 * @sk: the data socket, held; NULL: the session is an orphan
 * @portid: its port
 * @token: the owner's secret, not 0
 * @process: who subscribed or attached, held
 * @pid: its process id, also when it is gone
 * @comm: its name
 * @since: jiffies: last heard of, or since when it owes an ack; of an orphan, when
 *	it became one
 * @closed: nobody may attach any more
 */
struct clb_owner {
	struct sock *sk;
	u32 portid;
	u64 token;
	struct pid *process;
	pid_t pid;
	char comm[TASK_COMM_LEN];
	unsigned long since;
	bool closed;
};

/**
 * struct clb_claim - who asks for something that is the owner's
 * @sk: the socket that the request came by
 * @token: the secret that it shows, or 0
 */
struct clb_claim {
	const struct sock *sk;
	u64 token;
};

void clb_owner_init(struct clb_owner *o, struct sock *sk, u32 portid);
void clb_owner_exit(struct clb_owner *o);
bool clb_owner_is(const struct clb_owner *o, const struct clb_claim *claim);
bool clb_owner_absent(const struct clb_session *s);
void clb_owner_released(struct clb_session *s, u32 portid);
long clb_owner_left(struct clb_session *s);
long clb_owner_tell(struct clb_session *s, struct clb_owner *owner);
int clb_owner_attach(struct clb_session *s, struct sock *sk, u32 portid, u64 seq, u32 window,
		     u64 *token, struct netlink_ext_ack *extack);
int clb_owner_may(struct clb_session *s, const struct clb_claim *claim,
		  struct netlink_ext_ack *extack);
int clb_owner_end(struct clb_session *s, const struct clb_claim *claim, bool force,
		  struct netlink_ext_ack *extack);

#endif /* CLB_OWNER_H */
