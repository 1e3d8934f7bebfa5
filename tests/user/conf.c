/* SPDX-License-Identifier: GPL-2.0 */
/* The daemon's configuration: what counts, and what is refused. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "clbenchd/conf.h"
#include "point.h"

/* Of the folder that is our argument. */
static const char *path;

static int read_text(struct clbd_conf *conf, const char *text, char *why)
{
	FILE *f = fopen(path, "w");

	if (!f)
		exit(1);
	fputs(text, f);
	fclose(f);
	return clbd_conf_read(conf, path, false, why);
}

static void test_floor(void)
{
	static const struct {
		const char *text;
		uint32_t percent;
		uint64_t bytes;
	} rows[] = {
		{ "", 5, 1 << 30 },
		{ "min_free = 10%", 10, UINT64_MAX },
		{ "min_free = 2G", 0, UINT64_C(2) << 30 },
		{ "min_free = 0", 0, 0 },
		{ "min_free = no", 0, 0 },
		{ "min_free = 0%", 0, 0 },
	};
	struct clbd_conf conf;
	char why[CLBD_WHY], text[64];
	bool right = true;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		snprintf(text, sizeof(text), "[daemon]\n%s\n", rows[i].text);
		if (!read_text(&conf, text, why) && conf.min_free_percent == rows[i].percent &&
		    conf.min_free_bytes == rows[i].bytes) {
			clbd_conf_free(&conf);
			continue;
		}
		printf("# \"%s\": %u %%, %llu bytes\n", rows[i].text, conf.min_free_percent,
		       (unsigned long long)conf.min_free_bytes);
		clbd_conf_free(&conf);
		right = false;
	}
	point(right, "the floor is the lesser of two, a percentage, a size, or none");
}

static void test_session(void)
{
	const struct clbd_section *section;
	struct clbd_conf conf;
	char why[CLBD_WHY];

	point(!read_text(&conf, "[session a]\nevents = x, y\n\tz\nkeep = 1\nkeep = 2\nlinger = 0\n"
			 "[session b]\n[session a]\nflush_period = 20\nrotate_time = 1.5m\n", why),
	      "a section is read");
	section = clbd_conf_section(&conf, "a");
	point(section && section->plan.nr_events == 3 && section->plan.keep == 2 &&
	      section->plan.has_linger && section->plan.flush_period_ms == 20 &&
	      section->plan.rotate_time_ns == UINT64_C(90000000000) && !section->boot,
	      "events add up, else the last one counts, in sections that go on, too");
	point(!clbd_conf_section(&conf, "b"), "a section without a key is none");
	clbd_conf_free(&conf);
}

static void test_refused(void)
{
	static const char *const texts[] = {
		"keep = 1\n",
		"[daemon]\ntrace_dir = traces\n",
		"[daemon]\nmin_free = 91%\n",
		"[daemon]\nmin_free = -1\n",
		"[daemon]\non_low_space = stop\n",
		"[session ]\nkeep = 1\n",
		"[session a/b]\nkeep = 1\n",
		"[session a]\nevents = ,\n",
		"[session a]\noutput = ../a\n",
		"[session a]\noutput = .a\n",
		"[session a]\nrotate_size = 65535\n",
		"[session a]\nrotate_time = 999ms\n",
		"[session a]\nlinger = 61m\n",
		"[session a]\nstart_at_boot = 1\n",
		"[session a]\nkeep\n",
		"[sessions]\nkeep = 1\n",
	};
	struct clbd_conf conf;
	char why[CLBD_WHY];
	bool right = true;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		why[0] = '\0';
		if (read_text(&conf, texts[i], why) == -EINVAL && strstr(why, ", line "))
			continue;
		printf("# taken: %s\n", strrchr(texts[i], ']') ? strrchr(texts[i], ']') : texts[i]);
		clbd_conf_free(&conf);
		right = false;
	}
	point(right, "what is wrong is refused with its line");
}

int main(int argc, char **argv)
{
	char name[4096];

	if (argc != 2)
		return 1;
	snprintf(name, sizeof(name), "%s/conf", argv[1]);
	path = name;
	test_floor();
	test_session();
	test_refused();
	return done();
}
