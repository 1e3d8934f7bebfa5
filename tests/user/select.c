/* SPDX-License-Identifier: GPL-2.0 */
/* Events as a user names them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "point.h"
#include "select.h"

static struct clb_event list[] = {
	{ .id = 0, .name = "clbench_begin", .internal = true },
	{ .id = 6, .name = "block_bio_queue", .group = "block" },
	{ .id = 7, .name = "block_rq_issue", .group = "block" },
	{ .id = 8, .name = "pagecache_miss", .group = "pagecache" },
	{ .id = 9, .name = "pagecache_add", .group = "pagecache", .why_not = "not on this one" },
	{ .id = 10, .name = "other_event", .why_not = "never" },
};
static const struct clb_events events = { list, sizeof(list) / sizeof(*list) };

static char why[CLB_SELECT_WHY];
static int ret;

/* The ids of what a list names, or the refusal; as "record" does it, or as "show". */
static const char *chosen_by(const char *words, bool record)
{
	static char text[64];
	struct clb_select select;
	size_t used = 0;

	text[0] = why[0] = '\0';
	if (clb_select_init(&select, &events))
		abort();
	select.available = record;
	select.internal = !record;
	ret = clb_select_add(&select, words, why);
	for (size_t i = 0; i < events.nr; i++)
		if (select.chosen[i])
			used += snprintf(text + used, sizeof(text) - used, "%u ", list[i].id);
	if (!ret && !clb_select_count(&select))
		strcpy(text, "nothing without an error");
	clb_select_free(&select);
	return text;
}

static bool chooses(const char *words, const char *ids)
{
	const char *got = chosen_by(words, true);

	if (!ret && !strcmp(got, ids))
		return true;
	printf("# %s: got %d, %s, %s\n", words, ret, got, why);
	return false;
}

static bool refuses(const char *words, int error, const char *reason)
{
	chosen_by(words, true);
	if (ret == error && strstr(why, reason))
		return true;
	printf("# %s: got %d, %s\n", words, ret, why);
	return false;
}

int main(void)
{
	point(chooses("pagecache_miss", "8 "), "a name chooses its event");
	point(chooses("block", "6 7 "), "a group chooses its events");
	point(chooses("block_rq_issue,pagecache_miss,block_rq_issue", "7 8 "),
	      "a list chooses the events of all its words, once");
	point(chooses("block_*", "6 7 ") && chooses("*[!e]_[a-m]*", "6 7 ") &&
	      chooses("p*_?iss", "8 "), "a glob chooses what it matches");
	point(chooses("pagecache", "8 ") && chooses("all", "6 7 8 ") && chooses("*", "6 7 8 "),
	      "a group or glob leaves out what cannot be recorded");
	point(refuses("pagecache_add", -EOPNOTSUPP, "not on this one") &&
	      refuses("other_*", -EOPNOTSUPP, "never"),
	      "what cannot be recorded is an error if nothing else was named");
	point(refuses("pagecache_mis", -ENOENT, "\"pagecache_miss\"") &&
	      refuses("blok", -ENOENT, "\"block\"") &&
	      refuses("block_bioqueue", -ENOENT, "\"block_bio_queue\""),
	      "a word that matches nothing names the nearest event or group");
	point(refuses("zzz*", -ENOENT, "no event matches \"zzz*\"; see clbench-ctl list"),
	      "a glob that matches nothing is an error");
	point(refuses("clbench_begin", -ENOENT, "") && refuses("clbench_*", -ENOENT, ""),
	      "clbench's own events cannot be recorded by name");
	point(refuses("", -EINVAL, "empty") && refuses("block,", -EINVAL, "empty") &&
	      refuses(",block", -EINVAL, "empty"), "an empty word is an error");
	point(!strcmp(chosen_by("clbench_*,pagecache_add", false), "0 9 ") && !ret,
	      "in a trace all events can be chosen");
	point(refuses("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		      -ENOENT, "no event"), "a very long word is an error like any other");
	return done();
}
