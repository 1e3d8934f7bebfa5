/* SPDX-License-Identifier: GPL-2.0 */
/* Gets the document of status, from the kernel, from the daemon, or from both. */

#include "config.h"

#include "status_query.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "connect.h"
#include "daemon.h"
#include "message.h"
#include "nl.h"
#include "reach.h"
#include "status_json.h"

#define WHAT	"cannot ask for sessions"

/* What the kernel says does not wait longer for what the daemon would add. */
#define ADD_MS	2000

json_t *clb_status_session(json_t *document, const char *name)
{
	json_t *session;
	const char *has;
	size_t i;

	json_array_foreach(json_object_get(document, "sessions"), i, session) {
		has = json_string_value(json_object_get(session, "name"));
		if (has && !strcmp(has, name))
			return session;
	}
	return NULL;
}

static json_t *write_document(struct clb_status_query *query, const struct clb_info *info,
			      const struct clb_sessions *sessions)
{
	struct clb_status status = { .info = info, .sessions = sessions };
	json_t *document = NULL;
	char *text = NULL;
	size_t size;
	FILE *f;

	if (!query->asked)
		query->known = clb_installed_version(query->installed);
	query->asked = true;
	status.installed_version = query->known;
	f = open_memstream(&text, &size);
	if (!f)
		return NULL;
	clb_status_json(&status, f);
	if (!fclose(f))
		document = json_loadb(text, size, 0, NULL);
	free(text);
	return document;
}

static json_t *ask_kernel(struct clb_status_query *query, struct clb_reach *reach)
{
	struct clb_sessions sessions;
	json_t *document;
	int ret;

	ret = clb_nl_sessions(reach->nl, &sessions);
	if (ret) {
		clb_say(WHAT ": %s%s", clb_nl_why(reach->nl), clb_advice(ret));
		return NULL;
	}
	document = write_document(query, &reach->info, &sessions);
	if (!document)
		clb_say(WHAT ": %s", strerror(ENOMEM));
	clb_sessions_free(&sessions);
	return document;
}

static json_t *take_status(json_t *answer)
{
	json_t *status = json_object_get(answer, "status");

	if (!json_is_array(json_object_get(status, "sessions")))
		return NULL;
	return json_incref(status);
}

/* The daemon runs no modinfo. */
static void add_installed(json_t *document)
{
	json_t *module = json_object_get(document, "module");
	char version[CLB_VERSION_TEXT];

	if (json_is_null(json_object_get(module, "installed_version")) &&
	    clb_installed_version(version))
		json_object_set_new(module, "installed_version", json_string(version));
}

json_t *clb_status_of_daemon(struct clb_daemon *daemon)
{
	json_t *answer, *document;

	if (clb_daemon_ask(daemon, WHAT, json_pack("{s:s}", "request", "status"), &answer))
		return NULL;
	document = take_status(answer);
	if (!document)
		clb_daemon_not_understood(WHAT);
	json_decref(answer);
	return document;
}

/* A session that ended may have left its name to another: ids are never used twice. */
static void add_traces(json_t *document, json_t *added)
{
	json_t *session, *same, *trace;
	size_t i;

	json_array_foreach(json_object_get(document, "sessions"), i, session) {
		same = clb_status_session(added, json_string_value(json_object_get(session, "name")));
		trace = json_object_get(same, "trace");
		if (trace && json_equal(json_object_get(same, "uuid"),
					json_object_get(session, "uuid")))
			json_object_set(session, "trace", trace);
	}
}

/* No daemon, or none for us, is no failure: the kernel's side is whole without it. */
static void add_daemon(struct clb_status_query *query, json_t *document)
{
	struct clb_daemon daemon = CLB_DAEMON_INIT;
	json_t *answer = NULL, *added = NULL;
	int ret;

	daemon.timeout_ms = ADD_MS;
	ret = clb_daemon_open(&daemon);
	if (ret == -ENOENT || ret == -ECONNREFUSED || ret == -EACCES)
		return;
	if (!ret)
		ret = clb_daemon_transact(&daemon, json_pack("{s:s}", "request", "status"), &answer);
	if (!ret)
		added = take_status(answer);
	if (!ret && !added)
		ret = -EPROTO;
	if (ret && !query->complained)
		clb_daemon_say("cannot tell of traces", ret);
	query->complained = ret;
	if (added && json_object_get(added, "daemon")) {
		json_object_set(document, "daemon", json_object_get(added, "daemon"));
		add_traces(document, added);
	}
	json_decref(added);
	json_decref(answer);
	clb_daemon_close(&daemon);
}

/* Keep the sessions that were asked for, in their order; no name is all. */
static int choose(json_t *document, char **names)
{
	json_t *sessions = json_object_get(document, "sessions");
	const char *has;
	char **name;

	for (name = names; *name; name++)
		if (!clb_status_session(document, *name))
			return clb_fail(-1, "no session \"%s\": it ended or never was; see clbench-ctl status",
					*name);
	for (size_t i = *names ? json_array_size(sessions) : 0; i-- > 0;) {
		has = json_string_value(json_object_get(json_array_get(sessions, i), "name"));
		for (name = names; *name && has && strcmp(*name, has); name++)
			;
		if (!*name || !has)
			json_array_remove(sessions, i);
	}
	return 0;
}

json_t *clb_status_query(struct clb_status_query *query, char **names)
{
	struct clb_reach reach;
	json_t *document = NULL;
	int ret;

	ret = clb_reach(&reach, WHAT, false);
	if (!ret && reach.nl) {
		document = ask_kernel(query, &reach);
		if (document)
			add_daemon(query, document);
	} else if (!ret) {
		document = clb_status_of_daemon(&reach.daemon);
		if (document)
			add_installed(document);
	}
	clb_reach_close(&reach);
	if (!document)
		return NULL;
	json_object_set_new(document, "tools", json_pack("{s:s}", "version", PACKAGE_VERSION));
	if (!choose(document, names))
		return document;
	json_decref(document);
	return NULL;
}
