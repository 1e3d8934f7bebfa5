/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The list protocol of src/kernel/clist.c and clist_read.c, for spin.
 *
 * Names are the code's names. model.t says which configurations and mutants are
 * run; the defaults here are the smallest.
 *
 *   NR_NODE	nodes there are, in the circle, spare, retired or free; 2 at first
 *   NR_OBJ	objects that a node holds, of size 1
 *   NR_PUSH	calls of the writer
 *   SIZES	an object has size 1 or 2
 *   NESTED	so many interrupts that write to the same list, at any point
 *   SHRINK	so often a node may be unlinked
 *   END	clist_set_end() comes at any time, not after the last push
 *   CUT	the flush's fallback: a cut, an IPI, busy
 *
 * A mutant is the protocol without one of its parts: NO_SECOND_LOOK and so on. A
 * cover, COVER_GROWTH and so on, claims that something never happens; it must
 * fail, too, or the model would prove nothing.
 *
 * Memory order. Promela's memory is in order, the machine's is not. So @cpu is
 * memory as the writer's own CPU sees it, @mem as all others do. A store changes
 * @cpu; where the two differ it is under way, and store_buffer() lets them reach
 * @mem in any order. release() waits for all before it. The reader's loads of
 * objects are late as well: late_load() does them at any time before the release
 * of r. Acquires are loads in order. Full barriers (llist's atomics, an IPI, a
 * grace period) empty the buffer.
 *
 * What must hold, beside the assertions on nodes:
 *   - objects are numbered by stamp; the reader finds number @expect, which grows
 *     by each object read and each loss told. So nothing is lost without being
 *     told, doubled or reordered, and a loss is told exactly at its place.
 *   - nobody touches a node that is freed.
 */
#ifndef NR_NODE
#define NR_NODE 4
#endif
#ifndef NR_OBJ
#define NR_OBJ 2
#endif
#ifndef NR_PUSH
#define NR_PUSH 6
#endif
#ifndef SHRINK
#define SHRINK 1
#endif
#ifndef SPARES
#define SPARES 1	/* most spares at a time */
#endif

#define NONE	15
#define POISON	99

typedef memory {
	byte w;
	byte busy;
	byte lost;			/* the sum of lost[] */
	byte next[NR_NODE];
	byte end[NR_NODE];
	byte lost_at[NR_NODE];		/* node->lost[] */
	byte data[NR_NODE * NR_OBJ];	/* number * 2 + size - 1 */
};
memory cpu, mem;

/* The writer's, seen by nobody else; of its CPU, so an interrupt sees them. */
byte limit;
byte nr_node;
byte stamped;		/* objects with a stamp; the next one's number */
byte nested;		/* counted by clb_record_refused() */
byte pushed;
byte shrunk;

/* The reader's; r is shared. */
byte r;
byte tail;
byte reported;
byte expect;
byte late_at = NONE, late_want;	/* an object whose load is still under way */

/* The stacks. A node's place in spare is its own member, so not in memory. */
byte spare = NONE;
byte stack[NR_NODE];
byte nr_spare;
short retired;		/* taken whole: a set */
short freed;

bool flag_end;		/* CLIST_END */
bool inside;		/* preemption is off */
bool irq;		/* an interrupt is being served */
bool grace_over;	/* after clist_set_end() */
bool stop, refiller_out;
byte interrupts;

#define bit(n)		(1 << (n))
#define is_freed(n)	((freed & bit(n)) != 0)
#define use(n)		assert((n) < NR_NODE && !is_freed(n))

