/* SPDX-License-Identifier: GPL-2.0 */
/* All events: clbench's own and those that other modules register. */
#ifndef CLB_EVENT_H
#define CLB_EVENT_H

#include <linux/mutex.h>

#include <clbench/event.h>

struct clb_sub;

/* The largest record: it must fit into one fragment of a packet. */
#define CLB_RECORD_BYTES	16384u

/* Protects the list of events, and who holds one. Handlers take it, so nobody holds
 * it and waits for more than memory. In process context only.
 */
extern struct mutex clb_event_lock;

struct clbench_event *clb_event_get(const char *name);
void clb_event_hold(struct clbench_event *event);
void clb_event_put(struct clbench_event *event);
struct clbench_event *clb_event_next(u32 id);
bool clb_event_may_miss(const struct clbench_event *event);
u64 clb_event_missed(const struct clbench_event *event);
void clb_event_close_sub(struct clb_sub *sub);
int clb_event_attach(struct clb_sub *sub);
void clb_event_detach(struct clb_sub *sub);

int clb_events_init(void);
void clb_events_exit(void);

#endif /* CLB_EVENT_H */
