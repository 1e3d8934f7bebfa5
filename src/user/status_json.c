/* SPDX-License-Identifier: GPL-2.0 */
/* The document of "status --json": the sessions, as kernel and daemon see them. */

#include "status_json.h"

#include <inttypes.h>
#include <time.h>

#include "counts_json.h"
#include "json.h"
#include "quantity.h"

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

static void write_or_null(struct clb_json *json, const char *key, uint64_t value, bool known)
{
	if (known)
		clb_json_u64(json, key, value);
	else
		clb_json_null(json, key);
}

static void write_reader(struct clb_json *json, const struct clb_session *s)
{
	write_or_null(json, "linger_left_ms", s->linger_left_ms, s->has_linger_left);
	if (s->has_linger_left) {
		clb_json_null(json, "reader");
		return;
	}
	clb_json_open(json, "reader", '{');
	clb_json_u64(json, "pid", s->reader_pid);
	clb_json_string(json, "comm", s->reader_comm);
	clb_json_close(json, '}');
}

static void write_amounts(struct clb_json *json, const struct clb_session *s)
{
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
}

static void write_trace(struct clb_json *json, const struct clb_session *s,
			const struct clb_status *status)
{
	struct clb_status_trace trace;

	if (!status->find_trace || !status->find_trace(status->arg, s, &trace)) {
		clb_json_null(json, "trace");
		return;
	}
	clb_json_open(json, "trace", '{');
	clb_json_string(json, "dir", trace.dir);
	clb_json_u64(json, "chunk", trace.chunk);
	clb_json_u64(json, "chunks", trace.chunks);
	clb_json_u64(json, "bytes", trace.bytes);
	clb_json_bool(json, "paused", trace.paused);
	clb_json_u64(json, "max_size_bytes", trace.max_size_bytes);
	clb_json_u64(json, "rotate_size_bytes", trace.rotate_size_bytes);
	clb_json_u64(json, "rotate_time_ns", trace.rotate_time_ns);
	clb_json_u64(json, "keep", trace.keep);
	clb_json_u64(json, "keep_size_bytes", trace.keep_size_bytes);
	clb_json_u64(json, "keep_age_ns", trace.keep_age_ns);
	clb_json_u64(json, "removed_chunks", trace.removed_chunks);
	clb_json_u64(json, "removed_bytes", trace.removed_bytes);
	clb_json_close(json, '}');
}

static void write_session(struct clb_json *json, const struct clb_session *s,
			  const struct clb_status *status)
{
	char uuid[CLB_UUID_TEXT];
	uint64_t pending = clb_session_total(s).pending;

	clb_json_open(json, NULL, '{');
	clb_json_string(json, "name", s->name);
	clb_json_u64(json, "id", s->id);
	clb_json_string(json, "uuid", clb_uuid_format(uuid, s->uuid));
	clb_json_string(json, "state", clb_state_name(s->state));
	write_reader(json, s);
	write_time(json, "started", s->started_ns);
	write_config(json, s);
	write_amounts(json, s);
	clb_json_u64(json, "nodes_high", s->nodes_high);
	write_or_null(json, "cut_age_ms", s->cut_age_ms, s->has_cut_age);
	clb_json_u64(json, "stalled_ms", s->stalled_ms);
	clb_json_u64(json, "late", s->late);
	clb_json_u64(json, "drained", s->drained);
	clb_json_u64(json, "pending", pending);
	clb_json_counts(json, s, true);
	write_trace(json, s, status);
	clb_json_close(json, '}');
}

static void write_module(struct clb_json *json, const struct clb_status *status)
{
	clb_json_open(json, "module", '{');
	clb_json_string(json, "version", status->info->module_version);
	clb_json_u64(json, "protocol", status->info->protocol);
	clb_json_string(json, "installed_version", status->installed_version);
	clb_json_close(json, '}');
}

static void write_daemon(struct clb_json *json, const struct clb_status *status)
{
	if (!status->daemon_version) {
		clb_json_null(json, "daemon");
		return;
	}
	clb_json_open(json, "daemon", '{');
	clb_json_string(json, "version", status->daemon_version);
	clb_json_u64(json, "pid", status->daemon_pid);
	clb_json_close(json, '}');
}

void clb_status_json(const struct clb_status *status, FILE *out)
{
	struct clb_json json = { .out = out };

	clb_json_open(&json, NULL, '{');
	clb_json_u64(&json, "schema", 1);
	write_module(&json, status);
	write_daemon(&json, status);
	clb_json_u64(&json, "sessions_max", status->info->sessions_max);
	clb_json_open(&json, "memory", '{');
	clb_json_u64(&json, "used_bytes", status->info->mem_used);
	clb_json_u64(&json, "total_bytes", status->info->mem_total);
	clb_json_close(&json, '}');
	clb_json_open(&json, "sessions", '[');
	for (size_t i = 0; i < status->sessions->nr; i++)
		write_session(&json, &status->sessions->list[i], status);
	clb_json_close(&json, ']');
	clb_json_close(&json, '}');
}
