/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl show: prints the records of a trace, or of chunks one behind another. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chunks.h"
#include "ctl.h"
#include "ctl_show.h"
#include "message.h"
#include "options.h"
#include "select.h"

/**
 * struct printing - records being printed
 * @request: what the command line asks for
 * @show: where to
 * @left: records that may still be printed
 * @first: no record was read yet
 * @has_header: the header of CSV was printed
 * @started: the first one to be printed was found
 * @over: the last one was
 * @missing: packets that are missing
 * @removed: chunks were removed while others were being read
 * @cut: and none was there behind them
 * @last_chunk: path of the last chunk, NULL if there are none
 */
struct printing {
	struct clb_show_request *request;
	struct clb_show *show;
	uint64_t left;
	bool first;
	bool has_header;
	bool started;
	bool over;
	uint64_t missing;
	bool removed;
	bool cut;
	const char *last_chunk;
};

/* As clb_select_add(). A chunk that cannot be opened is complained of in its turn. */
static int find_in_chunk(const char *path, const char *word, char *why)
{
	struct clb_select select = { 0 };
	struct clb_trace *trace;
	int err = 0;

	if (!clb_trace_open(&trace, path)) {
		err = clb_select_init(&select, clb_trace_metadata(trace)->events);
		select.internal = true;
		if (!err)
			err = clb_select_add(&select, word, why);
	}
	clb_select_free(&select);
	clb_trace_close(trace);
	return err;
}

static int find_word(const struct clb_chunks *chunks, const char *dir, const char *word, char *why)
{
	int err = -ENOENT;

	for (size_t i = 0; i < chunks->nr && err == -ENOENT; i++) {
		char *path = clb_chunks_path(dir, chunks->list[i].number);

		err = path ? find_in_chunk(path, word, why) : -ENOMEM;
		free(path);
	}
	return err;
}

/* Before anything is printed: a word that none of the chunks knows is mistyped. */
static int check_words(const struct clb_show_request *request, const struct clb_chunks *chunks)
{
	char why[CLB_SELECT_WHY] = "out of memory";

	for (size_t i = 0; i < request->nr_events; i++) {
		char *words = strdup(request->events[i]), *rest = words, *word;
		int err = words ? 0 : -ENOMEM;

		while (!err && (word = strsep(&rest, ",")))
			err = find_word(chunks, request->dir, word, why);
		free(words);
		if (err)
			return clb_fail(CLB_EXIT_USAGE, "show: %s: %s", request->dir, why);
	}
	return 0;
}

/* One chunk need not have what another has: a session may change its events. */
static int choose_words(struct clb_select *select, const char *list, char *why)
{
	char *words = strdup(list), *rest = words, *word;
	int err = words ? 0 : -ENOMEM;

	while (!err && (word = strsep(&rest, ","))) {
		err = clb_select_add(select, word, why);
		if (err == -ENOENT)
			err = 0;
	}
	free(words);
	return err;
}

/* Without -e: all. */
static int choose_events(struct printing *p, const char *path, struct clb_select *select)
{
	const struct clb_show_request *request = p->request;
	char why[CLB_SELECT_WHY] = "out of memory";
	size_t nr;
	int err;

	select->internal = true;
	for (size_t i = 0; i < request->nr_events; i++) {
		err = p->last_chunk ? choose_words(select, request->events[i], why) :
				      clb_select_add(select, request->events[i], why);
		if (err)
			return clb_fail(CLB_EXIT_USAGE, "show: %s: %s", path, why);
	}
	if (!request->nr_events)
		memset(select->chosen, true, select->events->nr * sizeof(*select->chosen));
	nr = clb_select_count(select);
	if (request->csv && nr != 1 && (nr || !p->last_chunk || !request->nr_events))
		return clb_options_usage("show", "--csv: -e must name one event");
	return 0;
}

static bool is_before(const struct clb_when *when, const struct clb_record *record,
		      uint64_t first_ts)
{
	if (when->kind == CLB_WHEN_AFTER)
		return record->ts_ns - first_ts < when->ns;
	return clb_record_realtime(record) < when->ns;
}

static bool is_after(const struct clb_when *when, const struct clb_record *record,
		     uint64_t first_ts)
{
	if (when->kind == CLB_WHEN_AFTER)
		return record->ts_ns - first_ts > when->ns;
	return clb_record_realtime(record) > when->ns;
}

