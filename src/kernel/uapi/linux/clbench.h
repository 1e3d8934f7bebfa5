/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/* Generated from clbench.yaml by gen-uapi: do not edit. */
/*
 * clbench records events of the Linux kernel into sessions and multicasts each
 * session's records, in order of occurrence, as numbered batches to a group of
 * the session's own. One batch is one message is one CTF packet.
 */
#ifndef _UAPI_LINUX_CLBENCH_H
#define _UAPI_LINUX_CLBENCH_H

#define CLBENCH_FAMILY_NAME	"clbench"
#define CLBENCH_FAMILY_VERSION	1

/* Version of this protocol, told by info-get. */
#define CLBENCH_PROTOCOL	2

/* Longest name of a session, in bytes. */
#define CLBENCH_NAME_MAX	31

/* Longest name of an event, of a field or of a label, in bytes. */
#define CLBENCH_EVENT_NAME_MAX	47

/* Longest text of a mark, in bytes. */
#define CLBENCH_MARK_MAX	1024

/* Number of groups batch0, batch1, ...; one is lent to each session. */
#define CLBENCH_BATCH_GROUPS	32

/**
 * enum clbench_state - The life of a session.
 * @CLBENCH_STATE_STARTING: Probes are being switched on.
 * @CLBENCH_STATE_RECORDING: Probes are on.
 * @CLBENCH_STATE_DRAINING: Probes are off, what the lists hold is being
 *	delivered.
 * @CLBENCH_STATE_ENDED: Everything was delivered or abandoned; the id
 *	means nothing now.
 * @CLBENCH_STATE_ORPHANED: Probes are on, the reader is gone. Attach
 *	goes on, or the linger time ends it.
 * @__CLBENCH_STATE_MAX: one more than the last
 * @CLBENCH_STATE_MAX: the last
 */
enum clbench_state {
	CLBENCH_STATE_STARTING,
	CLBENCH_STATE_RECORDING,
	CLBENCH_STATE_DRAINING,
	CLBENCH_STATE_ENDED,
	CLBENCH_STATE_ORPHANED,

	__CLBENCH_STATE_MAX,
	CLBENCH_STATE_MAX = (__CLBENCH_STATE_MAX - 1)
};

/**
 * enum clbench_context - The context that an event occurred in, and its
 *	list on that CPU.
 * @CLBENCH_CONTEXT_TASK: task
 * @CLBENCH_CONTEXT_SOFTIRQ: softirq
 * @CLBENCH_CONTEXT_HARDIRQ: hardirq
 * @CLBENCH_CONTEXT_NMI: nmi
 * @__CLBENCH_CONTEXT_MAX: one more than the last
 * @CLBENCH_CONTEXT_MAX: the last
 */
enum clbench_context {
	CLBENCH_CONTEXT_TASK,
	CLBENCH_CONTEXT_SOFTIRQ,
	CLBENCH_CONTEXT_HARDIRQ,
	CLBENCH_CONTEXT_NMI,

	__CLBENCH_CONTEXT_MAX,
	CLBENCH_CONTEXT_MAX = (__CLBENCH_CONTEXT_MAX - 1)
};

/**
 * enum clbench_cause - Why a record was discarded.
 * @CLBENCH_CAUSE_FULL_CAP: The list was full and the session's memory
 *	at mem-max.
 * @CLBENCH_CAUSE_FULL_REFILL: The list was full before the refiller had
 *	brought spare nodes.
 * @CLBENCH_CAUSE_NESTED: The event interrupted a probe of its own CPU
 *	and context.
 * @CLBENCH_CAUSE_OVERSIZE: The record is larger than a node.
 * @CLBENCH_CAUSE_NO_MEMORY: This CPU and context has no list.
 * @CLBENCH_CAUSE_NO_RCU: RCU was not watching where clbench_push() was
 *	called.
 * @CLBENCH_CAUSE_ABANDONED: The reader went away before it acknowledged
 *	the record.
 * @__CLBENCH_CAUSE_MAX: one more than the last
 * @CLBENCH_CAUSE_MAX: the last
 */
enum clbench_cause {
	CLBENCH_CAUSE_FULL_CAP,
	CLBENCH_CAUSE_FULL_REFILL,
	CLBENCH_CAUSE_NESTED,
	CLBENCH_CAUSE_OVERSIZE,
	CLBENCH_CAUSE_NO_MEMORY,
	CLBENCH_CAUSE_NO_RCU,
	CLBENCH_CAUSE_ABANDONED,

