/* SPDX-License-Identifier: GPL-2.0 */
/* Writes what is sound of a trace as a new one. */
#ifndef CLB_REPAIR_H
#define CLB_REPAIR_H

#include "trace_writer.h"
#include "verify.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * clb_repair() - copy the sound packets and the metadata
 * @writer: the new trace, open; stays the caller's
 * @trace: the damaged one
 * @verify: its judgement, which says what can be saved
 *
 * Nothing is changed in what is copied: the new trace has gaps where packets
 * were left out, which its own judgement tells.
 *
 * Return: 0; -ENODATA if @trace is not any more what was judged; -ENOMEM; a
 * negative errno of reading or writing.
 */
int clb_repair(struct clb_trace_writer *writer, const struct clb_trace *trace,
	       const struct clb_verify *verify);

#ifdef __cplusplus
}
#endif

#endif /* CLB_REPAIR_H */
