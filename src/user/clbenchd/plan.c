/* SPDX-License-Identifier: GPL-2.0 */
/* How a session of the daemon shall be: one table of keys, and who reads them. */

#include "plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "quantity.h"
#include "session.h"

/* Longest list of events in words. */
#define EVENTS_MAX	1024

enum kind {
	KIND_NUMBER,
	KIND_SIZE,
	KIND_TIME_NS,
	KIND_TIME_MS,
	KIND_BOOL,
	KIND_ON_FULL,
	KIND_EVENTS,
	KIND_OUTPUT,
};

/*
 * @name: in the configuration file
 * @option: in a request
 * @kind: what it is
 * @offset: of the member
 * @min: least value but for 0, which is the default
 * @max: most
 * @live: can be changed while the session records
 */
struct key {
	const char *name;
	const char *option;
	enum kind kind;
	size_t offset;
	uint64_t min;
	uint64_t max;
	bool live;
};

#define AT(member)	offsetof(struct clbd_plan, member)

/* Limits of the kernel's are the kernel's to tell, but for those of its types. */
static const struct key keys[] = {
	{ "events", "events", KIND_EVENTS, AT(events), 0, 0, true },
	{ "output", "output", KIND_OUTPUT, AT(output), 0, 0, false },
	{ "duration", "duration_ns", KIND_TIME_NS, AT(duration_ns), 1, INT64_MAX, true },
	{ "max_size", "max_size_bytes", KIND_SIZE, AT(max_size_bytes), 1, INT64_MAX, true },
	{ "nr_node", "nr_node", KIND_NUMBER, AT(nr_node), 2, 65536, false },
	{ "node_nr_composed", "node_nr_composed", KIND_NUMBER, AT(node_nr_composed), 16, 65536,
	  false },
	{ "window", "window", KIND_NUMBER, AT(window), 1, 1024, false },
	{ "mem_max", "mem_max_bytes", KIND_SIZE, AT(mem_max_bytes), 1, INT64_MAX, true },
	{ "flush_period", "flush_period_ms", KIND_TIME_MS, AT(flush_period_ms), 1, 60000, true },
	{ "linger", "linger_ms", KIND_TIME_MS, AT(linger_ms), 0, 3600000, true },
	{ "sync", "sync", KIND_BOOL, AT(sync), 0, 0, true },
	{ "strict", "strict", KIND_BOOL, AT(strict), 0, 0, true },
	{ "on_full", "on_full", KIND_ON_FULL, AT(stop_when_full), 0, 0, true },
	{ "rotate_size", "rotate_size_bytes", KIND_SIZE, AT(rotate_size_bytes), 65536, INT64_MAX,
	  true },
	{ "rotate_time", "rotate_time_ns", KIND_TIME_NS, AT(rotate_time_ns), CLB_NS_PER_S,
	  INT64_MAX, true },
	{ "keep", "keep", KIND_NUMBER, AT(keep), 1, 1000000, true },
	{ "keep_size", "keep_size_bytes", KIND_SIZE, AT(keep_size_bytes), 1, INT64_MAX, true },
	{ "keep_age", "keep_age_ns", KIND_TIME_NS, AT(keep_age_ns), 1, INT64_MAX, true },
};

#define NR_KEYS	(sizeof(keys) / sizeof(*keys))

static void *member(const struct clbd_plan *plan, const struct key *key)
{
	return (char *)plan + key->offset;
}

static int __attribute__((format(printf, 2, 3))) fail(char *why, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(why, CLBD_WHY, format, arguments);
	va_end(arguments);
	return -EINVAL;
}

/* ------------------------------------------------------------ begin and end */

static bool is_name(const char *name)
{
	size_t size = strlen(name);

	return size && size <= CLBENCH_NAME_MAX && strspn(name, CLB_SESSION_LETTERS) == size;
}

int clbd_plan_init(struct clbd_plan *plan, const char *name)
{
	*plan = (struct clbd_plan){ 0 };
	if (!is_name(name))
		return -EINVAL;
	strcpy(plan->name, name);
	return 0;
}

static void free_events(struct clbd_plan *plan)
{
	for (size_t i = 0; i < plan->nr_events; i++)
		free(plan->events[i]);
	free(plan->events);
	plan->events = NULL;
	plan->nr_events = 0;
}

void clbd_plan_free(struct clbd_plan *plan)
{
	free_events(plan);
	free(plan->output);
	*plan = (struct clbd_plan){ 0 };
}

static int add_events(struct clbd_plan *plan, const char *words)
{
	char **events;

	events = reallocarray(plan->events, plan->nr_events + 1, sizeof(*events));
	if (!events)
		return -ENOMEM;
	plan->events = events;
	events[plan->nr_events] = strdup(words);
	if (!events[plan->nr_events])
		return -ENOMEM;
	plan->nr_events++;
	return 0;
}