	__CLBENCH_CAUSE_MAX,
	CLBENCH_CAUSE_MAX = (__CLBENCH_CAUSE_MAX - 1)
};

/**
 * enum clbench_field_type - Type of a field. Little endian, packed, as
 *	in the trace.
 * @CLBENCH_FIELD_TYPE_U8: u8
 * @CLBENCH_FIELD_TYPE_U16: u16
 * @CLBENCH_FIELD_TYPE_U32: u32
 * @CLBENCH_FIELD_TYPE_U64: u64
 * @CLBENCH_FIELD_TYPE_S8: s8
 * @CLBENCH_FIELD_TYPE_S16: s16
 * @CLBENCH_FIELD_TYPE_S32: s32
 * @CLBENCH_FIELD_TYPE_S64: s64
 * @CLBENCH_FIELD_TYPE_TEXT: An array of bytes, padded with NUL.
 * @CLBENCH_FIELD_TYPE_STRING: Bytes up to and with a NUL. Stands behind
 *	all fixed fields.
 * @__CLBENCH_FIELD_TYPE_MAX: one more than the last
 * @CLBENCH_FIELD_TYPE_MAX: the last
 */
enum clbench_field_type {
	CLBENCH_FIELD_TYPE_U8,
	CLBENCH_FIELD_TYPE_U16,
	CLBENCH_FIELD_TYPE_U32,
	CLBENCH_FIELD_TYPE_U64,
	CLBENCH_FIELD_TYPE_S8,
	CLBENCH_FIELD_TYPE_S16,
	CLBENCH_FIELD_TYPE_S32,
	CLBENCH_FIELD_TYPE_S64,
	CLBENCH_FIELD_TYPE_TEXT,
	CLBENCH_FIELD_TYPE_STRING,

	__CLBENCH_FIELD_TYPE_MAX,
	CLBENCH_FIELD_TYPE_MAX = (__CLBENCH_FIELD_TYPE_MAX - 1)
};

/* Attributes of info. */
enum {
	CLBENCH_A_INFO_MODULE_VERSION = 1,
	CLBENCH_A_INFO_PROTOCOL,
	/* Sessions that live now. */
	CLBENCH_A_INFO_SESSIONS,
	CLBENCH_A_INFO_SESSIONS_MAX,
	/* Bytes that the lists and batches of all sessions hold now. */
	CLBENCH_A_INFO_MEM_USED,
	/* Most bytes for all sessions together. */
	CLBENCH_A_INFO_MEM_TOTAL,
	/* Default of a session's nr-node; so for the following. */
	CLBENCH_A_INFO_NR_NODE,
	CLBENCH_A_INFO_NODE_NR_COMPOSED,
	CLBENCH_A_INFO_MEM_MAX,
	CLBENCH_A_INFO_FLUSH_PERIOD_MS,
	CLBENCH_A_INFO_WINDOW,
	CLBENCH_A_INFO_PAD,
	CLBENCH_A_INFO_LINGER_MS,
	/* Longest linger-ms that subscribe accepts. */
	CLBENCH_A_INFO_LINGER_MAX_MS,

	__CLBENCH_A_INFO_MAX,
	CLBENCH_A_INFO_MAX = (__CLBENCH_A_INFO_MAX - 1)
};

/* Attributes of event. */
enum {
	/* The event's id in the trace's event headers. */
	CLBENCH_A_EVENT_ID = 1,
	CLBENCH_A_EVENT_NAME,
	/* Name under which a user selects several events; may be absent. */
	CLBENCH_A_EVENT_GROUP,
	/* What the event comes from, such as "tracepoint". */
	CLBENCH_A_EVENT_SOURCE,
	/* The kernel module that registered the event. */
	CLBENCH_A_EVENT_MODULE,
	CLBENCH_A_EVENT_DESCRIPTION,
	/* Why the event cannot be recorded on this kernel; absent if it can. */
	CLBENCH_A_EVENT_WHY_NOT,
	/* clbench makes these records itself; subscribe refuses the name. */
	CLBENCH_A_EVENT_INTERNAL,
	/* The fields in the order of the record. */
	CLBENCH_A_EVENT_FIELD,

