/* SPDX-License-Identifier: GPL-2.0 */
/* clbench-ctl list: the events that this kernel can record. */

#include "ctl.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "connect.h"
#include "daemon.h"
#include "list_json.h"
#include "list_parse.h"
#include "message.h"
#include "nl.h"
#include "options.h"
#include "reach.h"
#include "select.h"
#include "text.h"

#define WHAT	"cannot list"

enum key {
	KEY_JSON = CLB_OPTION_LONG,
};

static const struct clb_option option_table[] = {
	{ 'v', "verbose", NULL, "with the fields of each event" },
	{ KEY_JSON, "json", NULL, "as JSON" },
	{ 0 },
};

static void put(const char *string)
{
	clb_text_put(stdout, string, strlen(string));
}

static void put_column(const char *string, size_t width)
{
	put(string);
	printf("%*s", (int)(width > strlen(string) ? width - strlen(string) : 0), "");
}

static const char *or_dash(const char *string)
{
	return string ? string : "-";
}

static void put_description(const struct clb_event *event)
{
	put(event->description ? event->description : "");
	if (!event->why_not)
		return;
	printf(" (not here: ");
	put(event->why_not);
	putchar(')');
}

static size_t wider(size_t width, const char *string)
{
	size_t length = strlen(string) + 2;

	return length > width ? length : width;
}

static void print_table(const struct clb_select *select)
{
	size_t name = strlen("EVENT") + 2, group = strlen("GROUP") + 2;
	size_t source = strlen("SOURCE") + 2;
	const struct clb_event *e;

	for (size_t i = 0; i < select->events->nr; i++) {
		e = &select->events->list[i];
		if (!select->chosen[i])
			continue;
		name = wider(name, e->name);
		group = wider(group, or_dash(e->group));
		source = wider(source, or_dash(e->source));
	}
	put_column("EVENT", name);
	put_column("GROUP", group);
	put_column("SOURCE", source);
	puts("DESCRIPTION");
	for (size_t i = 0; i < select->events->nr; i++) {
		e = &select->events->list[i];
		if (!select->chosen[i])
			continue;
		put_column(e->name, name);
		put_column(or_dash(e->group), group);
		put_column(or_dash(e->source), source);
		put_description(e);
		putchar('\n');
	}
}

static void print_field(const struct clb_field *field)
{
	printf("  ");
	put(field->name);
	printf(" %s", clb_list_type(field));
	if (field->type == CLBENCH_FIELD_TYPE_TEXT)
		printf("[%u]", field->size);
	if (field->unit) {
		putchar(' ');
		put(field->unit);
	}
	for (size_t i = 0; i < field->nr_labels; i++) {
		printf("%s", i ? ", " : " (");
		put(field->labels[i].name);
		printf("=%" PRId64 "%s", clb_list_label(field, &field->labels[i]),
		       i + 1 == field->nr_labels ? ")" : "");
	}
}

static void print_verbose(const struct clb_select *select)
{
	for (size_t i = 0; i < select->events->nr; i++) {
		const struct clb_event *e = &select->events->list[i];

		if (!select->chosen[i])
			continue;
		put(e->name);
		if (e->group) {
			printf(" (");
			put(e->group);
			putchar(')');
		}
		printf(", ");
		put(or_dash(e->source));
		printf(": ");
		put_description(e);
		putchar('\n');
		for (size_t f = 0; f < e->nr_fields; f++)
			print_field(&e->fields[f]);
		if (e->nr_fields)
			putchar('\n');
	}
}

struct list {
	bool verbose;
	bool json;
	char **words;
	int nr_words;
};

/* Without a word: what can be recorded, which clbench's own records cannot. */
static int choose(struct clb_select *select, const struct list *list)
{
	char why[CLB_SELECT_WHY];

	if (!list->nr_words) {
		for (size_t i = 0; i < select->events->nr; i++)
			select->chosen[i] = !select->events->list[i].internal;
		return 0;
	}
	for (int i = 0; i < list->nr_words; i++) {
		if (clb_select_add(select, list->words[i], why)) {
			clb_say("cannot list: %s", why);
			return -1;
		}
	}
	return 0;
}

static int ask_daemon(struct clb_reach *reach, struct clb_events *events)
{
	json_t *answer;
	int ret;

	if (clb_daemon_ask(&reach->daemon, WHAT, json_pack("{s:s}", "request", "events"), &answer))
		return -1;
	ret = clb_list_parse(json_object_get(answer, "events"), &reach->info, events);
	json_decref(answer);
	if (ret == -ENOMEM)
		clb_say(WHAT ": %s", strerror(ENOMEM));
	else if (ret)
		clb_daemon_not_understood(WHAT);
	return ret;
}

static int ask(struct clb_reach *reach, struct clb_events *events)
{
	int ret;

	if (clb_reach(reach, WHAT, true))
		return -1;
	if (!reach->nl)
		return ask_daemon(reach, events);
	ret = clb_nl_events(reach->nl, events);
	if (ret)
		clb_say(WHAT ": %s%s", clb_nl_why(reach->nl), clb_advice(ret));
	return ret;
}

static void print(const struct list *list, const struct clb_select *select,
		  const struct clb_info *info)
{
	if (list->json) {
		clb_list_json(select, info, stdout);
		putchar('\n');
	} else if (list->verbose) {
		print_verbose(select);
	} else {
		print_table(select);
	}
}

static int run(const struct list *list)
{
	struct clb_select select = { 0 };
	struct clb_events events = { 0 };
	struct clb_reach reach;
	int status = CLB_EXIT_FAILED;

	if (ask(&reach, &events))
		goto out;
	if (clb_select_init(&select, &events))
		goto out;
	if (choose(&select, list)) {
		status = CLB_EXIT_USAGE;
		goto out;
	}
	print(list, &select, &reach.info);
	status = CLB_EXIT_DONE;
out:
	clb_select_free(&select);
	clb_events_free(&events);
	clb_reach_close(&reach);
	return status;
}

int clb_ctl_list(int argc, char **argv)
{
	struct clb_options options;
	struct list list = { 0 };

	clb_options_init(&options, argc, argv, option_table);
	while (clb_options_next(&options)) {
		if (options.key == KEY_JSON)
			list.json = true;
		else
			list.verbose = true;
	}
	if (options.status >= 0)
		return options.status;
	list.words = argv + optind;
	list.nr_words = argc - optind;
	return run(&list);
}