#ifdef COVER_GROWTH
#define cover_growth	assert(false)
#else
#define cover_growth	skip
#endif
#ifdef COVER_REUSE
#define cover_reuse	assert(false)
#else
#define cover_reuse	skip
#endif
#ifdef COVER_SHRINK
#define cover_shrink	assert(false)
#else
#define cover_shrink	skip
#endif
#ifdef COVER_COLD
#define cover_cold	assert(false)
#else
#define cover_cold	skip
#endif
#ifdef COVER_THAW
#define cover_thaw	assert(false)
#else
#define cover_thaw	skip
#endif
#ifdef COVER_LOSS
#define cover_loss	assert(false)
#else
#define cover_loss	skip
#endif
#ifdef COVER_LOSS_NOW
#define cover_loss_now	assert(false)
#else
#define cover_loss_now	skip
#endif
#ifdef COVER_LOSS_REST
#define cover_loss_rest	assert(reported == 0)
#else
#define cover_loss_rest	skip
#endif
#ifdef COVER_NESTED
#define cover_nested	assert(false)
#else
#define cover_nested	skip
#endif
#ifdef COVER_SECOND_LOOK
#define cover_second	assert(false)
#else
#define cover_second	skip
#endif
#ifdef COVER_REFUSED
#define cover_refused	assert(false)
#else
#define cover_refused	skip
#endif
#ifdef COVER_BUSY
#define cover_busy	assert(false)
#else
#define cover_busy	skip
#endif
#ifdef COVER_STALE
#define cover_stale	assert(false)
#else
#define cover_stale	skip
#endif

/* ------------------------------------------------------------ memory order */

/* All stores so far are seen by all. In one step: the buffer may have emptied
 * itself before, in any order.
 */
inline barrier(i)
{
	d_step {
		mem.w = cpu.w;
		mem.busy = cpu.busy;
		mem.lost = cpu.lost;
		i = 0;
		do
		:: i < NR_NODE ->
			mem.next[i] = cpu.next[i];
			mem.end[i] = cpu.end[i];
			mem.lost_at[i] = cpu.lost_at[i];
			i++
		:: else -> break
		od;
		i = 0;
		do
		:: i < NR_NODE * NR_OBJ ->
			mem.data[i] = cpu.data[i];
			i++
		:: else -> break
		od;
		i = 0
	}
}

/* smp_store_release() is release(i); the store. */
#define release(i)	barrier(i)

#define drain(x)	:: atomic { mem.x != cpu.x -> mem.x = cpu.x }
#define drain_node(n)	drain(next[n]) drain(end[n]) drain(lost_at[n]) \
			drain(data[(n) * NR_OBJ]) drain(data[(n) * NR_OBJ + 1])

proctype store_buffer()
{
end:	do
	drain(w)
	drain(busy)
	drain(lost)
	drain_node(0)
	drain_node(1)
	drain_node(2)
#if NR_NODE > 3
	drain_node(3)
#endif
#if NR_NODE > 4
	drain_node(4)
#endif
	od
}

proctype late_load()
{
end:	do
	:: d_step { late_at != NONE ->
		assert(mem.data[late_at] == late_want);
		late_at = NONE;
		late_want = 0 }
	od
}

/* -------------------------------------------------------------- the writer */

/* A node is in one state only: what is in it means nothing. */
inline poison(n)
{
	freed = freed | bit(n);
	cpu.next[n] = POISON; mem.next[n] = POISON;
	cpu.end[n] = POISON; mem.end[n] = POISON;
	cpu.lost_at[n] = POISON; mem.lost_at[n] = POISON;
	cpu.data[n * NR_OBJ] = POISON; mem.data[n * NR_OBJ] = POISON;
	cpu.data[n * NR_OBJ + 1] = POISON; mem.data[n * NR_OBJ + 1] = POISON;
	stack[n] = POISON
}

/* take_spare(), which is llist_del_first(): two loads and a cmpxchg. */
inline take_spare(s)
{
	do
	:: atomic { spare == NONE -> s = NONE; break }
	:: atomic { spare != NONE -> s = spare; use(s); after = stack[s] };
		atomic {
			if
			:: spare == s ->
				spare = after;
				nr_spare--;
				barrier(i);
				use(s);
				break
			:: else
			fi
		}
	od;
	after = 0
}

inline retire(n)
{
	atomic {
		barrier(i);
		use(n);
		assert(!(retired & bit(n)));
		retired = retired | bit(n);
	}
}

/* What it refused, between two nodes. */
inline clist_lose()
{
	atomic {
#ifndef NO_RELEASE_LOST
		release(i);
#endif
		cpu.lost++;
		cover_cold
	}
}

