/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl status: the sessions and their counters. */

#include "ctl.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "connect.h"
#include "counts_json.h"
#include "json.h"
#include "message.h"
#include "nl.h"
#include "options.h"
#include "quantity.h"
#include "text.h"

enum key {
	KEY_JSON = CLB_OPTION_LONG,
};

static const struct clb_option option_table[] = {
	{ KEY_JSON, "json", NULL, "as JSON" },
	{ 0 },
};

static void put_column(const char *string, int width)
{
	clb_text_put(stdout, string, strlen(string));
	printf("%*s", width > (int)strlen(string) ? width - (int)strlen(string) : 0, "");
}

/* "PID comm", or how long the session waits for one. */
static void format_reader(char text[32], const struct clb_session *session)
{
	if (session->has_linger_left)
		snprintf(text, 32, "- (%" PRIu32 " s left)", session->linger_left_ms / 1000);
	else
		snprintf(text, 32, "%" PRIu32 " %s", session->reader_pid, session->reader_comm);
}

static void print_session(const struct clb_session *s, int name_width)
{
	char now[CLB_SIZE_TEXT], high[CLB_SIZE_TEXT], max[CLB_SIZE_TEXT], reader[32];
	struct clb_counts total = clb_session_total(s);

	format_reader(reader, s);
	put_column(s->name, name_width);
	put_column(clb_state_name(s->state), 11);
	put_column(reader, 19);
	printf("%6zu%11" PRIu64 "%11" PRIu64 "%9" PRIu64 "%11" PRIu64 "  %s/%s/%s\n",
	       s->nr_counts, clb_counts_attempted(&total), total.delivered, total.pending,
	       clb_counts_discarded(&total), clb_size_format_short(now, s->mem_now),
	       clb_size_format_short(high, s->mem_high), clb_size_format_short(max, s->mem_max));
}

static void print_table(const struct clb_sessions *sessions, const struct clb_info *info)
{
	int width = 11;

	printf("module ");
	clb_text_put(stdout, info->module_version, strlen(info->module_version));
	printf(", protocol %" PRIu32 ", ", info->protocol);
	if (!sessions->nr) {
		puts("no session");
		return;
	}
	printf("%zu session%s\n", sessions->nr, sessions->nr == 1 ? "" : "s");
	for (size_t i = 0; i < sessions->nr; i++)
		if ((int)strlen(sessions->list[i].name) > width)
			width = strlen(sessions->list[i].name);
	width += 2;
	put_column("SESSION", width);
	put_column("STATE", 11);
	put_column("READER", 19);
	puts("EVENTS  ATTEMPTED  DELIVERED  PENDING  DISCARDED  MEMORY now/high/max");
	for (size_t i = 0; i < sessions->nr; i++)
		print_session(&sessions->list[i], width);
}

static void write_time(struct clb_json *json, const char *key, uint64_t time_ns)
{
	time_t seconds = time_ns / CLB_NS_PER_S;
	char day[32], text[64];
	struct tm utc;

	gmtime_r(&seconds, &utc);
	strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(text, sizeof(text), "%s.%09" PRIu64 "Z", day, time_ns % CLB_NS_PER_S);
	clb_json_string(json, key, text);
}

static void write_config(struct clb_json *json, const struct clb_session *s)
{
	clb_json_open(json, "config", '{');
	clb_json_u64(json, "nr_node", s->nr_node);
	clb_json_u64(json, "node_nr_composed", s->node_nr_composed);
	clb_json_u64(json, "mem_max_bytes", s->mem_max);
	clb_json_u64(json, "flush_period_ms", s->flush_period_ms);
	clb_json_u64(json, "window", s->window);
	clb_json_u64(json, "linger_ms", s->linger_ms);
	clb_json_close(json, '}');
}

