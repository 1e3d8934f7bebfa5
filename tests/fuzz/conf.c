/* SPDX-License-Identifier: GPL-2.0 */
/* Fuzzes the daemon's configuration: the input is the file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clbenchd/conf.h"
#include "fuzz.h"

/* What the file says can be told in a request, and means the same there. */
static void tell_again(const struct clbd_section *section)
{
	json_t *options = clbd_plan_options(&section->plan);
	char why[CLBD_WHY] = "";
	struct clbd_plan plan;
	int ret;

	fuzz_check(options, "a plan can be told", section->plan.name);
	ret = clbd_plan_init(&plan, section->plan.name);
	if (!ret)
		ret = clbd_plan_take(&plan, options, false, why);
	fuzz_check(!ret, "what is told is taken", why);
	fuzz_check(!clbd_plan_differs(&plan, &section->plan, false) &&
		   !clbd_plan_differs(&plan, &section->plan, true),
		   "what is told is the same", section->plan.name);
	clbd_plan_free(&plan);
	json_decref(options);
}

static bool is_valid_utf8(const uint8_t *data, size_t size)
{
	json_t *string = json_stringn((const char *)data, size);

	json_decref(string);
	return string;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *path = fuzz_path("conf");
	char why[CLBD_WHY] = "", place[300];
	struct clbd_conf conf;
	int ret;

	fuzz_write("conf", data, size);
	ret = clbd_conf_read(&conf, path, false, why);
	if (ret) {
		snprintf(place, sizeof(place), "%s, line ", path);
		fuzz_check(!strncmp(why, place, strlen(place)), "a refusal names its line", why);
		return 0;
	}
	fuzz_check(conf.trace_dir[0] == '/', "traces have a place", conf.trace_dir);
	fuzz_check(conf.min_free_percent <= 90, "something may be recorded", NULL);
	for (size_t i = 0; i < conf.nr_sections; i++) {
		fuzz_check(clbd_conf_section(&conf, conf.sections[i].plan.name) == &conf.sections[i],
			   "a name has one section", conf.sections[i].plan.name);
		/* JSON has no other texts. */
		if (is_valid_utf8(data, size))
			tell_again(&conf.sections[i]);
	}
	clbd_conf_free(&conf);
	return 0;
}
