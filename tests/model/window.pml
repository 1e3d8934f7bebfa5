/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The window between the session thread and its owner, of src/kernel/window.c,
 * netlink.c and src/user/channel.c, for spin: send, drop, send again, ack, death,
 * attach, and the end of linger.
 *
 * Names are the code's names. model.t says which configurations and mutants are
 * run.
 *
 *   NR_BATCH	batches that the session builds; the last one is its end
 *   WINDOW	window.max, and what fits the owner's receive buffer
 *   NR_DROP	so often the multicast drops for the owner, at any message
 *   NR_DEATH	so often the owner dies or stops, at any point; each time another
 *		process comes and attaches
 *   VIEWER	somebody else is in the group, so a send without an owner succeeds
 *   LINGER	linger may end while there is no owner
 *
 * A mutant lacks a rule: ACK_BEFORE_STORE and so on. A cover claims that
 * something never happens, and must fail.
 *
 * A step of the kernel under w->lock is one step here. Sending is not: the
 * batch is taken, then sent, then perhaps untaken. The owner is an incarnation of
 * a process: killed at any point, its queue is gone, and what it had written
 * remains, perhaps torn. One of its acks may still be on its way (a request that
 * another process of it makes with the token), and so may the notice of its death
 * (URELEASE), which then comes when there is already another owner.
 *
 * What must hold:
 *   - store(): packets reach the file in order, none twice, none missing;
 *   - nothing is acknowledged that is not in the file;
 *   - built = acked + retained (+ abandoned at the end);
 *   - no state in which all wait, and no circle without progress: as long as
 *     owners come, everything built is at last in the file and acknowledged.
 */
#ifndef NR_BATCH
#define NR_BATCH 4
#endif
#ifndef WINDOW
#define WINDOW 2
#endif
#ifndef NR_DROP
#define NR_DROP 1
#endif
#ifndef NR_DEATH
#define NR_DEATH 1
#endif

#define max(a, b)	((a) > (b) -> (a) : (b))

#ifdef COVER_RESENT
#define cover_resent	assert(false)
#else
#define cover_resent	skip
#endif
#ifdef COVER_DROPPED
#define cover_dropped	assert(false)
#else
#define cover_dropped	skip
#endif
#ifdef COVER_DEAF
#define cover_deaf	assert(false)
#else
#define cover_deaf	skip
#endif
#ifdef COVER_TORN
#define cover_torn	assert(false)
#else
#define cover_torn	skip
#endif
#ifdef COVER_TAKEOVER
#define cover_takeover	assert(false)
#else
#define cover_takeover	skip
#endif
#ifdef COVER_LATE_ACK
#define cover_late_ack	assert(false)
#else
#define cover_late_ack	skip
#endif
#ifdef COVER_LATE_RELEASE
#define cover_late_release	assert(false)
#else
#define cover_late_release	skip
#endif
#ifdef COVER_ABANDONED
#define cover_abandoned	assert(false)
#else
#define cover_abandoned	skip
#endif
#ifdef COVER_ATTACH_ACKS
#define cover_attach_acks	assert(false)
#else
#define cover_attach_acks	skip
#endif

/* struct clb_window, protected by its lock. */
byte built, sent, sent_high, acked;
byte now = WINDOW;
byte good;
bool joined, deaf;
byte owner;		/* whose socket: an incarnation; 0: an orphan */
bool gone;		/* out of the table: no attach, no ack */
bool ended;		/* the session thread is over */
byte abandoned;

/* The owner's socket, if it lives: only the living one's is looked at. */
byte self = 1;		/* the incarnation that runs */
bool in_group;		/* its socket has joined */
chan queue = [WINDOW + 2] of { byte };
bool congested, enobufs;
bool old_in_group;	/* a stopped owner's socket, which nobody reads */

/* The process's own: struct clb_channel. */
byte stored, said, highest, asked, seq;	/* said is channel->acked */
bool dropped, resend, err;
bool asking;		/* an ack is on its way to the kernel */

/* What is on its way from earlier incarnations; 0: nothing. */
byte late_ack_from, late_ack;
bool late_ack_resend;
byte late_release;	/* whose death is not told yet */
bool killed;		/* another process takes over */
bool absent;		/* stopped: unacknowledged batches and no ack for linger_ms */

/* The trace's file. */
byte disk;		/* whole packets */
bool torn;		/* half a packet behind them */

byte drops, deaths;

/* ------------------------------------------------------------- the kernel */

#define clb_window_open	(joined && !deaf && built - acked < now)

inline check()
{
	assert(acked <= disk);
	assert(acked <= sent && sent <= sent_high && sent_high <= built);
	/* Retained is what is in between. */
	assert(built - acked <= WINDOW)
}

