/* SPDX-License-Identifier: GPL-2.0 */
/* The options of start and set as the daemon's protocol has them. */

#include "daemon_options.h"

#include "daemon.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))

static int put_numbers(json_t *object, const struct clb_record_options *o)
{
	const struct {
		enum clb_record_key key;
		const char *name;
		uint64_t value;
	} numbers[] = {
		{ CLB_KEY_DURATION, "duration_ns", o->duration_ns },
		{ CLB_KEY_MAX_SIZE, "max_size_bytes", o->max_bytes },
		{ CLB_KEY_NR_NODE, "nr_node", o->config.nr_node },
		{ CLB_KEY_NODE_NR_COMPOSED, "node_nr_composed", o->config.node_nr_composed },
		{ CLB_KEY_WINDOW, "window", o->config.window },
		{ CLB_KEY_MEM_MAX, "mem_max_bytes", o->config.mem_max },
		{ CLB_KEY_FLUSH_PERIOD, "flush_period_ms", o->config.flush_period_ms },
		{ CLB_KEY_LINGER, "linger_ms", o->config.linger_ms },
		{ CLB_KEY_ROTATE_SIZE, "rotate_size_bytes", o->rotate_bytes },
		{ CLB_KEY_ROTATE_TIME, "rotate_time_ns", o->rotate_ns },
		{ CLB_KEY_KEEP, "keep", o->keep },
		{ CLB_KEY_KEEP_SIZE, "keep_size_bytes", o->keep_bytes },
		{ CLB_KEY_KEEP_AGE, "keep_age_ns", o->keep_age_ns },
	};
	int ret = 0;

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (clb_record_options_given(o, numbers[i].key))
			ret |= json_object_set_new(object, numbers[i].name,
						   json_integer(numbers[i].value));
	return ret;
}

static int put_switches(json_t *object, const struct clb_record_options *o)
{
	int ret = 0;

	if (clb_record_options_given(o, CLB_KEY_SYNC) ||
	    clb_record_options_given(o, CLB_KEY_NO_SYNC))
		ret |= json_object_set_new(object, "sync", json_boolean(o->sync));
	if (clb_record_options_given(o, CLB_KEY_STRICT) ||
	    clb_record_options_given(o, CLB_KEY_NO_STRICT))
		ret |= json_object_set_new(object, "strict", json_boolean(o->strict));
	if (clb_record_options_given(o, CLB_KEY_ON_FULL))
		ret |= json_object_set_new(object, "on_full",
					   json_string(o->pause ? "pause" : "stop"));
	return ret;
}

static int put_events(json_t *object, const struct clb_record_options *o)
{
	json_t *events, *word;
	int ret = 0;

	if (!o->nr_lists)
		return 0;
	events = json_array();
	for (size_t i = 0; i < o->nr_lists; i++) {
		word = clb_daemon_text(o->lists[i]);
		ret |= json_array_append_new(events, word);
	}
	return ret | json_object_set_new(object, "events", events);
}

json_t *clb_daemon_options(const struct clb_record_options *options)
{
	json_t *object = json_object();
	int ret;

	ret = put_events(object, options);
	if (options->dir)
		ret |= json_object_set_new(object, "output", clb_daemon_text(options->dir));
	ret |= put_numbers(object, options);
	ret |= put_switches(object, options);
	if (!ret)
		return object;
	json_decref(object);
	return NULL;
}
