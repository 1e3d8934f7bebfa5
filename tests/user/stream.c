/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's view of a session's events, when their modules are loaded anew. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clbenchd/stream.h"
#include "connect.h"
#include "metadata.h"
#include "nl.h"
#include "point.h"

static const struct clb_event first[] = {
	{ .id = 0, .name = "clbench_begin", .internal = true },
	{ .id = 8, .name = "tick" },
	{ .id = 9, .name = "tock" },
	{ .id = 10, .name = "other" },
};

/* The module of tick and other was loaded anew. */
static const struct clb_event later[] = {
	{ .id = 0, .name = "clbench_begin", .internal = true },
	{ .id = 9, .name = "tock" },
	{ .id = 11, .name = "tick" },
	{ .id = 12, .name = "other" },
};

/* That of tock is gone. */
static const struct clb_event fewer[] = {
	{ .id = 0, .name = "clbench_begin", .internal = true },
	{ .id = 11, .name = "tick" },
	{ .id = 12, .name = "other" },
};

static const struct clb_event *told;
static size_t nr_told;

#define tell(events)	(told = (events), nr_told = sizeof(events) / sizeof(*(events)))

int clb_nl_events(struct clb_nl *nl, struct clb_events *events)
{
	(void)nl;
	events->list = calloc(nr_told, sizeof(*events->list));
	if (!events->list)
		abort();
	for (events->nr = 0; events->nr < nr_told; events->nr++) {
		events->list[events->nr] = told[events->nr];
		events->list[events->nr].name = strdup(told[events->nr].name);
	}
	return 0;
}

const char *clb_nl_why(const struct clb_nl *nl)
{
	(void)nl;
	return "because";
}

const char *clb_advice(int error)
{
	(void)error;
	return "";
}

int clb_metadata_write(FILE *out, const struct clb_metadata *metadata)
{
	(void)out;
	(void)metadata;
	return 0;
}

/* Ids of what may stand in the stream, names of what is recorded. */
static const char *described(const struct clbd_stream *stream)
{
	static char text[256];
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < stream->events.nr; i++)
		used += snprintf(text + used, sizeof(text) - used, "%u ", stream->events.list[i].id);
	for (size_t i = 0; i < stream->nr_names; i++)
		used += snprintf(text + used, sizeof(text) - used, "%s ", stream->names[i]);
	return text;
}

int main(void)
{
	char *names[] = { "tick", "tock" };
	const struct clbd_plan plan = { .name = "test", .events = names, .nr_events = 2 };
	struct clbd_stream stream;
	char why[CLBD_WHY];

	tell(first);
	point(!clbd_stream_choose(&stream, NULL, &plan, NULL, why) &&
		      !strcmp(described(&stream), "0 8 9 tick tock "),
	      "events are chosen by their names, clbench's own always");
	point(!clbd_stream_renew(&stream, NULL) && !strcmp(described(&stream), "0 8 9 tick tock "),
	      "asked for once more they are the same");
	tell(later);
	point(clbd_stream_renew(&stream, NULL) == 1 &&
		      !strcmp(described(&stream), "0 9 11 tock tick "),
	      "unless a module was loaded anew: then they are its new ones");
	tell(fewer);
	point(clbd_stream_renew(&stream, NULL) == -ENOENT &&
		      !strcmp(described(&stream), "0 9 11 tock tick "),
	      "if one is not there any more, all stays as it was");
	clbd_stream_free(&stream);
	return done();
}