/* clb_window_ack(), from whom; err is its result. */
inline clb_window_ack(from, n, again_after, failed)
{
	d_step {
		if
		:: gone -> failed = true
#ifndef STALE_ACK
		:: !gone && from != owner -> failed = true
#endif
		:: else ->
			assert(n <= sent_high);	/* -ERANGE */
			failed = false;
			if
			:: again_after && sent_high > max(n, acked) ->
				now = max(now / 2, 1);
				good = 0
			:: else ->
				good = good + max(n, acked) - acked;
				if
				:: good >= now && now < WINDOW ->
					now++;
					good = 0
				:: else -> good = (now == WINDOW -> 0 : good)
				fi
			fi;
#ifdef DROP_ALL_AT_ACK
			acked = (again_after -> max(n, acked) : sent);
#else
			acked = max(n, acked);
#endif
			joined = true;
			deaf = false;
			sent = (again_after -> acked : max(sent, acked));
			check()
		fi
	}
}

/* A new process, with its file's last whole packet; err is the result. */
inline clb_owner_attach(from, n, failed)
{
	d_step {
		if
		:: gone || n < acked || n > sent_high -> failed = true
		:: else ->
			failed = false;
			if
			:: n > acked -> cover_attach_acks
			:: else
			fi;
			acked = n;
#ifdef ATTACH_KEEPS_SENT
			sent = max(sent, acked);
#else
			sent = acked;
#endif
#ifndef ATTACH_KEEPS_JOINED
			joined = false;
#endif
			owner = from;
			check()
		fi
	}
}

/* The netlink notifier: a socket is dead. Only the held one makes an orphan. */
inline clb_owner_released(from)
{
#ifdef RELEASE_ANY
	owner = 0;
	joined = false
#else
	if
	:: owner == from ->
		owner = 0;
#ifndef RELEASE_KEEPS_JOINED
		joined = false
#endif
	:: else -> cover_late_release
	fi
#endif
}

/* The multicast of one message. err: -ESRCH. */
inline clb_netlink_batch(n, esrch)
{
	atomic {
		esrch = true;
#ifdef VIEWER
		esrch = false;
#endif
		if
		:: old_in_group -> esrch = false
		:: else
		fi;
		if
		:: in_group ->
			/* NETLINK_BROADCAST_ERROR: a drop is -ENOBUFS. */
			esrch = false;
			if
			:: !congested && nfull(queue) -> queue ! n
			/* netlink_overrun() */
			:: !congested && nfull(queue) && drops < NR_DROP ->
				drops++;
				congested = true;
				enobufs = true;
				cover_dropped
			:: !congested && full(queue) ->
				congested = true;
				enobufs = true
			:: congested -> skip
			fi
		:: else
		fi
	}
}

proctype session()
{
	byte number;
	bool fresh, esrch;

	do
	/* clb_packet_finish() and clb_window_add() */
	:: d_step { clb_window_open && built < NR_BATCH && !gone ->
		built++;
		check() }
	/* clb_window_send(): take() */
	:: d_step { joined && !deaf && sent != built && sent - acked < now && !gone ->
		sent++;
		number = sent;
		fresh = number > sent_high;
		sent_high = max(sent_high, number);
		if
		:: !fresh -> cover_resent
		:: else
		fi };
		clb_netlink_batch(number, esrch);
		if
		:: esrch ->
#ifdef ESRCH_IS_ACKED
			d_step { acked = max(acked, number); check() }
#else
#ifndef ESRCH_IS_SENT
			/* untake() */
			d_step {
				cover_deaf;
				deaf = true;
				if
				:: acked < number ->
					if
					:: sent == number -> sent--
					:: else
					fi;
					sent_high = sent_high - fresh
				:: else
				fi
			}
#endif
#endif
		:: else
		fi;
		d_step { number = 0; fresh = false; esrch = false }
	/* clb_window_retry(), with the next flush */
	:: atomic { deaf && joined && !gone -> deaf = false }
	/* all_acked() */
	:: atomic { built == NR_BATCH && acked == built && !gone -> break }
	:: atomic { gone -> break }
	od;
	atomic {
		assert(built == acked + abandoned);
		assert(acked <= disk);
		gone = true;
		ended = true
	}
}

#ifdef LINGER
proctype linger()
{
end:	if
#ifdef LINGER_UNLOCKED
	:: atomic { owner == 0 && !gone -> skip };
#else
	:: d_step { owner == 0 && !gone ->
#endif
		/* Under the lock: attach is refused from here on. */
		assert(owner == 0);
		gone = true;
		abandoned = built - acked;
		if
		:: abandoned > 0 -> cover_abandoned
		:: else
		fi
#ifndef LINGER_UNLOCKED
		}
#endif
	:: atomic { gone -> skip }
	fi
}
#endif