	__CLBENCH_A_EVENT_MAX,
	CLBENCH_A_EVENT_MAX = (__CLBENCH_A_EVENT_MAX - 1)
};

/* Attributes of field. */
enum {
	CLBENCH_A_FIELD_NAME = 1,
	CLBENCH_A_FIELD_TYPE,
	/* Bytes of a text field. */
	CLBENCH_A_FIELD_SIZE,
	/* Unit such as "bytes", or "device" for a dev_t; may be absent. */
	CLBENCH_A_FIELD_UNIT,
	/* The field is an enumeration; these are its values. */
	CLBENCH_A_FIELD_LABEL,

	__CLBENCH_A_FIELD_MAX,
	CLBENCH_A_FIELD_MAX = (__CLBENCH_A_FIELD_MAX - 1)
};

/* Attributes of label. */
enum {
	CLBENCH_A_LABEL_VALUE = 1,
	CLBENCH_A_LABEL_NAME,

	__CLBENCH_A_LABEL_MAX,
	CLBENCH_A_LABEL_MAX = (__CLBENCH_A_LABEL_MAX - 1)
};

/* Attributes of session. */
enum {
	/* The session; always the first attribute of a message. */
	CLBENCH_A_SESSION_ID = 1,
	CLBENCH_A_SESSION_NAME,
	CLBENCH_A_SESSION_UUID,
	/* Name of the multicast group that carries the session's batches. */
	CLBENCH_A_SESSION_GROUP,
	/*
	 * Allows what only the owner may, from a socket other than its data
	 * socket.
	 */
	CLBENCH_A_SESSION_TOKEN,
	CLBENCH_A_SESSION_STATE,
	/* The session could not start or go on; a positive errno. */
	CLBENCH_A_SESSION_ERROR,
	/* What went wrong, for people. */
	CLBENCH_A_SESSION_MESSAGE,
	/* An event to record. */
	CLBENCH_A_SESSION_EVENT_NAME,
	/* Nodes that a list of task context starts with. */
	CLBENCH_A_SESSION_NR_NODE,
	/* Records of the largest enabled event that one node holds. */
	CLBENCH_A_SESSION_NODE_NR_COMPOSED,
	/* Most bytes for the lists and retained batches of the session. */
	CLBENCH_A_SESSION_MEM_MAX,
	/* Latest time between two flushes while records wait. */
	CLBENCH_A_SESSION_FLUSH_PERIOD_MS,
	/* Most batches that are sent and not acknowledged. */
	CLBENCH_A_SESSION_WINDOW,
	/*
	 * Time that a session outlives its reader, up to info's linger-max-ms;
	 * 0 ends both together.
	 */
	CLBENCH_A_SESSION_LINGER_MS,
	CLBENCH_A_SESSION_READER_PID,
	CLBENCH_A_SESSION_READER_COMM,
	/* CLOCK_REALTIME of the start. */
	CLBENCH_A_SESSION_STARTED_NS,
	/* Bytes. */
	CLBENCH_A_SESSION_MEM_NOW,
	/* Bytes. */
	CLBENCH_A_SESSION_MEM_HIGH,
	/* Number of the last batch sent. */
	CLBENCH_A_SESSION_SENT,
	/* Number of the last batch acknowledged. */
	CLBENCH_A_SESSION_ACKED,
	/* Batches that were sent again. */
	CLBENCH_A_SESSION_RESENT,
	/* Batches that are kept until they are acknowledged. */
	CLBENCH_A_SESSION_RETAINED,
	/* Records that stood in the lists when recording ended. */
	CLBENCH_A_SESSION_DRAINED,
	/* Records that were older than one already put out; must be 0. */
	CLBENCH_A_SESSION_LATE,
	/* Most nodes that one list ever had. */
	CLBENCH_A_SESSION_NODES_HIGH,
	/*
	 * Age of the time up to which everything was merged; absent when idle.
	 */
	CLBENCH_A_SESSION_CUT_AGE_MS,
	/* One for each enabled event. */
	CLBENCH_A_SESSION_COUNTS,
	/* All batches up to this one are safe. 0 for none. */
	CLBENCH_A_SESSION_ACK,
	/* Send again what follows the acknowledged batch. */
	CLBENCH_A_SESSION_RESEND,
	/* Give up what was not delivered yet; it is counted as abandoned. */
	CLBENCH_A_SESSION_FORCE,
	CLBENCH_A_SESSION_PAD,
	/*
	 * Time that a session without reader has left; absent while there is
	 * one.
	 */
	CLBENCH_A_SESSION_LINGER_LEFT_MS,
	/* Time in all that records waited because the reader was slow. */
	CLBENCH_A_SESSION_STALLED_MS,
	/*
	 * Number of the chunk that is being built; of that to come in the
	 * answer to rotate.
	 */
	CLBENCH_A_SESSION_CHUNK,
	/*
	 * Number of the change that was asked for; it is done when changed is
	 * as large.
	 */
	CLBENCH_A_SESSION_CHANGE,
	/*
	 * Number of the last change of events that was carried out or has
	 * failed.
	 */
	CLBENCH_A_SESSION_CHANGED,
	/*
	 * Why the last change has failed; a positive errno, absent if it was
	 * carried out.
	 */
	CLBENCH_A_SESSION_CHANGE_ERROR,
	/* The same for people. */
	CLBENCH_A_SESSION_CHANGE_MESSAGE,

