/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel tells of itself and of a session. */
#ifndef CLB_SESSION_H
#define CLB_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <linux/clbench.h>

#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of which a session's name is made. */
#define CLB_SESSION_LETTERS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

#define CLB_NR_CAUSES	(CLBENCH_CAUSE_MAX + 1)

/**
 * struct clb_info - versions, limits and defaults
 * @module_version: of the loaded module
 * @protocol: that it speaks
 * @sessions: that live now
 * @sessions_max: most of them
 * @mem_used: by all sessions, bytes
 * @mem_total: most for all sessions, bytes
 * @nr_node: default; so for the following
 * @node_nr_composed: records
 * @mem_max: bytes
 * @flush_period_ms: time
 * @window: batches
 * @linger_ms: time
 * @linger_max_ms: most that is granted
 */
struct clb_info {
	char module_version[64];
	uint32_t protocol;
	uint32_t sessions;
	uint32_t sessions_max;
	uint64_t mem_used;
	uint64_t mem_total;
	uint32_t nr_node;
	uint32_t node_nr_composed;
	uint64_t mem_max;
	uint32_t flush_period_ms;
	uint32_t window;
	uint32_t linger_ms;
	uint32_t linger_max_ms;
};

/**
 * struct clb_config - how a session shall be; 0 stands for the kernel's default
 * @name: its name
 * @events: names of the events to record
 * @nr_events: how many
 * @nr_node: nodes that a list starts with
 * @node_nr_composed: records per node
 * @mem_max: bytes
 * @flush_period_ms: latest time between flushes
 * @window: most batches under way
 * @linger_ms: how long it outlives its reader; only with @has_linger
 * @has_linger: not the kernel's default
 */
struct clb_config {
	const char *name;
	const char **events;
	size_t nr_events;
	uint32_t nr_node;
	uint32_t node_nr_composed;
	uint64_t mem_max;
	uint32_t flush_period_ms;
	uint32_t window;
	uint32_t linger_ms;
	bool has_linger;
};

/**
 * struct clb_session_change - what of a session that records shall change
 * @events: names of the events to record from now on
 * @nr_events: how many; 0: as before
 * @mem_max: bytes; 0: as before
 * @flush_period_ms: latest time between flushes; 0: as before
 * @linger_ms: how long it outlives its reader; only with @has_linger
 * @has_linger: it changes
 */
struct clb_session_change {
	const char **events;
	size_t nr_events;
	uint64_t mem_max;
	uint32_t flush_period_ms;
	uint32_t linger_ms;
	bool has_linger;
};

/**
 * struct clb_counts - what became of the records of an event
 * @event_name: the event
 * @event_id: its id
 * @delivered: acknowledged by the reader
 * @pending: not yet
 * @discarded: by enum clbench_cause
 * @missed: calls that the kernel did not make to our kprobe
 * @has_missed: the event has a kprobe
 * @off: the event is not recorded any more
 */
struct clb_counts {
	char event_name[CLBENCH_EVENT_NAME_MAX + 1];
	uint32_t event_id;
	uint64_t delivered;
	uint64_t pending;
	uint64_t discarded[CLB_NR_CAUSES];
	uint64_t missed;
	bool has_missed;
	bool off;
};

/**
 * struct clb_session - a session as the kernel told it
 * @id: never used twice
 * @name: given by the subscriber
 * @uuid: the trace's
 * @group: the multicast group of its batches
 * @token: the right to end it; only in the reply to subscribe and attach
 * @state: enum clbench_state
 * @error: 0, or the positive errno that ended it
 * @message: what went wrong, for people
 * @nr_node: configuration, as in struct clb_config; so for the following
 * @node_nr_composed: records
 * @mem_max: bytes
 * @flush_period_ms: time
 * @window: batches
 * @linger_ms: time
 * @linger_left_ms: how long it waits for a reader; only with @has_linger_left
 * @has_linger_left: it has no reader
 * @reader_pid: the process that subscribed or attached, 0 if there is none
 * @reader_comm: its name
 * @started_ns: wall clock
 * @mem_now: bytes
 * @mem_high: bytes
 * @sent: number of the last batch sent
 * @acked: number of the last batch acknowledged
 * @resent: batches sent again
 * @retained: batches kept until acknowledged
 * @drained: records that stood in the lists when recording ended
 * @late: records older than one already put out
 * @nodes_high: most nodes of a list
 * @cut_age_ms: age of what was merged last
 * @has_cut_age: there is something to merge
 * @stalled_ms: how long in all records waited for acknowledgements
 * @chunk: number of the chunk that the kernel builds; 0 from a module that knows none
 * @changed: number of the last change of events that was carried out or failed
 * @change_error: 0, or the positive errno with which that one failed
 * @change_message: the same for people
 * @counts: per enabled event
 * @nr_counts: how many
 */
