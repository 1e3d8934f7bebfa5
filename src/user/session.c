/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel tells of a session: sums and names. */

#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int clb_session_copy(struct clb_session *to, const struct clb_session *from)
{
	size_t size = from->nr_counts * sizeof(*from->counts);

	*to = *from;
	to->counts = malloc(size ? size : 1);
	if (!to->counts) {
		memset(to, 0, sizeof(*to));
		return -ENOMEM;
	}
	if (size)
		memcpy(to->counts, from->counts, size);
	return 0;
}

void clb_session_free(struct clb_session *session)
{
	free(session->counts);
	memset(session, 0, sizeof(*session));
}

void clb_sessions_free(struct clb_sessions *sessions)
{
	for (size_t i = 0; i < sessions->nr; i++)
		clb_session_free(&sessions->list[i]);
	free(sessions->list);
	*sessions = (struct clb_sessions){ 0 };
}

static bool is_recorded(const struct clb_session *session, const struct clb_event *event)
{
	for (size_t i = 0; i < session->nr_counts; i++)
		if (!strcmp(session->counts[i].event_name, event->name))
			return true;
	return false;
}

int clb_session_events(const struct clb_session *session, const struct clb_events *all,
		       struct clb_events *stream)
{
	stream->nr = 0;
	stream->list = calloc(all->nr + 1, sizeof(*stream->list));
	if (!stream->list)
		return -ENOMEM;
	for (size_t i = 0; i < all->nr; i++)
		if (all->list[i].internal || is_recorded(session, &all->list[i]))
			stream->list[stream->nr++] = all->list[i];
	return 0;
}

struct clb_counts clb_session_total(const struct clb_session *session)
{
	struct clb_counts total = { 0 };

	for (size_t i = 0; i < session->nr_counts; i++) {
		const struct clb_counts *counts = &session->counts[i];

		total.delivered += counts->delivered;
		total.pending += counts->pending;
		for (size_t cause = 0; cause < CLB_NR_CAUSES; cause++)
			total.discarded[cause] += counts->discarded[cause];
		total.missed += counts->missed;
		total.has_missed |= counts->has_missed;
	}
	return total;
}

uint64_t clb_counts_discarded(const struct clb_counts *counts)
{
	uint64_t discarded = 0;

	for (size_t cause = 0; cause < CLB_NR_CAUSES; cause++)
		discarded += counts->discarded[cause];
	return discarded;
}

uint64_t clb_counts_attempted(const struct clb_counts *counts)
{
	return counts->delivered + counts->pending + clb_counts_discarded(counts);
}

const char *clb_cause_name(unsigned int cause)
{
	static const char *const names[CLB_NR_CAUSES] = {
		[CLBENCH_CAUSE_FULL_CAP] = "full_cap",
		[CLBENCH_CAUSE_FULL_REFILL] = "full_refill",
		[CLBENCH_CAUSE_NESTED] = "nested",
		[CLBENCH_CAUSE_OVERSIZE] = "oversize",
		[CLBENCH_CAUSE_NO_MEMORY] = "no_memory",
		[CLBENCH_CAUSE_NO_RCU] = "no_rcu",
		[CLBENCH_CAUSE_ABANDONED] = "abandoned",
	};

	return cause < CLB_NR_CAUSES ? names[cause] : "unknown";
}

const char *clb_state_name(unsigned int state)
{
	static const char *const names[] = {
		[CLBENCH_STATE_STARTING] = "starting",
		[CLBENCH_STATE_RECORDING] = "recording",
		[CLBENCH_STATE_DRAINING] = "draining",
		[CLBENCH_STATE_ENDED] = "ended",
		[CLBENCH_STATE_ORPHANED] = "orphaned",
	};

	return state <= CLBENCH_STATE_MAX ? names[state] : "unknown";
}
