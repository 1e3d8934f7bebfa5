/* SPDX-License-Identifier: GPL-2.0 */
/* What the daemon remembers of its sessions beyond its own death. */

#include "state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

#define PREFIX	"session-"
#define SUFFIX	".json"
#define FRESH	"new"
#define SCHEMA	1

#define UUID_TEXT	33

static char *path_of(const char *folder, const char *prefix, const char *name,
		     const char *suffix)
{
	char *path;

	return asprintf(&path, "%s/%s%s%s", folder, prefix, name, suffix) < 0 ? NULL : path;
}

/* Without the dashes that all else has: states of daemons before are so. */
static const char *uuid_text(char text[UUID_TEXT], const uint8_t uuid[16])
{
	for (size_t i = 0; i < 16; i++)
		sprintf(text + 2 * i, "%02x", uuid[i]);
	return text;
}

static json_t *tell(const struct clbd_state *state)
{
	json_t *before = state->changing ? clbd_plan_options(&state->before) : NULL;
	char uuid[UUID_TEXT];

	return json_pack("{s:i, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:o*, s:o}", "schema", SCHEMA,
			 "name", state->plan.name, "uuid",
			 uuid_text(uuid, state->uuid), "dir", state->dir,
			 "boot", state->boot,
			 "removed_chunks", (json_int_t)state->removed_chunks,
			 "removed_bytes", (json_int_t)state->removed_bytes,
			 "removed_own_bytes", (json_int_t)state->removed_own_bytes,
			 "before", before,
			 "options", clbd_plan_options(&state->plan));
}

/* On the disk before it gets its name: half a file would lose a trace its writer. */
static int write_file(const char *path, const json_t *json)
{
	FILE *f = fopen(path, "we");
	int ret = 0;

	if (!f)
		return -errno;
	if (json_dumpf(json, f, JSON_INDENT(1)) || fflush(f) || fdatasync(fileno(f)))
		ret = errno ? -errno : -EIO;
	if (fclose(f) && !ret)
		ret = -errno;
	return ret;
}

int clbd_state_save(const char *folder, const struct clbd_state *state)
{
	char *path = path_of(folder, PREFIX, state->plan.name, SUFFIX);
	/* Without the prefix: clbd_state_each() does not see it. */
	char *fresh = path_of(folder, "", FRESH, SUFFIX);
	json_t *json = tell(state);
	int ret = -ENOMEM;

	if (path && fresh && json) {
		ret = write_file(fresh, json);
		if (!ret && rename(fresh, path))
			ret = -errno;
	}
	json_decref(json);
	free(path);
	free(fresh);
	return ret;
}

void clbd_state_remove(const char *folder, const char *name)
{
	char *path = path_of(folder, PREFIX, name, SUFFIX);

	if (path)
		unlink(path);
	free(path);
}

static int take_uuid(uint8_t uuid[16], const char *text)
{
	unsigned int byte;

	if (strlen(text) != 32)
		return -EINVAL;
	for (size_t i = 0; i < 16; i++) {
		if (sscanf(text + 2 * i, "%2x", &byte) != 1)
			return -EINVAL;
		uuid[i] = byte;
	}
	return 0;
}

static int take(struct clbd_state *state, json_t *json, char *why)
{
	const char *name, *uuid, *dir;
	json_int_t chunks = 0, bytes = 0, own = -1;
	json_t *options, *before = NULL;
	int schema, ret, boot = 0;

	snprintf(why, CLBD_WHY, "it is not what the daemon writes");
	if (json_unpack(json, "{s:i, s:s, s:s, s:s, s?b, s?I, s?I, s?I, s?o, s:o}", "schema",
			&schema, "name", &name, "uuid", &uuid, "dir", &dir, "boot", &boot,
			"removed_chunks", &chunks, "removed_bytes", &bytes,
			"removed_own_bytes", &own, "before", &before,
			"options", &options) || schema != SCHEMA)
		return -EINVAL;
	if (take_uuid(state->uuid, uuid) || clbd_plan_init(&state->plan, name))
		return -EINVAL;
	state->boot = boot;
	state->removed_chunks = chunks;
	state->removed_bytes = bytes;
	/* Daemons before wrote none. */
	state->removed_own_bytes = own < 0 ? bytes : own;
	state->dir = strdup(dir);
	if (!state->dir)
		return -ENOMEM;
	ret = clbd_plan_take(&state->plan, options, false, why);
	if (ret || !before)
		return ret;
	state->changing = true;
	ret = clbd_plan_init(&state->before, name);
	return ret ? ret : clbd_plan_take(&state->before, before, false, why);
}

static int read_file(const char *folder, const char *file, struct clbd_state *state, char *why)
{
	char *path = path_of(folder, "", file, "");
	json_error_t error;
	json_t *json;
	int ret;

	*state = (struct clbd_state){ 0 };
	json = path ? json_load_file(path, JSON_REJECT_DUPLICATES, &error) : NULL;
	free(path);
	if (!json) {
		snprintf(why, CLBD_WHY, "%s", error.text);
		return -EINVAL;
	}
	ret = take(state, json, why);
	json_decref(json);
	return ret;
}

static bool is_state(const char *file)
{
	size_t size = strlen(file);

	return !strncmp(file, PREFIX, sizeof(PREFIX) - 1) && size > sizeof(PREFIX SUFFIX) - 1 &&
	       !strcmp(file + size - (sizeof(SUFFIX) - 1), SUFFIX);
}

int clbd_state_each(const char *folder, void (*each)(void *arg, struct clbd_state *state),
		    void *arg)
{
	DIR *dir = opendir(folder);
	struct clbd_state state;
	struct dirent *entry;
	char why[CLBD_WHY];

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (!is_state(entry->d_name))
			continue;
		if (read_file(folder, entry->d_name, &state, why))
			clb_log(CLB_LEVEL_ERROR, "cannot understand %s/%s: %s; its session is not gone on with",
				folder, entry->d_name, why);
		else
			each(arg, &state);
		clbd_state_free(&state);
	}
	closedir(dir);
	return 0;
}

void clbd_state_free(struct clbd_state *state)
{
	clbd_plan_free(&state->plan);
	clbd_plan_free(&state->before);
	free(state->dir);
	*state = (struct clbd_state){ 0 };
}
