/* SPDX-License-Identifier: GPL-2.0 */
/* Prints the judgement of a trace as JSON. */
#include "counts_json.h"
#include "show.h"
#include "verify_show.h"

static const char *verdict_name(enum clb_verdict verdict)
{
	static const char *const names[] = {
		[CLB_COMPLETE] = "complete",
		[CLB_INCOMPLETE] = "incomplete",
		[CLB_UNFINISHED] = "unfinished",
		[CLB_UNACCOUNTED] = "unaccounted",
		[CLB_DAMAGED] = "damaged",
	};

	return names[verdict];
}

/* Without a clbench_total it is not known which event lost how many. */
static void put_untold(struct clb_json *json, const struct clb_counts *counts)
{
	clb_json_open(json, counts->event_name, '{');
	clb_json_null(json, "attempted");
	clb_json_u64(json, "delivered", counts->delivered);
	clb_json_null(json, "discarded");
	clb_json_u64(json, "excluded", 0);
	clb_json_u64(json, "filtered", 0);
	clb_json_close(json, '}');
}

static void put_counts(struct clb_json *json, const struct clb_verify *v)
{
	struct clb_counts total = { .delivered = v->records };

	for (size_t i = 0; i < CLB_NR_CAUSES; i++)
		total.discarded[i] = v->lost_by[i];
	clb_json_count(json, "total", &total, false);
	clb_json_open(json, "events", '{');
	for (size_t i = 0; i < v->nr_accounts; i++) {
		const struct clb_account *account = &v->accounts[i];

		if (account->told)
			clb_json_count(json, account->counts.event_name, &account->counts, false);
		else
			put_untold(json, &account->counts);
	}
	clb_json_close(json, '}');
}

static void put_code(struct clb_json *json, const char *key, const char *name, unsigned int code)
{
	if (name)
		clb_json_string(json, key, name);
	else
		clb_json_u64(json, key, code);
}

static void put_losses(struct clb_json *json, const struct clb_verify *v)
{
	for (size_t i = 0; i < v->nr_losses; i++) {
		const struct clb_loss *loss = &v->losses[i];

		clb_json_open(json, NULL, '{');
		clb_json_u64(json, "cpu", loss->cpu);
		put_code(json, "context", clb_show_context(loss->context), loss->context);
		put_code(json, "cause", loss->cause < CLB_NR_CAUSES ?
			 clb_cause_name(loss->cause) : NULL, loss->cause);
		clb_json_u64(json, "count", loss->count);
		clb_json_u64(json, "first_ts_ns", loss->first_ts);
		clb_json_u64(json, "last_ts_ns", loss->last_ts);
		clb_json_close(json, '}');
	}
}

/* @chunk: where it stands, 0 if that goes without saying. */
static void put_damage(struct clb_json *json, const struct clb_verify *v, uint32_t chunk)
{
	if (v->metadata) {
		clb_json_open(json, NULL, '{');
		if (chunk)
			clb_json_u64(json, "chunk", chunk);
		clb_json_null(json, "packet");
		clb_json_null(json, "offset_bytes");
		clb_json_string(json, "what", "metadata");
		clb_json_close(json, '}');
	}
	for (size_t i = 0; i < v->nr_damage; i++) {
		clb_json_open(json, NULL, '{');
		if (chunk)
			clb_json_u64(json, "chunk", chunk);
		clb_json_u64(json, "packet", v->damage[i].packet);
		clb_json_u64(json, "offset_bytes", v->damage[i].offset);
		clb_json_string(json, "what", clb_packet_what(v->damage[i].fault));
		clb_json_close(json, '}');
	}
}

static void put_time(struct clb_json *json, const char *key, uint64_t ts)
{
	if (ts)
		clb_json_u64(json, key, ts);
	else
		clb_json_null(json, key);
}

/* What stands before the losses. */
static void put_head(struct clb_json *json, const struct clb_verify *v, const char *dir)
{
	char uuid[CLB_UUID_TEXT];

	clb_json_string(json, "dir", dir);
	clb_json_string(json, "uuid", v->has_uuid ? clb_uuid_format(uuid, v->uuid) : NULL);
	clb_json_string(json, "verdict", verdict_name(v->verdict));
	clb_json_u64(json, "records", v->records);
	clb_json_u64(json, "packets", v->packets);
	clb_json_u64(json, "bytes", v->bytes);
	put_time(json, "first_ts_ns", v->first_ts);
	put_time(json, "last_ts_ns", v->last_ts);
	put_counts(json, v);
}

/* What stands behind the damage. */
static void put_tail(struct clb_json *json, const struct clb_verify *v)
{
	clb_json_u64(json, "late", v->late);
	clb_json_open(json, "unaccounted", '[');
	for (size_t i = 0; i < v->nr_reasons; i++)
		clb_json_string(json, NULL, v->reasons[i]);
	clb_json_close(json, ']');
}

static void put_trace(struct clb_json *json, const struct clb_verify *v, const char *dir)
{
	put_head(json, v, dir);
	clb_json_open(json, "losses", '[');
	put_losses(json, v);
	clb_json_close(json, ']');
	clb_json_open(json, "damage", '[');
	put_damage(json, v, 0);
	clb_json_close(json, ']');
	put_tail(json, v);
	if (v->chunk)
		clb_json_u64(json, "chunk", v->chunk);
	else
		clb_json_null(json, "chunk");
	if (v->has_end)
		clb_json_u64(json, "next_chunk", v->next_chunk);
	else
		clb_json_null(json, "next_chunk");
}

void clb_verify_json(const struct clb_verify *v, const char *dir, FILE *out)
{
	struct clb_json json = { .out = out };

	clb_json_open(&json, NULL, '{');
	clb_json_u64(&json, "schema", 1);
	put_trace(&json, v, dir);
	clb_json_close(&json, '}');
	clb_json_end(&json);
}

void clb_verify_chunks_json(const struct clb_verify_chunks *c, const char *dir, FILE *out)
{
	struct clb_json json = { .out = out };

	clb_json_open(&json, NULL, '{');
	clb_json_u64(&json, "schema", 1);
	put_head(&json, &c->all, dir);
	clb_json_open(&json, "losses", '[');
	for (size_t i = 0; i < c->nr; i++)
		put_losses(&json, &c->list[i].verify);
	clb_json_close(&json, ']');
	clb_json_open(&json, "damage", '[');
	for (size_t i = 0; i < c->nr; i++)
		put_damage(&json, &c->list[i].verify, c->list[i].number);
	clb_json_close(&json, ']');
	put_tail(&json, &c->all);
	clb_json_u64(&json, "first_chunk", c->list[0].number);
	clb_json_u64(&json, "last_chunk", c->list[c->nr - 1].number);
	clb_json_open(&json, "chunks", '[');
	for (size_t i = 0; i < c->nr; i++) {
		clb_json_open(&json, NULL, '{');
		put_trace(&json, &c->list[i].verify, c->list[i].path);
		clb_json_close(&json, '}');
	}
	clb_json_close(&json, ']');
	clb_json_close(&json, '}');
	clb_json_end(&json);
}