	__CLBENCH_A_SESSION_MAX,
	CLBENCH_A_SESSION_MAX = (__CLBENCH_A_SESSION_MAX - 1)
};

/*
 * Attributes of counts. Number of records of an event. Attempted is the sum of
 * all of them.
 */
enum {
	CLBENCH_A_COUNTS_EVENT_NAME = 1,
	CLBENCH_A_COUNTS_EVENT_ID,
	/* Acknowledged by the reader. */
	CLBENCH_A_COUNTS_DELIVERED,
	/* In a list, or in a batch that is not acknowledged. */
	CLBENCH_A_COUNTS_PENDING,
	/* Discarded, by cause; so for the following. */
	CLBENCH_A_COUNTS_FULL_CAP,
	CLBENCH_A_COUNTS_FULL_REFILL,
	CLBENCH_A_COUNTS_NESTED,
	CLBENCH_A_COUNTS_OVERSIZE,
	CLBENCH_A_COUNTS_NO_MEMORY,
	CLBENCH_A_COUNTS_NO_RCU,
	CLBENCH_A_COUNTS_ABANDONED,
	/*
	 * Calls that the kernel did not make to our kprobe (its nmissed) since
	 * the session began; absent for other sources. Not part of the sum.
	 */
	CLBENCH_A_COUNTS_MISSED,
	CLBENCH_A_COUNTS_PAD,
	/* The event is not recorded any more. */
	CLBENCH_A_COUNTS_SWITCHED_OFF,

	__CLBENCH_A_COUNTS_MAX,
	CLBENCH_A_COUNTS_MAX = (__CLBENCH_A_COUNTS_MAX - 1)
};

/* Attributes of batch. */
enum {
	/* Always the first attribute. */
	CLBENCH_A_BATCH_SESSION_ID = 1,
	/* Number of the batch, from 1 without a gap. */
	CLBENCH_A_BATCH_SEQ,
	/* Nothing follows this batch. */
	CLBENCH_A_BATCH_LAST,
	/* One CTF packet; linux/clbench_record.h tells its layout. */
	CLBENCH_A_BATCH_PACKET,
	CLBENCH_A_BATCH_PAD,

	__CLBENCH_A_BATCH_MAX,
	CLBENCH_A_BATCH_MAX = (__CLBENCH_A_BATCH_MAX - 1)
};

/* Attributes of mark. */
enum {
	/* Into this session only; into all that record if absent. */
	CLBENCH_A_MARK_SESSION_NAME = 1,
	CLBENCH_A_MARK_TEXT,
	/* Number of sessions that took the mark. */
	CLBENCH_A_MARK_MARKED,

	__CLBENCH_A_MARK_MAX,
	CLBENCH_A_MARK_MAX = (__CLBENCH_A_MARK_MAX - 1)
};

