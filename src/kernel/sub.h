/* SPDX-License-Identifier: GPL-2.0 */
/* A session's subscriptions to events: made, added, looked up, freed. */
#ifndef CLB_SUB_H
#define CLB_SUB_H

#include <linux/types.h>

struct clb_session;
struct clb_sub;
struct clbench_event;

struct clb_sub *clb_sub_alloc(struct clb_session *s, struct clbench_event *event);
void clb_sub_free(struct clb_sub *sub);
u16 *clb_sub_index_alloc(const struct clb_session *s, unsigned int nr_ids);
void clb_sub_add(struct clb_session *s, struct clb_sub *sub);

#endif /* CLB_SUB_H */