struct clb_session {
	uint32_t id;
	char name[CLBENCH_NAME_MAX + 1];
	uint8_t uuid[16];
	char group[16];
	uint64_t token;
	uint32_t state;
	uint32_t error;
	char message[256];
	uint32_t nr_node;
	uint32_t node_nr_composed;
	uint64_t mem_max;
	uint32_t flush_period_ms;
	uint32_t window;
	uint32_t linger_ms;
	uint32_t linger_left_ms;
	bool has_linger_left;
	uint32_t reader_pid;
	char reader_comm[16];
	uint64_t started_ns;
	uint64_t mem_now;
	uint64_t mem_high;
	uint64_t sent;
	uint64_t acked;
	uint64_t resent;
	uint64_t retained;
	uint64_t drained;
	uint64_t late;
	uint32_t nodes_high;
	uint32_t cut_age_ms;
	bool has_cut_age;
	uint32_t stalled_ms;
	uint32_t chunk;
	uint32_t changed;
	uint32_t change_error;
	char change_message[256];
	struct clb_counts *counts;
	size_t nr_counts;
};

/**
 * struct clb_sessions - all sessions of a kernel
 * @list: in the order in which they started
 * @nr: how many
 */
struct clb_sessions {
	struct clb_session *list;
	size_t nr;
};

/**
 * clb_session_copy() - make a copy
 * @to: becomes it, given back with clb_session_free()
 * @from: the session
 *
 * Return: 0 or -ENOMEM, @to is empty then.
 */
int clb_session_copy(struct clb_session *to, const struct clb_session *from);

/**
 * clb_session_free() - give back what is behind a session
 * @session: the session; it is empty afterwards
 */
void clb_session_free(struct clb_session *session);

/**
 * clb_sessions_free() - give back all sessions
 * @sessions: the sessions; there are none afterwards
 */
void clb_sessions_free(struct clb_sessions *sessions);

/**
 * clb_session_events() - find the events that may stand in a session's stream
 * @session: the session, with its counts
 * @all: all events of the kernel
 * @stream: gets them, clbench's own too: views into @all, of which only the list
 *	is given back, with free()
 *
 * Return: 0 or -ENOMEM.
 */
int clb_session_events(const struct clb_session *session, const struct clb_events *all,
		       struct clb_events *stream);

/**
 * clb_session_total() - add up the counts of all events
 * @session: the session
 *
 * Return: the sums; the name is empty.
 */
struct clb_counts clb_session_total(const struct clb_session *session);

/**
 * clb_counts_discarded() - add up all causes
 * @counts: of an event or the total
 *
 * Return: records.
 */
uint64_t clb_counts_discarded(const struct clb_counts *counts);

/**
 * clb_counts_attempted() - add up everything
 * @counts: of an event or the total
 *
 * Return: records.
 */
uint64_t clb_counts_attempted(const struct clb_counts *counts);

/**
 * clb_cause_name() - tell a cause as commands and traces name it
 * @cause: enum clbench_cause
 *
 * Return: such as "full_cap".
 */
const char *clb_cause_name(unsigned int cause);

/**
 * clb_state_name() - tell a state
 * @state: enum clbench_state
 *
 * Return: such as "recording".
 */
const char *clb_state_name(unsigned int state);

#ifdef __cplusplus
}
#endif

#endif /* CLB_SESSION_H */
