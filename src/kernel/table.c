// SPDX-License-Identifier: GPL-2.0
/* The table of sessions: look-up, groups, memory, dead readers, new CPUs. */

#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/notifier.h>
#include <linux/spinlock.h>
#include <net/net_namespace.h>

#include "netlink.h"
#include "packet.h"
#include "param.h"
#include "record.h"
#include "session.h"
#include "table.h"

/* Held to change the table, and while a CPU's lists are made. */
static DEFINE_MUTEX(clb_sessions_mutex);

/* Held to change the table, and to look at it: process context only. */
static DEFINE_SPINLOCK(clb_sessions_lock);

/* Both locks to change, either to read: by rising id. */
static LIST_HEAD(sessions);
static unsigned int nr_sessions;
static u32 last_id;
static DECLARE_BITMAP(groups, CLBENCH_BATCH_GROUPS);

/* Bytes that all sessions hold. */
static atomic_long_t memory;

/* Session threads that were started and whose end nobody has waited for; under
 * clb_sessions_mutex. The completion is made by the core kernel, after the last
 * instruction of ours.
 */
static unsigned int nr_threads;
static DECLARE_COMPLETION(thread_done);

static enum cpuhp_state hotplug_state;

/* -------------------------------------------------------------- the look-up */

/**
 * clb_session_get() - find a session
 * @id: its id
 *
 * Context: process.
 * Return: the session, to be put by clb_session_put(); NULL if there is none.
 */
struct clb_session *clb_session_get(u32 id)
{
	struct clb_session *s = id ? clb_session_get_after(id - 1) : NULL;

	if (s && s->id != id) {
		clb_session_put(s);
		return NULL;
	}
	return s;
}

/**
 * clb_session_get_after() - find the next session
 * @id: the one before; 0 for the first
 *
 * Context: process.
 * Return: the session, to be put by clb_session_put(); NULL if there is none.
 */
struct clb_session *clb_session_get_after(u32 id)
{
	struct clb_session *s, *found = NULL;

	spin_lock(&clb_sessions_lock);
	list_for_each_entry(s, &sessions, node) {
		if (s->id > id) {
			kref_get(&s->ref);
			found = s;
			break;
		}
	}
	spin_unlock(&clb_sessions_lock);
	return found;
}

/**
 * clb_session_number() - how many sessions there are
 *
 * Context: any.
 * Return: the number.
 */
unsigned int clb_session_number(void)
{
	return READ_ONCE(nr_sessions);
}

/* ------------------------------------------------------------------- memory */

/**
 * clb_session_memory() - what all sessions hold
 *
 * Context: any.
 * Return: bytes.
 */
long clb_session_memory(void)
{
	return atomic_long_read(&memory);
}

static void note_high(struct clb_session *s, long now)
{
	long high = atomic_long_read(&s->mem_high);

	while (now > high && !atomic_long_try_cmpxchg(&s->mem_high, &high, now))
		;
}

static bool charge(struct clb_session *s, long bytes, long limit)
{
	long now = atomic_long_add_return(bytes, &s->mem_now);
	long all = atomic_long_add_return(bytes, &memory);

	if (now <= limit && (limit == LONG_MAX || all <= (long)clb_param_mem_total())) {
		note_high(s, now);
		return true;
	}
	atomic_long_sub(bytes, &s->mem_now);
	atomic_long_sub(bytes, &memory);
	return false;
}

/**
 * clb_session_charge() - may a session's lists have more memory?
 * @session: the session
 * @bytes: how much more; below 0: that much was given back
 *
 * Room for two batches is kept back: without it, nothing could be delivered.
 *
 * Context: process.
 * Return: whether it may, and then it is charged.
 */
bool clb_session_charge(void *session, long bytes)
{
	struct clb_session *s = session;

	if (bytes > 0)
		return charge(s, bytes, READ_ONCE(s->config.mem_max) - 2 * CLB_BATCH_TRUESIZE);
	atomic_long_add(bytes, &s->mem_now);
	atomic_long_add(bytes, &memory);
	return true;
}

/**
 * clb_session_charge_batch() - may a session build with this much memory?
 * @s: the session
 * @bytes: how much
 *
 * Context: the session thread.
 * Return: whether it may, and then it is charged. The first two batches always
 * may.
 */
