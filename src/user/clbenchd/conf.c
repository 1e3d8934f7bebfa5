/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration file of the daemon, clbenchd.conf(5). */

#include "conf.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "quantity.h"

#define TRACE_DIR	"/var/lib/clbench/traces"
#define MIN_FREE_PERCENT	5
#define MIN_FREE_BYTES	(UINT64_C(1) << 30)
#define SECTION		"session "

/*
 * @conf: being filled
 * @file: read from
 * @at: the line that is being read
 * @why: gets what is wrong
 * @result: 0, or why reading ended
 * @line: of what is wrong
 */
struct reading {
	struct clbd_conf *conf;
	FILE *file;
	int at;
	char *why;
	int result;
	int line;
};

static int complain(struct reading *r, int error, const char *text)
{
	/* A reason that a plan gave stands there already. */
	if (text)
		snprintf(r->why, CLBD_WHY, "%s", text);
	r->result = error;
	r->line = r->at;
	return 0;
}

static int set_string(char **to, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	free(*to);
	*to = copy;
	return 0;
}

/* "5%", a size, or "no". */
static int read_min_free(struct clbd_conf *conf, const char *text)
{
	char *end;
	unsigned long percent = strtoul(text, &end, 10);

	if (end != text && !strcmp(end, "%") && percent <= 90) {
		conf->min_free_percent = percent;
		conf->min_free_bytes = percent ? UINT64_MAX : 0;
		return 0;
	}
	conf->min_free_percent = 0;
	if (!strcmp(text, "no")) {
		conf->min_free_bytes = 0;
		return 0;
	}
	return clb_size_parse(text, &conf->min_free_bytes);
}

static int read_daemon(struct reading *r, const char *name, const char *value)
{
	struct clbd_conf *conf = r->conf;

	if (!strcmp(name, "trace_dir")) {
		if (value[0] != '/')
			return complain(r, -EINVAL, "trace_dir must be a path from the root");
		if (set_string(&conf->trace_dir, value))
			return complain(r, -ENOMEM, "out of memory");
	} else if (!strcmp(name, "min_free")) {
		if (read_min_free(conf, value))
			return complain(r, -EINVAL,
					"min_free must be a percentage up to 90%, a size such as 2G, or no");
	} else if (!strcmp(name, "on_low_space")) {
		if (strcmp(value, "delete") && strcmp(value, "pause"))
			return complain(r, -EINVAL, "on_low_space must be delete or pause");
		conf->low_space_pause = !strcmp(value, "pause");
	} else {
		snprintf(r->why, CLBD_WHY, "there is no key \"%.60s\" in section [daemon]", name);
		return complain(r, -EINVAL, NULL);
	}
	return 1;
}

static struct clbd_section *find(const struct clbd_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->nr_sections; i++)
		if (!strcmp(conf->sections[i].plan.name, name))
			return &conf->sections[i];
	return NULL;
}

static struct clbd_section *add(struct reading *r, const char *name)
{
	struct clbd_conf *conf = r->conf;
	struct clbd_section *list;

	list = reallocarray(conf->sections, conf->nr_sections + 1, sizeof(*list));
	if (!list) {
		complain(r, -ENOMEM, "out of memory");
		return NULL;
	}
	conf->sections = list;
	list += conf->nr_sections;
	*list = (struct clbd_section){ 0 };
	if (clbd_plan_init(&list->plan, name)) {
		complain(r, -EINVAL,
			 "the name of a session is 1 to 31 of letters, digits and _.-");
		return NULL;
	}
	conf->nr_sections++;
	return list;
}

static int read_boot(struct reading *r, struct clbd_section *section, const char *value)
{
	if (strcasecmp(value, "yes") && strcasecmp(value, "no"))
		return complain(r, -EINVAL, "start_at_boot must be yes or no");
	section->boot = !strcasecmp(value, "yes");
	return 1;
}

static int read_session(struct reading *r, const char *session, const char *name,
			const char *value)
{
	struct clbd_section *section = find(r->conf, session);
	int ret;

	if (!section)
		section = add(r, session);
	if (!section)
		return 0;
	if (!strcmp(name, "start_at_boot"))
		return read_boot(r, section, value);
	ret = clbd_plan_read(&section->plan, name, value, r->why);
	if (ret == -ENOENT)
		snprintf(r->why, CLBD_WHY, "there is no key \"%.60s\" in a section of a session",
			 name);
	return ret ? complain(r, ret == -ENOENT ? -EINVAL : ret, NULL) : 1;
}

static int on_key(void *arg, const char *section, const char *name, const char *value)
{
	struct reading *r = arg;

	if (r->result)
		return 0;
	if (!strcmp(section, "daemon"))
		return read_daemon(r, name, value ? value : "");
	if (!strncmp(section, SECTION, sizeof(SECTION) - 1))
		return read_session(r, section + sizeof(SECTION) - 1, name, value ? value : "");
	snprintf(r->why, CLBD_WHY, "there is no section [%.60s]; it is [daemon] or [session NAME]",
		 section);
	return complain(r, -EINVAL, NULL);
}

/* Where it is wrong, in front of what is wrong. */
static int place(const char *path, int line, int error, char *why)
{
	char what[CLBD_WHY];

	snprintf(what, sizeof(what), "%s", why);
	snprintf(why, CLBD_WHY, "%s, line %d: %.400s", path, line, what);
	return error;
}

/* A line, counted; inih would take the rest of a long one for another. */
static char *next_line(char *line, int size, void *arg)
{
	struct reading *r = arg;

	r->at++;
	line = fgets(line, size, r->file);
	if (line && !r->result && !strchr(line, '\n') && !feof(r->file))
		complain(r, -EINVAL, "the line is too long");
	return line;
}

static int read_file(const char *path, struct reading *r)
{
	int line = ini_parse_stream(next_line, r, on_key, r);

	if (ferror(r->file))
		return place(path, r->at, -EIO, strcpy(r->why, "cannot be read"));
	if (line && (!r->result || line < r->line))
		return place(path, line, -EINVAL,
			     strcpy(r->why, "this is neither [section] nor key = value"));
	return r->result ? place(path, r->line, r->result, r->why) : 0;
}

int clbd_conf_read(struct clbd_conf *conf, const char *path, bool may_miss, char *why)
{
	struct reading r = { .conf = conf, .why = why };
	int ret = 0;
	FILE *f;

	*conf = (struct clbd_conf){
		.min_free_percent = MIN_FREE_PERCENT,
		.min_free_bytes = MIN_FREE_BYTES,
	};
	if (set_string(&conf->trace_dir, TRACE_DIR))
		return -ENOMEM;
	f = fopen(path, "re");
	if (!f && !(may_miss && errno == ENOENT)) {
		ret = -errno;
		snprintf(why, CLBD_WHY, "%s: %s", path, strerror(errno));
	}
	if (f) {
		r.file = f;
		ret = read_file(path, &r);
		fclose(f);
	}
	if (ret)
		clbd_conf_free(conf);
	return ret;
}

void clbd_conf_free(struct clbd_conf *conf)
{
	for (size_t i = 0; i < conf->nr_sections; i++)
		clbd_plan_free(&conf->sections[i].plan);
	free(conf->sections);
	free(conf->trace_dir);
	*conf = (struct clbd_conf){ 0 };
}

const struct clbd_section *clbd_conf_section(const struct clbd_conf *conf, const char *name)
{
	return find(conf, name);
}
