/* SPDX-License-Identifier: GPL-2.0 */
/* The final counters of a session, from its trace or the last chunk of it. */
#ifndef CLB_TOTALS_H
#define CLB_TOTALS_H

#include "session.h"

/**
 * clb_totals_read() - read the records clbench_total and clbench_end of a trace
 * @dir: the trace, or a directory of chunks: then these are of the last one alone
 * @session: gets counts and drained; what it had of them is given back
 *
 * Return: 0; -ENODATA if there is no clbench_end, or it says that a chunk follows;
 * another negative errno.
 */
int clb_totals_read(const char *dir, struct clb_session *session);

#endif /* CLB_TOTALS_H */