/* __clist_advance(); ok is its result. */
inline clist_advance()
{
	ok = false;
	if
	:: flag_end -> goto refused
	:: else
	fi;
	atomic {
		seen_r = r;		/* acquire */
		use(cpu.w);
		next = cpu.next[cpu.w];
		use(next)
	};
	if
	:: next == seen_r ->
		take_spare(next);
		if
		:: next == NONE ->
			atomic {
#ifndef NO_COLD
				limit = 0;
#endif
				next = 0
			};
			goto refused
		:: else ->
			atomic {
				if
				:: seen_r != r -> cover_stale
				:: else
				fi;
				cover_growth;
				cpu.next[next] = cpu.next[cpu.w];
				cpu.next[cpu.w] = next;
				nr_node++
			}
		fi
	:: else ->
		/* shrink(); for any value of shrink_to, and any number of nodes. */
		do
		:: break
		:: atomic { shrunk < SHRINK && nr_node > 2 &&
#ifndef NO_UNLINK_CHECK
			cpu.next[next] != seen_r &&
#endif
			cpu.next[next] != cpu.w ->
				after = cpu.next[next];
				use(after);
				cpu.next[cpu.w] = after;
				nr_node--;
				shrunk++;
				cover_shrink };
			retire(next);
			next = after;
			after = 0
		:: atomic { shrunk < SHRINK && nr_spare > 0 -> shrunk++ };
			take_spare(gone);
			if
			:: gone != NONE -> retire(gone)
			:: else
			fi;
			gone = 0
		od
	fi;
	atomic {
		use(next);
		if
		:: cpu.end[next] != 0 -> cover_reuse
		:: else
		fi;
		cpu.end[next] = 0;
		cpu.lost_at[next] = cpu.lost;
		if
		:: limit == 0 -> cover_thaw
		:: else
		fi;
		limit = NR_OBJ;
#ifndef NO_RELEASE_W
		release(i);
#endif
		cpu.w = next;
		ok = true;
		next = 0;
		seen_r = 0
	};
refused: skip
}

/* clist_push_order() with clist_enter(), clist_reserve(), clist_commit(),
 * clist_lose() and clist_leave(). The first object that is refused ends it: the
 * others are lost, too.
 */
inline push()
{
	was = cpu.busy;
	if
#ifndef NO_BUSY
	:: was & 1 ->
		atomic { nested++; cover_nested; was = 0 }
#endif
	:: else ->
		atomic { cpu.busy = was + 1; was = 0; ok = true };
		do
		:: nr > 0 ->
			/* The clock. */
			atomic { nr--; number = stamped; stamped++ };
			if
			:: ok && flag_end -> limit = 0	/* __clist_wishes() */
			:: else
			fi;
			use(cpu.w);
			if
			:: ok && cpu.end[cpu.w] + size > limit -> clist_advance()
			:: else
			fi;
			if
			:: ok ->
				/* The object, by plain stores; clist_commit(). */
				atomic {
					use(cpu.w);
					p = cpu.end[cpu.w];
					assert(p + size <= NR_OBJ);
					cpu.data[cpu.w * NR_OBJ + p] = number * 2 + size - 1
				};
				atomic {
#ifndef NO_RELEASE_END
					release(i);
#endif
					cpu.end[cpu.w] = p + size;
					p = 0
				}
			:: !ok && !flag_end -> clist_lose()
			/* !clist_pushable(): refused and not counted. */
			:: !ok && flag_end -> atomic { stamped--; cover_refused }
			fi;
			number = 0
		:: else -> break
		od;
		/* clist_leave() */
		atomic {
#ifndef NO_RELEASE_BUSY
			release(i);
#endif
			cpu.busy++;
			ok = false
		}
	fi
}

#ifdef SIZES
#define choose_size	if :: size = 1 :: size = 2 fi
#else
#define choose_size	size = 1
#endif
#ifdef ORDER
#define choose_nr	if :: nr = 1 :: pushed < NR_PUSH -> pushed++; nr = 2 fi
#else
#define choose_nr	nr = 1
#endif

#ifdef NESTED
#define unless_irq	provided (!irq)
#else
#define unless_irq
#endif

proctype writer() unless_irq
{
	byte i, was, nr, number, size, p, next, seen_r, after, gone;
	bool ok;

	do
	:: pushed < NR_PUSH ->
		atomic { pushed++; inside = true; choose_size; choose_nr };
		push();
		atomic { inside = false; size = 0; nr = 0 }
	:: pushed == NR_PUSH -> break
	od;
	pushed++
}