static void set_days(const struct printing *p, const struct clb_trace *trace,
		     const struct clb_record *first)
{
	uint64_t start = clb_record_realtime(first);
	struct clb_show_request *request = p->request;
	struct clb_trace_ends ends;
	struct clb_trace *last;

	if ((!request->has_from || request->from.kind != CLB_WHEN_DAYTIME) &&
	    (!request->has_to || request->to.kind != CLB_WHEN_DAYTIME))
		return;
	clb_trace_ends(trace, &ends);
	if (p->last_chunk) {
		if (!clb_trace_open(&last, p->last_chunk))
			clb_trace_ends(last, &ends);
		clb_trace_close(last);
	}
	clb_when_set_day(&request->from, start, ends.realtime);
	clb_when_set_day(&request->to, start, ends.realtime);
}

/* Nothing of this chunk is to be shown: what it defines holds for itself alone. */
static bool is_early(const struct printing *p, const struct clb_trace *trace)
{
	const struct clb_show_request *request = p->request;
	struct clb_trace_ends ends;

	if (p->started || !request->has_from)
		return false;
	clb_trace_ends(trace, &ends);
	if (!ends.whole)
		return false;
	if (request->from.kind == CLB_WHEN_AFTER)
		return ends.ts - p->show->first_ts < request->from.ns;
	return ends.latest < request->from.ns;
}

static void print_csv_header(struct printing *p, const struct clb_select *select)
{
	p->has_header = true;
	for (size_t i = 0; i < select->events->nr; i++)
		if (select->chosen[i])
			clb_show_csv_header(p->show, &select->events->list[i]);
}

static void note_first(struct printing *p, const struct clb_trace *trace,
		       const struct clb_record *record)
{
	if (!p->first)
		return;
	p->first = false;
	p->show->first_ts = record->ts_ns;
	set_days(p, trace, record);
}

static void print_record(struct printing *p, const struct clb_record *record)
{
	if (p->request->json)
		clb_show_json(p->show, record);
	else if (p->request->csv)
		clb_show_csv(p->show, record);
	else
		clb_show_text(p->show, record);
	p->left--;
}

/*
 * The wall clock may step, so that times between --from and --to can come more
 * than once: what is shown starts at the first record that is not before the
 * one, and ends at the next that is after the other.
 *
 * Returns 0 or the error of clb_trace_next().
 */
static int print_records(struct printing *p, struct clb_trace *trace,
			 const struct clb_select *select)
{
	const struct clb_show_request *request = p->request;
	struct clb_record record;
	int ret;

	while (p->left && !p->show->out.err) {
		ret = clb_trace_next(trace, &record);
		if (ret <= 0)
			return ret;
		note_first(p, trace, &record);
		if (!p->started && request->has_from &&
		    is_before(&request->from, &record, p->show->first_ts))
			continue;
		p->started = true;
		if (request->has_to && is_after(&request->to, &record, p->show->first_ts))
			break;
		if (select->chosen[record.event - select->events->list])
			print_record(p, &record);
	}
	p->over = true;
	return 0;
}

/* What clb_trace_open() made of it. */
static int check_opened(const char *path, const struct clb_trace *trace, int err)
{
	if (err == -EINVAL)
		return clb_fail(CLB_EXIT_FAILED, "%s: not a clbench trace: %s; babeltrace2 reads"
				" the traces of others", path, clb_trace_why(trace));
	if (err)
		return clb_fail(CLB_EXIT_FAILED, "%s: %s; name the directory of a trace", path,
				clb_trace_why(trace));
	return 0;
}

static int print_trace(struct printing *p, const char *path, struct clb_trace *trace)
{
	struct clb_select select = { 0 };
	int status, err;

	if (clb_select_init(&select, clb_trace_metadata(trace)->events))
		return clb_fail(CLB_EXIT_FAILED, "show: out of memory");
	status = choose_events(p, path, &select);
	if (!status && p->request->csv && !p->has_header && clb_select_count(&select))
		print_csv_header(p, &select);
	if (!status) {
		err = print_records(p, trace, &select);
		/* Records come before the complaint about those that follow. */
		if (err && !clb_out_flush(&p->show->out))
			status = clb_fail(CLB_EXIT_FAILED, "%s: %s; everything before it was shown",
					  path, clb_trace_why(trace));
	}
	p->missing += clb_trace_missing(trace);
	clb_select_free(&select);
	return status;
}