/* Commands and notifications. */
enum {
	/* Versions, limits and defaults. */
	CLBENCH_CMD_INFO_GET = 1,
	/* The events of this kernel and their fields. */
	CLBENCH_CMD_EVENT_GET,
	/*
	 * Open a session that this socket owns; needs CAP_SYS_ADMIN. The reply
	 * names the group. Join it, then acknowledge batch 0: only then is the
	 * first batch sent, and it says that all probes are on. From Linux 6.8
	 * on, a member of a group gets nothing whose socket was opened without
	 * CAP_SYS_ADMIN, or has a filter (SO_ATTACH_FILTER).
	 */
	CLBENCH_CMD_SUBSCRIBE,
	/*
	 * The owner has stored all batches up to this one. No reply but the
	 * usual answer, when asked for.
	 */
	CLBENCH_CMD_ACK,
	/*
	 * End recording. What the lists hold is still delivered; session-ntf
	 * tells the end. With force, anybody who may record ends a session
	 * whose reader is gone.
	 */
	CLBENCH_CMD_UNSUBSCRIBE,
	/* State and counters of one session or of all. */
	CLBENCH_CMD_SESSION_GET,
	/* Put a text into the stream of one session or of all. */
	CLBENCH_CMD_MARK,
	/* A batch of records, to the session's group. */
	CLBENCH_CMD_BATCH,
	/*
	 * A session started, lost its reader, got another one or ended, with
	 * its counters; to group session.
	 */
	CLBENCH_CMD_SESSION_NTF,
	/*
	 * Take over a session whose reader is gone, as the owner of this
	 * socket; needs CAP_SYS_ADMIN. Ack names the last batch that the reader
	 * before has stored; it and all before it count as acknowledged. Join
	 * the group that the reply names, then acknowledge the same batch
	 * again: only then is the next one sent.
	 */
	CLBENCH_CMD_ATTACH,
	/*
	 * Change a session that records. With event-name, these are the events
	 * from now on, and the reply's change is the number that session-get's
	 * changed reaches when that is done. The rest takes effect at once.
	 */
	CLBENCH_CMD_SESSION_SET,
	/*
	 * End the chunk and begin the next one. It comes with the batches, in
	 * which it opens with an empty packet; several requests before that are
	 * one.
	 */
	CLBENCH_CMD_ROTATE,

	__CLBENCH_CMD_MAX,
	CLBENCH_CMD_MAX = (__CLBENCH_CMD_MAX - 1)
};

/* Multicast groups. */
#define CLBENCH_MCGRP_BATCH0	"batch0"
#define CLBENCH_MCGRP_BATCH1	"batch1"
#define CLBENCH_MCGRP_BATCH2	"batch2"
#define CLBENCH_MCGRP_BATCH3	"batch3"
#define CLBENCH_MCGRP_BATCH4	"batch4"
#define CLBENCH_MCGRP_BATCH5	"batch5"
#define CLBENCH_MCGRP_BATCH6	"batch6"
#define CLBENCH_MCGRP_BATCH7	"batch7"
#define CLBENCH_MCGRP_BATCH8	"batch8"
#define CLBENCH_MCGRP_BATCH9	"batch9"
#define CLBENCH_MCGRP_BATCH10	"batch10"
#define CLBENCH_MCGRP_BATCH11	"batch11"
#define CLBENCH_MCGRP_BATCH12	"batch12"
#define CLBENCH_MCGRP_BATCH13	"batch13"
#define CLBENCH_MCGRP_BATCH14	"batch14"
#define CLBENCH_MCGRP_BATCH15	"batch15"
#define CLBENCH_MCGRP_BATCH16	"batch16"
#define CLBENCH_MCGRP_BATCH17	"batch17"
#define CLBENCH_MCGRP_BATCH18	"batch18"
#define CLBENCH_MCGRP_BATCH19	"batch19"
#define CLBENCH_MCGRP_BATCH20	"batch20"
#define CLBENCH_MCGRP_BATCH21	"batch21"
#define CLBENCH_MCGRP_BATCH22	"batch22"
#define CLBENCH_MCGRP_BATCH23	"batch23"
#define CLBENCH_MCGRP_BATCH24	"batch24"
#define CLBENCH_MCGRP_BATCH25	"batch25"
#define CLBENCH_MCGRP_BATCH26	"batch26"
#define CLBENCH_MCGRP_BATCH27	"batch27"
#define CLBENCH_MCGRP_BATCH28	"batch28"
#define CLBENCH_MCGRP_BATCH29	"batch29"
#define CLBENCH_MCGRP_BATCH30	"batch30"
#define CLBENCH_MCGRP_BATCH31	"batch31"
#define CLBENCH_MCGRP_SESSION	"session"

#endif /* _UAPI_LINUX_CLBENCH_H */
