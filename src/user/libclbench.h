/* SPDX-License-Identifier: GPL-2.0 */
/* The library libclbench; see libclbench(3). */
#ifndef CLB_LIBCLBENCH_H
#define CLB_LIBCLBENCH_H

#include "channel.h"
#include "event.h"
#include "metadata.h"
#include "nl.h"
#include "packet.h"
#include "record.h"
#include "repair.h"
#include "select.h"
#include "session.h"
#include "task.h"
#include "trace_reader.h"
#include "trace_session.h"
#include "trace_tail.h"
#include "trace_writer.h"
#include "value.h"
#include "verify.h"
#include "viewer.h"

#endif /* CLB_LIBCLBENCH_H */
