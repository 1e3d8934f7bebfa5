/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A source: where an event of clbench's own comes from, and how to switch it on.
 *
 * One small file a subsystem, source_*.c: the probes, a check of their
 * prototypes, the events and one table of struct clb_source.
 */
#ifndef CLB_SOURCE_H
#define CLB_SOURCE_H

#include <linux/types.h>

struct clbench_event;
struct kprobe;
struct tracepoint;

/**
 * struct clb_source - how an event is switched on
 * @event: the event
 * @tracepoint: name of the tracepoint, or NULL
 * @probe: its probe, called with the event as data
 * @kprobe: used where the kernel has no such tracepoint; or NULL
 * @state: what is found and changed at run time
 */
struct clb_source {
	struct clbench_event *event;
	const char *tracepoint;
	void *probe;
	struct kprobe *kprobe;
	struct clb_source_state {
		struct tracepoint *tracepoint;
	} *state;
};

extern const struct clb_source clb_source_block[];
extern const struct clb_source clb_source_pagecache[];
extern const struct clb_source clb_source_sched[];

int clb_source_start(const struct clb_source *source);
void clb_source_stop(const struct clb_source *source);
bool clb_source_is_kprobe(const struct clb_source *source);
u64 clb_source_missed(const struct clb_source *source);
const char *clb_source_text(const struct clb_source *source, char *buf, size_t size);

int clb_sources_init(void);
void clb_sources_exit(void);

#endif /* CLB_SOURCE_H */
