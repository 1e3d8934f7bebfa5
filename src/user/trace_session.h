/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the packets of a session that lives. */
#ifndef CLB_TRACE_SESSION_H
#define CLB_TRACE_SESSION_H

#include <stdint.h>

#include "nl.h"
#include "trace_reader.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * clb_trace_open_session() - prepare to read what a session sends
 * @trace: the trace; closed with clb_trace_close(), also after a failure
 * @nl: a socket for requests, not one that batches come to
 * @id: the session
 *
 * Asks the kernel for what it records. Packets come by clb_trace_feed().
 *
 * Return: 0; -ENOENT: there is no such session; -ENOMEM; as clb_nl_events() or
 * clb_trace_open_live(). clb_trace_why() says more.
 */
int clb_trace_open_session(struct clb_trace **trace, struct clb_nl *nl, uint32_t id);

#ifdef __cplusplus
}
#endif

#endif /* CLB_TRACE_SESSION_H */