int clbd_plan_copy(struct clbd_plan *to, const struct clbd_plan *from)
{
	int ret = 0;

	*to = *from;
	to->events = NULL;
	to->nr_events = 0;
	to->output = NULL;
	for (size_t i = 0; !ret && i < from->nr_events; i++)
		ret = add_events(to, from->events[i]);
	if (!ret && from->output) {
		to->output = strdup(from->output);
		ret = to->output ? 0 : -ENOMEM;
	}
	if (ret)
		clbd_plan_free(to);
	return ret;
}

/* ------------------------------------------------------------- single values */

static int take_output(struct clbd_plan *plan, const char *text, char *why)
{
	size_t size = strlen(text);

	/* A name with a dot in front would hide from those who list traces. */
	if (!size || size > 200 || text[0] == '.' || strspn(text, CLB_SESSION_LETTERS) != size)
		return fail(why, "output \"%s\" must be a name of letters, digits and _.-, not a path",
			    text);
	free(plan->output);
	plan->output = strdup(text);
	return plan->output ? 0 : -ENOMEM;
}

static int take_number(struct clbd_plan *plan, const struct key *key, uint64_t value, char *why)
{
	static const char *const units[] = {
		[KIND_NUMBER] = "",
		[KIND_SIZE] = " bytes",
		[KIND_TIME_MS] = " ms",
		[KIND_TIME_NS] = " ns",
	};

	if (value && (value < key->min || value > key->max))
		return fail(why, "%s must be from %" PRIu64 " to %" PRIu64 "%s", key->name,
			    key->min, key->max, units[key->kind]);
	*(uint64_t *)member(plan, key) = value;
	if (key->offset == AT(linger_ms))
		plan->has_linger = true;
	return 0;
}

static int take_on_full(struct clbd_plan *plan, const char *text, char *why)
{
	if (strcmp(text, "pause") && strcmp(text, "stop"))
		return fail(why, "on_full must be pause or stop, not \"%s\"", text);
	plan->stop_when_full = !strcmp(text, "stop");
	return 0;
}

/* ---------------------------------------------------- the configuration file */

static int read_bool(struct clbd_plan *plan, const struct key *key, const char *text, char *why)
{
	static const char * const yes[] = { "yes", "true", "on", "1" };
	static const char * const no[] = { "no", "false", "off", "0" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++) {
		if (!strcasecmp(text, yes[i]) || !strcasecmp(text, no[i])) {
			*(bool *)member(plan, key) = !strcasecmp(text, yes[i]);
			return 0;
		}
	}
	return fail(why, "%s must be yes or no, not \"%s\"", key->name, text);
}

static int read_quantity(struct clbd_plan *plan, const struct key *key, const char *text,
			 char *why)
{
	uint64_t value;
	int ret;

	switch (key->kind) {
	case KIND_NUMBER:
		ret = clb_number_parse(text, &value);
		break;
	case KIND_SIZE:
		ret = clb_size_parse(text, &value);
		break;
	case KIND_TIME_MS:
		/* As on the command line: a bare flush period is in ms. */
		ret = clb_time_parse(text, key->offset == AT(flush_period_ms) ? CLB_NS_PER_MS :
				     CLB_NS_PER_S, &value);
		if (!ret && value % CLB_NS_PER_MS)
			return fail(why, "%s = %s is no whole number of ms", key->name, text);
		value /= CLB_NS_PER_MS;
		break;
	default:
		ret = clb_time_parse(text, CLB_NS_PER_S, &value);
		break;
	}
	if (ret)
		return fail(why, "%s = %s is no %s", key->name, text,
			    key->kind == KIND_NUMBER ? "number" : key->kind == KIND_SIZE ?
			    "size such as 64M" : "time such as 90s, 15m or 12h");
	return take_number(plan, key, value, why);
}

static const struct key *find_key(const char *name, bool as_option)
{
	for (size_t i = 0; i < NR_KEYS; i++)
		if (!strcmp(name, as_option ? keys[i].option : keys[i].name))
			return &keys[i];
	return NULL;
}

/* Words with commas or spaces between them. */
static int read_events(struct clbd_plan *plan, const char *text, char *why)
{
	static const char between[] = ", \t";
	size_t before = plan->nr_events, size;
	char *word;
	int ret = 0;

	for (text += strspn(text, between); !ret && *text; text += strspn(text, between)) {
		size = strcspn(text, between);
		word = strndup(text, size);
		ret = word ? add_events(plan, word) : -ENOMEM;
		free(word);
		text += size;
	}
	return ret || plan->nr_events > before ? ret : fail(why, "events names no event");
}