static void write_session(struct clb_json *json, const struct clb_session *s)
{
	char uuid[CLB_UUID_TEXT];
	uint64_t pending = clb_session_total(s).pending;

	clb_json_open(json, NULL, '{');
	clb_json_string(json, "name", s->name);
	clb_json_u64(json, "id", s->id);
	clb_json_string(json, "uuid", clb_uuid_format(uuid, s->uuid));
	clb_json_string(json, "state", clb_state_name(s->state));
	if (s->has_linger_left) {
		clb_json_u64(json, "linger_left_ms", s->linger_left_ms);
		clb_json_null(json, "reader");
	} else {
		clb_json_null(json, "linger_left_ms");
		clb_json_open(json, "reader", '{');
		clb_json_u64(json, "pid", s->reader_pid);
		clb_json_string(json, "comm", s->reader_comm);
		clb_json_close(json, '}');
	}
	write_time(json, "started", s->started_ns);
	write_config(json, s);
	clb_json_open(json, "memory", '{');
	clb_json_u64(json, "now_bytes", s->mem_now);
	clb_json_u64(json, "high_bytes", s->mem_high);
	clb_json_u64(json, "max_bytes", s->mem_max);
	clb_json_close(json, '}');
	clb_json_open(json, "batches", '{');
	clb_json_u64(json, "sent", s->sent);
	clb_json_u64(json, "acked", s->acked);
	clb_json_u64(json, "resent", s->resent);
	clb_json_u64(json, "retained", s->retained);
	clb_json_close(json, '}');
	clb_json_u64(json, "nodes_high", s->nodes_high);
	if (s->has_cut_age)
		clb_json_u64(json, "cut_age_ms", s->cut_age_ms);
	else
		clb_json_null(json, "cut_age_ms");
	clb_json_u64(json, "stalled_ms", s->stalled_ms);
	clb_json_u64(json, "late", s->late);
	clb_json_u64(json, "pending", pending);
	clb_json_counts(json, s, true);
	clb_json_close(json, '}');
}

static void print_json(const struct clb_sessions *sessions, const struct clb_info *info)
{
	struct clb_json json = { .out = stdout };

	clb_json_open(&json, NULL, '{');
	clb_json_u64(&json, "schema", 1);
	clb_json_module(&json, info);
	clb_json_open(&json, "sessions", '[');
	for (size_t i = 0; i < sessions->nr; i++)
		write_session(&json, &sessions->list[i]);
	clb_json_close(&json, ']');
	clb_json_close(&json, '}');
	clb_json_end(&json);
}

static bool has_name(const struct clb_session *session, char **names)
{
	while (*names && strcmp(*names, session->name))
		names++;
	return *names;
}

/* Keep those that were asked for, in the kernel's order; no name is all. */
static int filter(struct clb_sessions *sessions, char **names)
{
	size_t nr = 0, n;

	for (size_t i = 0; names[i]; i++) {
		for (n = 0; n < sessions->nr && strcmp(names[i], sessions->list[n].name); n++)
			;
		if (n < sessions->nr)
			continue;
		clb_say("no session \"%s\": it ended or never was; see clbench-ctl status",
			names[i]);
		return -1;
	}
	for (size_t i = 0; i < sessions->nr; i++) {
		if (!*names || has_name(&sessions->list[i], names))
			sessions->list[nr++] = sessions->list[i];
		else
			clb_session_free(&sessions->list[i]);
	}
	sessions->nr = nr;
	return 0;
}

int clb_ctl_status(int argc, char **argv)
{
	struct clb_sessions sessions = { 0 };
	struct clb_options options;
	struct clb_nl *nl = NULL;
	struct clb_info info;
	int status = CLB_EXIT_FAILED;
	bool as_json = false;
	int ret;

	clb_options_init(&options, argc, argv, option_table);
	while (clb_options_next(&options))
		as_json = true;
	if (options.status >= 0)
		return options.status;
	if (clb_connect(&nl, &info, false))
		goto out;
	ret = clb_nl_sessions(nl, &sessions);
	if (ret) {
		clb_say("cannot ask for sessions: %s%s", clb_nl_why(nl), clb_advice(ret));
		goto out;
	}
	if (filter(&sessions, argv + optind))
		goto out;
	if (as_json)
		print_json(&sessions, &info);
	else
		print_table(&sessions, &info);
	status = CLB_EXIT_DONE;
out:
	clb_sessions_free(&sessions);
	clb_nl_close(nl);
	return status;
}