#ifdef NESTED
/* On the writer's CPU: it sees what that has stored, and runs to its end. */
proctype interrupt()
{
	byte i, was, nr, number, size, p, next, seen_r, after, gone;
	bool ok;

	/* A grace period waits for an interrupt as for a preempt-off section;
	 * it interrupts such a section here, where it matters.
	 */
	do
	:: atomic { interrupts < NESTED && inside -> interrupts++; irq = true; choose_size; nr = 1 };
		push();
		atomic { irq = false; size = 0; nr = 0 }
	:: atomic { interrupts == NESTED || pushed > NR_PUSH -> break }
	od
}
#endif

/* ------------------------------------------------------------ the refiller */

/* clist_refill(), for any rate; kthread_stop() ends it. */
proctype refiller()
{
	byte n, taken;

	do
	:: d_step { !stop && retired != 0 ->
		/* llist_del_all() */
		n = 0;
		do
		:: n < NR_NODE ->
			if
			:: retired & bit(n) -> poison(n)
			:: else
			fi;
			n++
		:: else -> break
		od;
		n = 0;
		retired = 0 }
	:: atomic { !stop && freed != 0 && nr_spare < SPARES ->
		/* node_alloc() */
		n = 0;
		do
		:: is_freed(n) -> break
		:: !is_freed(n) -> n++
#ifdef REFILLER_POPS
		:: is_freed(n) && (freed >> (n + 1)) != 0 -> n++
#endif
		od;
		freed = freed & ~bit(n);
		cpu.next[n] = 0; mem.next[n] = 0;
		cpu.end[n] = 0; mem.end[n] = 0;
		cpu.lost_at[n] = 0; mem.lost_at[n] = 0;
		cpu.data[n * NR_OBJ] = 0; mem.data[n * NR_OBJ] = 0;
		cpu.data[n * NR_OBJ + 1] = 0; mem.data[n * NR_OBJ + 1] = 0;
		/* llist_add() */
		stack[n] = spare;
		spare = n;
		nr_spare++;
		n = 0 }
#ifdef REFILLER_POPS
	/* What the design forbids: the refiller takes spares back to free them,
	 * so that spare has two poppers.
	 */
	:: d_step { !stop && spare != NONE ->
		use(spare);
		n = spare;
		spare = stack[n];
		nr_spare--;
		poison(n);
		n = 0 }
#endif
	:: atomic { stop -> refiller_out = true; break }
	od
}

/* ------------------------------------------------------------------ the end */

/* clist_set_end(), a grace period, kthread_stop() of the refiller. */
proctype ender()
{
	byte i;

#ifdef END
	flag_end = true;
#else
	atomic { pushed > NR_PUSH -> flag_end = true };
#endif
#ifdef NO_GRACE
	skip;
#else
	atomic { !inside && !irq -> barrier(i) };
#endif
	grace_over = true;
	stop = true
}

/* -------------------------------------------------------------- the reader */

#define CUT_NONE 0
#define CUT_BUSY 1
#define CUT_SAFE 2
#define CUT_DONE 3

