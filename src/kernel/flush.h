/* SPDX-License-Identifier: GPL-2.0 */
/* The flush: chooses cuts, merges up to them, builds batches, drains the rest. */
#ifndef CLB_FLUSH_H
#define CLB_FLUSH_H

#include <linux/types.h>

struct clb_session;

long clb_flush(struct clb_session *s);
bool clb_flush_rest(struct clb_session *s);
bool clb_flush_end(struct clb_session *s);

#endif /* CLB_FLUSH_H */