/* --------------------------------------------------------------- the owner */

/* write(2) of the packet: it may be torn by death. */
inline store()
{
	atomic { assert(seq == disk + 1); torn = true };
progress_store:
	atomic {
		torn = false;
		disk = seq;
		stored = seq
	}
}

inline acknowledge(flag)
{
	atomic { resend = flag; asking = true };
	/* Here it may die, and the request go its way alone. */
	atomic {
		clb_window_ack(self, stored, resend, err);
		asking = false;
		resend = false;
		said = stored;
		if
		:: err -> assert(gone); goto over
		:: else
		fi
	}
}

/* clbench-ctl record and attach: subscribe or attach, join, ack, receive. */
proctype reader()
{
again:	{
		if
		:: self == 1 -> owner = 1
		:: else ->
			/* -EBUSY until then. */
			atomic { owner == 0 || absent || gone ->
				absent = false;
				clb_owner_attach(self, stored, err);
				if
				:: err -> assert(gone); goto over
				:: else
				fi
			}
		fi;
		in_group = true;
		acknowledge(false);
poll:
		atomic {
			if
			:: enobufs || nempty(queue)
			:: gone && !enobufs && empty(queue) -> goto over
			fi
		};
round:		/* of clb_channel_receive() */
		if
		:: atomic { enobufs ->
			enobufs = false;
			congested = congested && nempty(queue);
			dropped = true };
#ifdef RESEND_AT_ONCE
			atomic { dropped = false; asked = highest };
			acknowledge(true)
#endif
		:: atomic { !enobufs && nempty(queue) ->
			queue ? seq;
			congested = congested && nempty(queue);
			highest = max(highest, seq) };
			/* take() */
			if
			:: seq == stored + 1 ->
#ifdef ACK_BEFORE_STORE
				stored = seq;
				acknowledge(false);
#endif
				store()
			:: else
			fi;
			if
			:: said != stored -> acknowledge(false)
			:: else
			fi;
			seq = 0
		/* EAGAIN: ask_again() */
		:: atomic { !enobufs && empty(queue) ->
			if
			:: dropped || highest > stored && highest > asked ->
				dropped = false;
				asked = highest
			:: else -> goto poll
			fi };
			acknowledge(true);
			goto poll
		fi;
		/* After ROUNDS_MAX others get their turn. */
		if
		:: goto round
#ifdef ROUNDS_END_BLINDLY
		:: goto poll
#else
		:: !dropped && !(highest > stored && highest > asked) -> goto poll
#endif
		fi
	} unless {
		atomic { killed -> killed = false; goto again }
	};
over:	skip
}

/* The owner is killed or, absent, taken over and can write to its file no more.
 * Then its process is another one: what it knew is gone, what it wrote is there.
 */
inline replace()
{
	deaths++;
	if
	:: asking -> late_ack_from = self; late_ack = stored; late_ack_resend = resend
	:: else
	fi;
	if
	:: torn -> torn = false; cover_torn
	:: else
	fi;
	self++;
	in_group = false;
	do
	:: nempty(queue) -> queue ? seq
	:: empty(queue) -> break
	od;
	congested = false; enobufs = false;
	/* The file's lock is held, a torn packet cut off. */
	stored = disk; said = disk; highest = disk; asked = 0;
	seq = 0; dropped = false; resend = false; err = false; asking = false;
	killed = true
}

proctype fate()
{
	bool e;

end:	do
	:: d_step { deaths < NR_DEATH && !gone && owner == self && late_release == 0 ->
		late_release = self;
		replace() }
	:: d_step { deaths < NR_DEATH && !gone && owner == self && late_release == 0 &&
		!old_in_group && acked < built ->
		cover_takeover;
		old_in_group = in_group;
		absent = true;
		replace() }
	/* The stopped one dies, too. */
	:: d_step { old_in_group && late_release == 0 ->
		old_in_group = false;
		late_release = self - 1 }
#ifndef NO_NOTIFIER
	/* The notifier comes. */
	:: d_step { late_release != 0 ->
		clb_owner_released(late_release);
		late_release = 0 }
#endif
	/* So does an old request. */
	:: atomic { late_ack_from != 0 ->
		if
		:: late_ack_from != owner -> cover_late_ack
		:: else
		fi;
		clb_window_ack(late_ack_from, late_ack, late_ack_resend, e);
		late_ack_from = 0; late_ack = 0; late_ack_resend = false; e = false }
	od
}

init {
	atomic {
		run session();
		run reader();
#ifdef LINGER
		run linger();
#endif
		run fate()
	}
}
