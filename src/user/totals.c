/* SPDX-License-Identifier: GPL-2.0 */
/* The final counters of a session, from its trace. */

#include "totals.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/clbench_record.h>

#include "trace_reader.h"

static int add_total(struct clb_session *session, const struct clb_record *record)
{
	const char *name = (const char *)record->fields + sizeof(struct clbench_total);
	struct clbench_total total;
	struct clb_counts *counts;

	counts = reallocarray(session->counts, session->nr_counts + 1, sizeof(*counts));
	if (!counts)
		return -ENOMEM;
	session->counts = counts;
	counts += session->nr_counts++;
	memset(counts, 0, sizeof(*counts));
	memcpy(&total, record->fields, sizeof(total));
	/* The reader has seen to it that the string has its NUL. */
	snprintf(counts->event_name, sizeof(counts->event_name), "%s", name);
	counts->event_id = le32toh(total.event_id);
	counts->delivered = le64toh(total.delivered);
	for (size_t i = 0; i < sizeof(total.discarded) / sizeof(*total.discarded); i++)
		counts->discarded[i] = le64toh(total.discarded[i]);
	return 0;
}

int clb_totals_read(const char *dir, struct clb_session *session)
{
	struct clb_trace *trace = NULL;
	struct clb_record record;
	struct clbench_end end;
	int ret, result = -ENODATA;

	free(session->counts);
	session->counts = NULL;
	session->nr_counts = 0;
	ret = clb_trace_open(&trace, dir);
	while (!ret && (ret = clb_trace_next(trace, &record)) > 0) {
		ret = 0;
		if (record.event->id == CLBENCH_ID_TOTAL)
			ret = add_total(session, &record);
		if (record.event->id == CLBENCH_ID_END) {
			memcpy(&end, record.fields, sizeof(end));
			session->drained = le64toh(end.drained);
			session->late = le64toh(end.late);
			result = 0;
		}
	}
	clb_trace_close(trace);
	return ret < 0 ? ret : result;
}
