/* SPDX-License-Identifier: GPL-2.0 */
/* What may stand in a session's stream: its events, for the metadata. */

#include "stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "connect.h"
#include "metadata.h"
#include "nl.h"
#include "select.h"

static int fail(char *why, int error, const char *what, const char *advice)
{
	snprintf(why, CLBD_WHY, "%s%s", what, advice);
	return error;
}

static int choose(struct clb_select *select, const struct clbd_plan *plan, char *why)
{
	char reason[CLB_SELECT_WHY];
	int ret = 0;

	select->available = true;
	if (!plan->nr_events)
		ret = clb_select_add(select, CLB_SELECT_DEFAULT, reason);
	for (size_t i = 0; !ret && i < plan->nr_events; i++)
		ret = clb_select_add(select, plan->events[i], reason);
	if (!ret)
		return 0;
	return fail(why, ret == -EOPNOTSUPP ? ret : -EINVAL, reason, "");
}

static const struct clb_counts *counts_of(const struct clb_session *session, const char *name)
{
	for (size_t i = 0; session && i < session->nr_counts; i++)
		if (!strcmp(session->counts[i].event_name, name))
			return &session->counts[i];
	return NULL;
}

static int fill(struct clbd_stream *stream, const struct clb_select *select,
		const struct clb_session *before)
{
	const struct clb_events *all = &stream->all;
	struct clb_events *events = &stream->events;

	stream->names = calloc(all->nr + 1, sizeof(*stream->names));
	events->list = calloc(all->nr + 1, sizeof(*events->list));
	if (!stream->names || !events->list)
		return -ENOMEM;
	for (size_t i = 0; i < all->nr; i++) {
		if (select->chosen[i])
			stream->names[stream->nr_names++] = all->list[i].name;
		if (select->chosen[i] || all->list[i].internal ||
		    counts_of(before, all->list[i].name))
			events->list[events->nr++] = all->list[i];
	}
	return 0;
}

int clbd_stream_choose(struct clbd_stream *stream, struct clb_nl *nl, const struct clbd_plan *plan,
		       const struct clb_session *before, char *why)
{
	struct clb_select select = { 0 };
	int ret;

	*stream = (struct clbd_stream){ 0 };
	ret = clb_nl_events(nl, &stream->all);
	if (ret)
		return fail(why, ret, clb_nl_why(nl), clb_advice(ret));
	ret = clb_select_init(&select, &stream->all);
	if (!ret)
		ret = choose(&select, plan, why);
	if (!ret)
		ret = fill(stream, &select, before);
	clb_select_free(&select);
	return ret == -ENOMEM ? fail(why, ret, strerror(ENOMEM), "") : ret;
}

int clbd_stream_adopt(struct clbd_stream *stream, struct clb_nl *nl,
		      const struct clb_session *session)
{
	const struct clb_counts *counts;
	int ret;

	*stream = (struct clbd_stream){ 0 };
	ret = clb_nl_events(nl, &stream->all);
	if (ret)
		return ret;
	stream->names = calloc(stream->all.nr + 1, sizeof(*stream->names));
	if (!stream->names)
		return -ENOMEM;
	for (size_t i = 0; i < stream->all.nr; i++) {
		counts = counts_of(session, stream->all.list[i].name);
		if (counts && !counts->off)
			stream->names[stream->nr_names++] = stream->all.list[i].name;
	}
	return clb_session_events(session, &stream->all, &stream->events);
}

static bool same_ids(const struct clb_events *a, const struct clb_events *b)
{
	for (size_t i = 0; i < a->nr; i++)
		if (!clb_events_find(b, a->list[i].id))
			return false;
	return a->nr == b->nr;
}

/* The names, as views into the new events. */
static int renew_names(struct clbd_stream *now, const struct clbd_stream *before)
{
	now->names = calloc(now->events.nr + 1, sizeof(*now->names));
	if (!now->names)
		return -ENOMEM;
	for (size_t i = 0; i < now->events.nr; i++)
		for (size_t name = 0; name < before->nr_names; name++)
			if (!strcmp(now->events.list[i].name, before->names[name]))
				now->names[now->nr_names++] = now->events.list[i].name;
	return 0;
}

int clbd_stream_renew(struct clbd_stream *stream, struct clb_nl *nl)
{
	struct clbd_stream now = { 0 };
	int ret;

	ret = clb_nl_events(nl, &now.all);
	if (!ret)
		ret = clb_events_like(&now.all, &stream->events, &now.events);
	if (!ret)
		ret = renew_names(&now, stream);
	if (ret) {
		clbd_stream_free(&now);
		return ret;
	}
	/* An id is not given to another event soon. */
	ret = !same_ids(&now.events, &stream->events);
	clbd_stream_free(stream);
	*stream = now;
	return ret;
}

void clbd_stream_free(struct clbd_stream *stream)
{
	free(stream->names);
	free(stream->events.list);
	clb_events_free(&stream->all);
	*stream = (struct clbd_stream){ 0 };
}

int clbd_stream_metadata(const struct clbd_stream *stream, FILE *out,
			 const struct clb_session *session, const char *module_version,
			 int64_t clock_offset_ns)
{
	struct clb_metadata metadata = {
		.events = &stream->events,
		.clock_offset_ns = clock_offset_ns,
		.session = session->name,
		.module_version = module_version,
	};
	struct utsname host;

	memcpy(metadata.uuid, session->uuid, sizeof(metadata.uuid));
	if (!uname(&host)) {
		metadata.hostname = host.nodename;
		metadata.kernel_release = host.release;
	}
	return clb_metadata_write(out, &metadata);
}
