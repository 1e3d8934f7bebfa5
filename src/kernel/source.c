// SPDX-License-Identifier: GPL-2.0
/* Sources: finds tracepoints and kprobes, registers their events, on and off. */

#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

#include "compat/kprobe.h"
#include "event.h"
#include "source.h"

static const struct clb_source *const all_sources[] = {
	clb_source_block,
	clb_source_pagecache,
	clb_source_sched,
};

#define for_each_source(i, source)						\
	for (i = 0; i < ARRAY_SIZE(all_sources); i++)				\
		for (source = all_sources[i]; source->event; source++)

/**
 * clb_source_start() - have an event's probe called
 * @source: the source
 *
 * Context: process; may sleep; one caller at a time.
 * Return: 0, or what the kernel's registration returns.
 */
int clb_source_start(const struct clb_source *source)
{
	if (source->state->tracepoint)
		return tracepoint_probe_register(source->state->tracepoint, source->probe,
						 source->event);
	return enable_kprobe(source->kprobe);
}

/**
 * clb_source_stop() - have an event's probe not called any more
 * @source: the source
 *
 * A probe may still be running on return.
 *
 * Context: process; may sleep; one caller at a time.
 */
void clb_source_stop(const struct clb_source *source)
{
	if (source->state->tracepoint)
		tracepoint_probe_unregister(source->state->tracepoint, source->probe,
					    source->event);
	else
		disable_kprobe(source->kprobe);
}

/**
 * clb_source_is_kprobe() - is the event a kprobe on this kernel?
 * @source: the source
 *
 * Context: any.
 * Return: whether it is.
 */
bool clb_source_is_kprobe(const struct clb_source *source)
{
	return !source->state->tracepoint && source->kprobe;
}

/**
 * clb_source_missed() - calls that the kernel did not make to our probe
 * @source: the source
 *
 * Context: any.
 * Return: the kprobe's count; 0 for a tracepoint.
 */
u64 clb_source_missed(const struct clb_source *source)
{
	return clb_source_is_kprobe(source) ? source->kprobe->nmissed : 0;
}

/**
 * clb_source_text() - what the event comes from, for people
 * @source: the source
 * @buf: for the text
 * @size: of @buf, bytes
 *
 * Context: any.
 * Return: @buf.
 */
const char *clb_source_text(const struct clb_source *source, char *buf, size_t size)
{
	if (clb_source_is_kprobe(source))
		snprintf(buf, size, "kprobe %s", source->kprobe->symbol_name);
	else
		snprintf(buf, size, "tracepoint");
	return buf;
}

static void find_tracepoint(struct tracepoint *tp, void *unused)
{
	const struct clb_source *source;
	unsigned int i;

	for_each_source(i, source) {
		if (source->tracepoint && !strcmp(tp->name, source->tracepoint))
			source->state->tracepoint = tp;
	}
}

/* Registered disabled, to be told now what is wrong. A kprobe that traps may have
 * records that claim to come from an NMI.
 */
static const char *find_kprobe(struct kprobe *kp)
{
	kp->flags = KPROBE_FLAG_DISABLED;
	if (register_kprobe(kp)) {
		kp->addr = NULL;
		return "this kernel has neither the tracepoint nor the function";
	}
	if (clb_kprobe_keeps_context(kp))
		return NULL;
	unregister_kprobe(kp);
	kp->addr = NULL;
	return "this kernel cannot probe the function by ftrace";
}

/**
 * clb_sources_init() - find the sources and register their events
 *
 * Description: An event whose source this kernel does not have is registered
 * all the same, and says why it cannot be recorded.
 *
 * Context: module init.
 * Return: 0, or what clbench_event_register() returns.
 */
int clb_sources_init(void)
{
	const struct clb_source *source;
	unsigned int i;
	int err;

	for_each_kernel_tracepoint(find_tracepoint, NULL);
	for_each_source(i, source) {
		source->event->source = source;
		if (!source->state->tracepoint)
			source->event->why_not = source->kprobe ? find_kprobe(source->kprobe) :
					"this kernel does not have the tracepoint";
		err = clbench_event_register(source->event);
		if (err) {
			clb_sources_exit();
			return err;
		}
	}
	return 0;
}

/**
 * clb_sources_exit() - undo clb_sources_init()
 *
 * Context: module exit; no session lives.
 */
void clb_sources_exit(void)
{
	const struct clb_source *source;
	unsigned int i;

	for_each_source(i, source) {
		if (source->event->id)
			clbench_event_unregister(source->event);
		if (source->kprobe && source->kprobe->addr && !source->state->tracepoint)
			unregister_kprobe(source->kprobe);
	}
}
