/* SPDX-License-Identifier: GPL-2.0 */
/* How the daemon's sessions shall be: the configuration file, requests, what is remembered. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clbenchd/conf.h"
#include "point.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof(*(a)))
#define ROUNDS		3000

static char path[4096];

static void write_file(const char *text, size_t size)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(text, 1, size, f) != size || fclose(f))
		abort();
}

static int read_text(struct clbd_conf *conf, const char *text, char *why)
{
	write_file(text, strlen(text));
	strcpy(why, "");
	return clbd_conf_read(conf, path, false, why);
}

/* --------------------------------------------------------------- the file */

static const char whole[] =
	"# a comment\n"
	"[daemon]\n"
	"trace_dir = /srv/traces\n"
	"min_free = 2G\n"
	"on_low_space = pause\n"
	"\n"
	"[session disk]\n"
	"events = block, pagecache_miss\n"
	"  sched_switch\n"
	"start_at_boot = yes\n"
	"output = disk\n"
	"duration = 12h\n"
	"max_size = 3G\n"
	"nr_node = 4\n"
	"node_nr_composed = 512\n"
	"window = 8\n"
	"mem_max = 64M\n"
	"flush_period = 50\n"
	"linger = 90\n"
	"sync = on\n"
	"strict = true\n"
	"on_full = stop\n"
	"rotate_size = 64k\n"
	"rotate_time = 1h\n"
	"keep = 3\n"
	"keep_size = 1G\n"
	"keep_age = 7d\n"
	"[session other]\n"
	"start_at_boot = no\n";

static const char whole_options[] =
	"{\"events\":[\"block\",\"pagecache_miss\",\"sched_switch\"],\"output\":\"disk\","
	"\"duration_ns\":43200000000000,\"max_size_bytes\":3221225472,\"nr_node\":4,"
	"\"node_nr_composed\":512,\"window\":8,\"mem_max_bytes\":67108864,"
	"\"flush_period_ms\":50,\"linger_ms\":90000,\"sync\":true,\"strict\":true,"
	"\"on_full\":\"stop\",\"rotate_size_bytes\":65536,\"rotate_time_ns\":3600000000000,"
	"\"keep\":3,\"keep_size_bytes\":1073741824,\"keep_age_ns\":604800000000000}";

/* Does @plan tell itself as the options @wanted? */
static bool tells(const struct clbd_plan *plan, const char *wanted)
{
	json_t *options = clbd_plan_options(plan);
	json_t *same = json_loads(wanted, 0, NULL);
	bool equal = options && same && json_equal(options, same);

	if (!equal)
		json_dumpf(options, stdout, JSON_COMPACT);
	json_decref(options);
	json_decref(same);
	return equal;
}

static void test_whole(void)
{
	const struct clbd_section *disk, *other;
	struct clbd_conf conf;
	char why[CLBD_WHY];
	int ret = read_text(&conf, whole, why);

	point(!ret, "a file with every key is read");
	if (ret) {
		printf("# %s\n", why);
		return;
	}
	point(!strcmp(conf.trace_dir, "/srv/traces") && conf.min_free_bytes == 2ull << 30 &&
	      !conf.min_free_percent && conf.low_space_pause, "section [daemon] is as it stands there");
	disk = clbd_conf_section(&conf, "disk");
	other = clbd_conf_section(&conf, "other");
	point(disk && disk->boot && tells(&disk->plan, whole_options),
	      "a section has each of its keys, in its unit");
	point(other && !other->boot && tells(&other->plan, "{}"),
	      "what is not said in a section is the default");
	point(!clbd_conf_section(&conf, "none"), "a section that is not there is not found");
	clbd_conf_free(&conf);
}

static void test_missing(void)
{
	struct clbd_conf conf;
	char why[CLBD_WHY];

	unlink(path);
	point(!clbd_conf_read(&conf, path, true, why) && conf.min_free_percent == 5 &&
	      conf.min_free_bytes == 1ull << 30 && !conf.low_space_pause && !conf.nr_sections,
	      "a file that may miss and does is the default: 5 %, at most 1 GiB kept free");
	clbd_conf_free(&conf);
	point(clbd_conf_read(&conf, path, false, why) == -ENOENT && strstr(why, path),
	      "one that must be there is named");
}

static unsigned int lines_of(const char *text, size_t size)
{
	unsigned int nr = 1;

	for (size_t i = 0; i < size; i++)
		nr += text[i] == '\n';
	return nr;
}

/* Is it "PATH, line N: what", with N of the file? */
static bool names_line(const char *why, unsigned int lines)
{
	unsigned int line;
	int end = 0;

	return !strncmp(why, path, strlen(path)) &&
	       sscanf(why + strlen(path), ", line %u: %n", &line, &end) == 1 && end &&
	       line >= 1 && line <= lines && why[strlen(path) + end];
}

static void test_random(unsigned int seed)
{
	static const char letters[] = "\n\n[]=;#, \t\"%k0\x80\xff";
	char text[sizeof(whole) + 700];
	unsigned int taken = 0, refused = 0, astray = 0;

	srand(seed);
	for (int round = 0; round < ROUNDS; round++) {
		size_t size = sizeof(whole) - 1;
		struct clbd_conf conf;
		char why[CLBD_WHY] = "";

		memcpy(text, whole, size);
		for (int i = rand() % 6; i >= 0; i--)
			text[rand() % size] = rand() % 4 ? letters[rand() % (sizeof(letters) - 1)] :
					      rand();
		/* Now and then a line that is longer than any. */
		if (!(rand() % 8)) {
			memset(text + size, 'x', 600);
			size += 600;
		}
		if (!(rand() % 8))
			size = rand() % size;
		write_file(text, size);
		if (!clbd_conf_read(&conf, path, false, why)) {
			clbd_conf_free(&conf);
			taken++;
			continue;
		}
		refused++;
		if (!names_line(why, lines_of(text, size)) && !astray++)
			printf("# %s\n", why);
	}
	printf("# seed %u: %u taken, %u refused\n", seed, taken, refused);
	point(taken && refused && !astray, "a file that chance has changed is read, or its line named");
}