bool clb_session_charge_batch(struct clb_session *s, long bytes)
{
	bool first = READ_ONCE(s->window.retained) < 2;

	return charge(s, bytes, first ? LONG_MAX : (long)READ_ONCE(s->config.mem_max));
}

/* ------------------------------------------------------------------ changes */

static bool name_taken(const char *name)
{
	struct clb_session *s;

	list_for_each_entry(s, &sessions, node) {
		if (!strcmp(s->config.name, name))
			return true;
	}
	return false;
}

static int make_lists(struct clb_session *s, struct netlink_ext_ack *extack)
{
	unsigned int cpu;
	int err = 0;

	for_each_online_cpu(cpu) {
		err = clb_list_add_cpu(s, cpu);
		if (err) {
			NL_SET_ERR_MSG(extack, "the lists' start sizes need more memory than mem-max or mem_total allow, or than there is");
			break;
		}
	}
	return err;
}

/* One without members, who may have stayed from a session before. Such members had the
 * right to be there, then at least: if all groups have some, any will do. Who listens
 * in a network namespace of his own hears nothing, and cannot be told from them.
 */
static unsigned int choose_group(void)
{
	unsigned int group;

	for_each_clear_bit(group, groups, CLBENCH_BATCH_GROUPS) {
		if (!clb_netlink_listened(group))
			return group;
	}
	return find_first_zero_bit(groups, CLBENCH_BATCH_GROUPS);
}

static int __table_add(struct clb_session *s, struct netlink_ext_ack *extack)
{
	unsigned int group;
	int err;

	lockdep_assert_held(&clb_sessions_mutex);
	if (name_taken(s->config.name)) {
		NL_SET_ERR_MSG(extack, "a session of this name exists");
		return -EEXIST;
	}
	group = choose_group();
	if (nr_sessions >= clb_param_sessions_max() || group >= CLBENCH_BATCH_GROUPS) {
		NL_SET_ERR_MSG(extack, "there are as many sessions as sessions_max and the groups allow");
		return -EBUSY;
	}
	if (!try_module_get(THIS_MODULE)) {
		NL_SET_ERR_MSG(extack, "the module is being unloaded");
		return -EBUSY;
	}
	err = make_lists(s, extack);
	if (err) {
		module_put(THIS_MODULE);
		return err;
	}
	nr_threads++;
	spin_lock(&clb_sessions_lock);
	s->group = group;
	s->id = ++last_id;
	__set_bit(group, groups);
	WRITE_ONCE(nr_sessions, nr_sessions + 1);
	list_add_tail(&s->node, &sessions);
	spin_unlock(&clb_sessions_lock);
	return 0;
}

/**
 * clb_table_add() - make a session known, with lists on all online CPUs
 * @s: the session; gets its id and group
 * @extack: for what is wrong
 *
 * Context: process; may sleep.
 * Return: 0, -EEXIST, -EBUSY or -ENOMEM, as clb_session_open() says.
 */
int clb_table_add(struct clb_session *s, struct netlink_ext_ack *extack)
{
	int err;

	/* No CPU comes between looking which are there and being in the table,
	 * where the callback below finds the session.
	 */
	cpus_read_lock();
	mutex_lock(&clb_sessions_mutex);
	err = __table_add(s, extack);
	mutex_unlock(&clb_sessions_mutex);
	cpus_read_unlock();
	return err;
}

/**
 * clb_table_widen() - give a session lists of more contexts, on all online CPUs
 * @s: the session
 * @contexts: a mask; those that it has already may be in it
 *
 * A CPU that came when there was no memory may lack lists of contexts that the
 * session has. They are tried again; only the further ones must be had.
 *
 * Context: the session thread; may sleep.
 * Return: 0; -ENOMEM: no memory, or the session may not have more; lists that
 * were made stay, but the session has the contexts that it had.
 */
int clb_table_widen(struct clb_session *s, unsigned int contexts)
{
	unsigned int cpu, before;
	int err = 0;

	cpus_read_lock();
	mutex_lock(&clb_sessions_mutex);
	before = s->contexts;
	s->contexts |= contexts;
	for_each_online_cpu(cpu) {
		err = clb_list_add_cpu(s, cpu);
		if (err)
			break;
	}
	if (s->contexts == before)
		err = 0;
	else if (err)
		s->contexts = before;
	mutex_unlock(&clb_sessions_mutex);
	cpus_read_unlock();
	return err;
}