static int print_next(struct printing *p, const char *path, struct clb_trace *trace,
		      const struct clb_trace *before)
{
	if (before) {
		if (memcmp(clb_trace_metadata(before)->uuid, clb_trace_metadata(trace)->uuid,
			   sizeof(clb_trace_metadata(before)->uuid)))
			return clb_fail(CLB_EXIT_FAILED, "%s: it is of another session than the"
					" chunk before it; everything before it was shown", path);
		clb_trace_follow(trace, before);
	}
	return print_trace(p, path, trace);
}

/* *@before: the chunk that was printed before, then this one; NULL: the next one
 * follows nothing that was read.
 */
static int print_chunk(struct printing *p, const char *path, struct clb_trace **before)
{
	struct clb_trace *trace;
	int status, err;

	err = clb_trace_open(&trace, path);
	if (err && clb_chunks_is_gone(path)) {
		clb_trace_close(trace);
		p->removed = p->cut = true;
		return 0;
	}
	p->cut = false;
	status = check_opened(path, trace, err);
	if (!status && !p->first && strcmp(path, p->last_chunk) && is_early(p, trace)) {
		clb_trace_close(trace);
		trace = NULL;
	} else if (!status) {
		status = print_next(p, path, trace, *before);
	}
	clb_trace_close(*before);
	*before = trace;
	return status;
}

static int print_chunks(struct printing *p, const struct clb_chunks *chunks)
{
	struct clb_trace *before = NULL;
	const char *dir = p->request->dir;
	char *path, *last;
	int status;

	status = check_words(p->request, chunks);
	if (status)
		return status;
	last = clb_chunks_path(dir, chunks->list[chunks->nr - 1].number);
	if (!last)
		return clb_fail(CLB_EXIT_FAILED, "show: out of memory");
	p->last_chunk = last;
	for (size_t i = 0; i < chunks->nr && !status && !p->over; i++) {
		path = clb_chunks_path(dir, chunks->list[i].number);
		if (!path) {
			status = clb_fail(CLB_EXIT_FAILED, "show: out of memory");
			break;
		}
		status = print_chunk(p, path, &before);
		free(path);
	}
	clb_trace_close(before);
	free(last);
	return status;
}

static int print_all(struct printing *p)
{
	struct clb_chunks chunks;
	struct clb_trace *trace;
	int status, err;

	/* What it is if it is none of chunks, clb_trace_open() says best. */
	if (!clb_chunks_open(&chunks, p->request->dir)) {
		status = print_chunks(p, &chunks);
	} else {
		err = clb_trace_open(&trace, p->request->dir);
		status = check_opened(p->request->dir, trace, err);
		if (!status)
			status = print_trace(p, p->request->dir, trace);
		clb_trace_close(trace);
	}
	clb_chunks_free(&chunks);
	return status;
}

int clb_show_print(struct clb_show_request *request)
{
	struct clb_show *show = calloc(1, sizeof(*show));
	struct printing p = {
		.request = request,
		.show = show,
		.left = request->limit,
		.first = true,
	};
	int status, err;

	if (!show)
		return clb_fail(CLB_EXIT_FAILED, "show: out of memory");
	show->time = request->time;
	show->out.fd = STDOUT_FILENO;
	status = print_all(&p);
	err = clb_out_flush(&show->out);
	free(show);
	/* A reader that has seen enough ("| head") is no error. */
	if (err == -EPIPE)
		return CLB_EXIT_DONE;
	if (err)
		return clb_fail(CLB_EXIT_FAILED, "standard output: %s; make room, or write elsewhere",
				strerror(-err));
	if (!status && p.removed && (p.missing || p.cut))
		status = clb_fail(CLB_EXIT_FAILED, "%s: chunks were removed meanwhile, all others"
				  " were shown; keep more of them, or show less at once",
				  request->dir);
	else if (!status && p.missing)
		status = clb_fail(CLB_EXIT_FAILED, "%s: packets are missing (%" PRIu64 "), all others"
				  " were shown; see clbench-ctl verify", request->dir, p.missing);
	return status;
}