int clbd_plan_read(struct clbd_plan *plan, const char *name, const char *text, char *why)
{
	const struct key *key = find_key(name, false);

	if (!key)
		return -ENOENT;
	switch (key->kind) {
	case KIND_EVENTS:
		/* A line that goes on comes as another one of the same key. */
		return read_events(plan, text, why);
	case KIND_OUTPUT:
		return take_output(plan, text, why);
	case KIND_BOOL:
		return read_bool(plan, key, text, why);
	case KIND_ON_FULL:
		return take_on_full(plan, text, why);
	default:
		return read_quantity(plan, key, text, why);
	}
}

/* --------------------------------------------------------------- the request */

static int take_events(struct clbd_plan *plan, const json_t *list, char *why)
{
	const json_t *word;
	size_t i;
	int ret;

	if (!json_is_array(list) || !json_array_size(list) ||
	    json_array_size(list) > EVENTS_MAX)
		return fail(why, "events must be a list of 1 to %d words", EVENTS_MAX);
	free_events(plan);
	json_array_foreach(list, i, word) {
		if (!json_is_string(word) || !*json_string_value(word))
			return fail(why, "events must be a list of words");
		ret = add_events(plan, json_string_value(word));
		if (ret)
			return ret;
	}
	return 0;
}

static int take(struct clbd_plan *plan, const struct key *key, const json_t *value, char *why)
{
	switch (key->kind) {
	case KIND_EVENTS:
		return take_events(plan, value, why);
	case KIND_OUTPUT:
		if (!json_is_string(value))
			return fail(why, "%s must be a string", key->option);
		return take_output(plan, json_string_value(value), why);
	case KIND_ON_FULL:
		if (!json_is_string(value))
			return fail(why, "%s must be a string", key->option);
		return take_on_full(plan, json_string_value(value), why);
	case KIND_BOOL:
		if (!json_is_boolean(value))
			return fail(why, "%s must be true or false", key->option);
		*(bool *)member(plan, key) = json_is_true(value);
		return 0;
	default:
		if (!json_is_integer(value) || json_integer_value(value) < 0)
			return fail(why, "%s must be an integer that is not negative", key->option);
		return take_number(plan, key, json_integer_value(value), why);
	}
}

int clbd_plan_take(struct clbd_plan *plan, const json_t *options, bool live, char *why)
{
	const struct key *key;
	const char *name;
	json_t *value;
	int ret;

	if (!options)
		return 0;
	if (!json_is_object(options))
		return fail(why, "options must be an object");
	json_object_foreach((json_t *)options, name, value) {
		key = find_key(name, true);
		if (!key)
			return fail(why, "there is no option \"%.60s\"", name);
		if (live && !key->live)
			return fail(why, "%s cannot be changed while the session records: stop it and start it anew",
				    key->name);
		ret = take(plan, key, value, why);
		if (ret)
			return ret;
	}
	return 0;
}

/* ---------------------------------------------------------- told and compared */

static json_t *tell_events(const struct clbd_plan *plan)
{
	json_t *list;

	if (!plan->nr_events)
		return NULL;
	list = json_array();
	for (size_t i = 0; i < plan->nr_events; i++)
		json_array_append_new(list, json_string(plan->events[i]));
	return list;
}

/* NULL: it is the default. */
static json_t *tell(const struct clbd_plan *plan, const struct key *key)
{
	const uint64_t *number = member(plan, key);
	const bool *yes = member(plan, key);

	switch (key->kind) {
	case KIND_EVENTS:
		return tell_events(plan);
	case KIND_OUTPUT:
		return plan->output ? json_string(plan->output) : NULL;
	case KIND_ON_FULL:
		return *yes ? json_string("stop") : NULL;
	case KIND_BOOL:
		return *yes ? json_true() : NULL;
	default:
		if (key->offset == AT(linger_ms) && plan->has_linger)
			return json_integer(*number);
		return *number ? json_integer(*number) : NULL;
	}
}

json_t *clbd_plan_options(const struct clbd_plan *plan)
{
	json_t *options = json_object(), *value;

	for (size_t i = 0; options && i < NR_KEYS; i++) {
		value = tell(plan, &keys[i]);
		if (value && json_object_set_new(options, keys[i].option, value)) {
			json_decref(options);
			return NULL;
		}
	}
	return options;
}

const char *clbd_plan_differs(const struct clbd_plan *a, const struct clbd_plan *b, bool live)
{
	const char *found = NULL;
	json_t *in_a, *in_b;

	for (size_t i = 0; i < NR_KEYS && !found; i++) {
		if (keys[i].live != live)
			continue;
		in_a = tell(a, &keys[i]);
		in_b = tell(b, &keys[i]);
		if (!in_a != !in_b || (in_a && !json_equal(in_a, in_b)))
			found = keys[i].name;
		json_decref(in_a);
		json_decref(in_b);
	}
	return found;
}