/**
 * clb_table_remove() - make a session unknown, and unpin the module
 * @s: the session
 *
 * Context: the session thread, which must go on to clb_table_thread_exit():
 * module exit waits for that.
 */
void clb_table_remove(struct clb_session *s)
{
	mutex_lock(&clb_sessions_mutex);
	spin_lock(&clb_sessions_lock);
	list_del(&s->node);
	__clear_bit(s->group, groups);
	WRITE_ONCE(nr_sessions, nr_sessions - 1);
	spin_unlock(&clb_sessions_lock);
	mutex_unlock(&clb_sessions_mutex);
	module_put(THIS_MODULE);
}

/**
 * clb_table_thread_exit() - end the current session thread
 *
 * Context: the session thread, its session removed and put.
 */
void __noreturn clb_table_thread_exit(void)
{
	kthread_complete_and_exit(&thread_done, 0);
}

/* -------------------------------------------------------------------- marks */

/**
 * clb_session_mark() - put a text into the streams of sessions
 * @name: of the session, or NULL for all
 * @text: the text
 * @marked: set to the number of sessions that took it
 * @extack: for what is wrong
 *
 * Context: process; may sleep.
 * Return: 0; -ENOENT: no session of this name; -EAGAIN: it does not record now;
 * -ENOBUFS, -EBUSY: a list refused it.
 */
int clb_session_mark(const char *name, const char *text, u32 *marked,
		     struct netlink_ext_ack *extack)
{
	struct clb_session *s;
	int err, result = name ? -ENOENT : 0;
	u32 id = 0;

	*marked = 0;
	while ((s = clb_session_get_after(id))) {
		id = s->id;
		if (!name || !strcmp(name, s->config.name)) {
			err = clb_record_mark(s, text, strlen(text) + 1);
			*marked += !err;
			result = err == -EAGAIN && !name ? result : err;
		}
		clb_session_put(s);
	}
	if (*marked)
		return 0;
	if (result == -ENOENT)
		NL_SET_ERR_MSG(extack, "there is no session of this name");
	else if (result == -EAGAIN)
		NL_SET_ERR_MSG(extack, "the session does not record now");
	else if (result == -ENOBUFS || result == -EBUSY)
		NL_SET_ERR_MSG(extack, "the session has no room for the mark now");
	return result;
}

/* --------------------------------------------------- dead readers, new CPUs */

/* A socket of any family was closed. Only marks and wakes. */
static int on_urelease(struct notifier_block *nb, unsigned long event, void *data)
{
	struct netlink_notify *n = data;
	struct clb_session *s;

	if (event != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC ||
	    !net_eq(n->net, &init_net))
		return NOTIFY_DONE;
	spin_lock(&clb_sessions_lock);
	list_for_each_entry(s, &sessions, node)
		clb_owner_released(s, n->portid);
	spin_unlock(&clb_sessions_lock);
	return NOTIFY_DONE;
}

static struct notifier_block urelease = { .notifier_call = on_urelease };

/* Never fails the CPU: without lists its records are discarded as no_memory. */
static int on_cpu(unsigned int cpu)
{
	struct clb_session *s;

	mutex_lock(&clb_sessions_mutex);
	list_for_each_entry(s, &sessions, node)
		clb_list_add_cpu(s, cpu);
	mutex_unlock(&clb_sessions_mutex);
	return 0;
}

/**
 * clb_sessions_init() - have dead readers and new CPUs told
 *
 * Context: module init.
 * Return: 0 or a negative errno.
 */
int clb_sessions_init(void)
{
	int err = netlink_register_notifier(&urelease);

	if (err)
		return err;
	err = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "clbench:prepare", on_cpu, NULL);
	if (err < 0) {
		netlink_unregister_notifier(&urelease);
		return err;
	}
	hotplug_state = err;
	return 0;
}

/**
 * clb_sessions_exit() - undo clb_sessions_init()
 *
 * Context: module exit; all session threads have ended.
 */
void clb_sessions_exit(void)
{
	cpuhp_remove_state_nocalls(hotplug_state);
	netlink_unregister_notifier(&urelease);
}

/**
 * clb_sessions_wait() - wait until the last session thread has left the module
 *
 * Description: No session is in the table any more, and none can come: each pins
 * the module.
 *
 * Context: module exit; may sleep.
 */
void clb_sessions_wait(void)
{
	for (; nr_threads; nr_threads--)
		wait_for_completion(&thread_done);
}