/* ------------------------------------------------------------- the request */

static int take_text(struct clbd_plan *plan, const char *text, bool live, char *why)
{
	json_t *options = json_loads(text, JSON_DECODE_ANY, NULL);
	int ret;

	strcpy(why, "");
	if (!options)
		abort();
	ret = clbd_plan_take(plan, options, live, why);
	json_decref(options);
	return ret;
}

static void test_options(void)
{
	struct clbd_plan plan, copy;
	char why[CLBD_WHY];

	clbd_plan_init(&plan, "disk");
	point(!take_text(&plan, whole_options, false, why) && tells(&plan, whole_options),
	      "what a plan tells is what it takes");
	point(!clbd_plan_copy(&copy, &plan) && tells(&copy, whole_options) &&
	      !clbd_plan_differs(&plan, &copy, true) && !clbd_plan_differs(&plan, &copy, false),
	      "a copy does not differ");
	point(!take_text(&copy, "{\"keep\":4}", true, why) &&
	      !strcmp(clbd_plan_differs(&plan, &copy, true), "keep") &&
	      !clbd_plan_differs(&plan, &copy, false), "a key that changes is named");
	point(!take_text(&copy, "{\"events\":[\"x\"]}", true, why) && copy.nr_events == 1 &&
	      plan.nr_events == 3, "events of a request stand for those before");
	point(!take_text(&copy, "{\"linger_ms\":0}", true, why) && copy.has_linger &&
	      !copy.linger_ms, "a linger time of 0 is not the default");
	clbd_plan_free(&plan);
	clbd_plan_free(&copy);
}

static void test_refused(void)
{
	static const struct {
		const char *options;
		const char *what;
		bool live;
	} rows[] = {
		{ "[]", "options must be an object", false },
		{ "{\"colour\":1}", "no option \"colour\"", false },
		{ "{\"events\":[]}", "events must be a list", false },
		{ "{\"events\":\"block\"}", "events must be a list", false },
		{ "{\"events\":[1]}", "list of words", false },
		{ "{\"events\":[\"\"]}", "list of words", false },
		{ "{\"output\":\"/etc\"}", "not a path", false },
		{ "{\"output\":\"a/b\"}", "not a path", false },
		{ "{\"output\":\"..\"}", "not a path", false },
		{ "{\"output\":\".hidden\"}", "not a path", false },
		{ "{\"output\":\"\"}", "not a path", false },
		{ "{\"output\":7}", "must be a string", false },
		{ "{\"nr_node\":1}", "nr_node must be from 2 to 65536", false },
		{ "{\"window\":1025}", "window must be from 1 to 1024", false },
		{ "{\"keep\":-1}", "not negative", false },
		{ "{\"keep\":1.5}", "integer", false },
		{ "{\"keep\":\"3\"}", "integer", false },
		{ "{\"keep\":null}", "integer", false },
		{ "{\"rotate_size_bytes\":1}", "rotate_size must be from 65536", false },
		{ "{\"rotate_time_ns\":1}", "rotate_time must be from 1000000000", false },
		{ "{\"linger_ms\":3600001}", "linger must be from 0 to 3600000 ms", false },
		{ "{\"rotate_size_bytes\":65535}", " bytes", false },
		{ "{\"keep\":1000001}", "keep must be from 1 to 1000000", false },
		{ "{\"sync\":1}", "true or false", false },
		{ "{\"on_full\":\"explode\"}", "pause or stop", false },
		{ "{\"on_full\":true}", "must be a string", false },
		{ "{\"output\":\"x\"}", "output cannot be changed", true },
		{ "{\"nr_node\":4}", "nr_node cannot be changed", true },
		{ "{\"node_nr_composed\":64}", "node_nr_composed cannot be changed", true },
		{ "{\"window\":4}", "window cannot be changed", true },
	};
	bool right = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct clbd_plan plan;
		char why[CLBD_WHY];
		int ret;

		clbd_plan_init(&plan, "x");
		ret = take_text(&plan, rows[i].options, rows[i].live, why);
		if (ret != -EINVAL || !strstr(why, rows[i].what)) {
			printf("# %s: got %d \"%s\"\n", rows[i].options, ret, why);
			right = false;
		}
		clbd_plan_free(&plan);
	}
	point(right, "each option that is wrong is refused, and said why");
}

static void test_names(void)
{
	static const char * const wrong[] = {
		"", "a b", "a/b", "a\n", "\xc3\xa4", "01234567890123456789012345678901",
	};
	struct clbd_plan plan;
	bool right = !clbd_plan_init(&plan, "0123456789012345678901234567890") &&
		     !clbd_plan_init(&plan, "A-z_0.9");

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++)
		right &= clbd_plan_init(&plan, wrong[i]) == -EINVAL;
	point(right, "a name is 1 to 31 of letters, digits and _.-");
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	snprintf(path, sizeof(path), "%s/clbenchd.conf", argv[1]);
	test_whole();
	test_missing();
	test_options();
	test_refused();
	test_names();
	test_random(strtoul(argv[2], NULL, 10));
	return done();
}