proctype reader()
{
	byte e, to, i, cut, busy_seen, cut_state;
	bool last;		/* nothing was published after this look began */
	bool safe;		/* for the same, up to the cut */

again:
	atomic { last = grace_over; safe = cut_state == CUT_SAFE };
peek:	/* clist_peek() */
	atomic { use(r); e = mem.end[r]; assert(e <= NR_OBJ);
		if
		:: tail != e -> goto found
		:: else
		fi };
	atomic { to = mem.w;
		if
		:: to == r -> to = 0; goto nothing
		:: else -> to = 0
		fi };
#ifndef NO_SECOND_LOOK
	atomic { use(r); e = mem.end[r];
		if
		:: tail != e -> cover_second; goto peek
		:: else
		fi };
#endif
	atomic { use(r); to = mem.next[r]; use(to) };
	atomic {
#ifndef NO_RELEASE_R
		late_at == NONE;
#endif
		r = to;		/* release */
		to = 0;
		tail = 0;
		use(r)
	};
	if
	:: atomic { mem.lost_at[r] == reported -> goto peek }
	:: else
	fi;
	atomic { use(r); e = mem.end[r];
		if
		:: tail == e -> goto nothing
		:: else
		fi };

found:	/* clist_loss(), then the object */
	atomic { use(r);
		if
		:: tail == 0 && mem.lost_at[r] > reported ->
			expect = expect + mem.lost_at[r] - reported;
			reported = mem.lost_at[r];
			cover_loss;
			goto again
		:: else
		fi };
	/* The load may be late. It must find this object, of whatever size. */
	atomic {
		late_at == NONE;
#ifdef SIZES
		late_want = expect * 2 + (mem.data[r * NR_OBJ + tail] & 1);
#else
		late_want = expect * 2;
#endif
		late_at = r * NR_OBJ + tail;
		tail = tail + 1 + (late_want & 1);
		expect++;
		goto again
	};

nothing:
	atomic { use(r); e = 0;
		if
		:: tail == 0 && mem.lost_at[r] > reported ->
			expect = expect + mem.lost_at[r] - reported;
			reported = mem.lost_at[r];
			cover_loss;
			goto again
		:: else
		fi };
	/* clist_loss_now(); to is its lost. */
	atomic { to = mem.lost;
		if
		:: to <= reported -> to = 0; goto quiet
		:: else
		fi };
#ifndef NO_LOSS_NOW_CHECK
	atomic { use(r);
		if
		:: tail != mem.end[r] -> to = 0; goto again
		:: else
		fi };
	atomic {
		if
		:: mem.w != r -> to = 0; goto again
		:: else
		fi };
#endif
	atomic {
		expect = expect + to - reported;
		reported = to;
		to = 0;
		cover_loss_now;
		goto again
	};

quiet:
#ifdef CUT
	if
	:: cut_state == CUT_NONE && !last ->
		/* ask_cpus() */
		cut = stamped;
#ifndef NO_IPI
		barrier(i);
#endif
		atomic {
			busy_seen = mem.busy;
			if
			:: busy_seen & 1 -> cover_busy
			:: else -> busy_seen = 0
			fi;
			cut_state = CUT_BUSY
		}
	:: atomic { cut_state == CUT_BUSY && (busy_seen == 0 || mem.busy != busy_seen) ->
		/* probes_have_left() */
		cut_state = CUT_SAFE; busy_seen = 0 }
	:: atomic { safe ->
		/* Everything stamped before the cut was published. */
		assert(expect >= cut);
		cut_state = CUT_DONE; cut = 0; safe = false }
	:: else
	fi;
#endif
	if
	:: !last -> goto again
	:: else
	fi;

	/* Who comes after the end is refused. Then there is no writer any more:
	 * all was told, and clist_exit() finds each node once.
	 */
	atomic { refiller_out && pushed > NR_PUSH && !irq ->
		cover_loss_rest;
		assert(expect == stamped);
		assert(mem.w == r);
		assert((freed & retired) == 0) };
	d_step {
		to = mem.w;
		do
		:: use(to);
			assert(!(retired & bit(to)));
			freed = freed | bit(to);
			nr_node--;
			to = mem.next[to];
			if
			:: to == mem.w -> break
			:: else
			fi
		od;
		assert(nr_node == 0);
		do
		:: spare != NONE ->
			use(spare);
			assert(!(retired & bit(spare)));
			freed = freed | bit(spare);
			spare = stack[spare];
			nr_spare--
		:: else -> break
		od;
		assert(nr_spare == 0);
		assert((freed | retired) == bit(NR_NODE) - 1)
	}
}

init {
	byte n;

	d_step {
		n = 2;
		do
		:: n < NR_NODE -> poison(n); n++
		:: else -> break
		od;
		cpu.next[0] = 1;
		mem.next[0] = 1;
		cpu.next[1] = 0;
		mem.next[1] = 0;
		nr_node = 2;
		limit = NR_OBJ;
		n = 0
	};
	atomic {
		run store_buffer();
		run late_load();
		run writer();
#ifdef NESTED
		run interrupt();
#endif
		run refiller();
		run ender();
		run reader()
	}
}
