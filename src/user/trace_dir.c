/* SPDX-License-Identifier: GPL-2.0 */
/* The names that trace directories get if nobody names them. */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "message.h"
#include "trace_dir.h"

static bool is_default_name(const char *name)
{
	static const char pattern[] = "clbench-dddddddd-dddddd";

	if (strlen(name) != sizeof(pattern) - 1)
		return false;
	for (size_t i = 0; name[i]; i++) {
		if (pattern[i] != 'd' || i < 8) {
			if (name[i] != pattern[i])
				return false;
		} else if (name[i] < '0' || name[i] > '9') {
			return false;
		}
	}
	return true;
}

int clb_trace_dir_newest(char newest[CLB_TRACE_DIR_NAME])
{
	DIR *dir = opendir(".");
	struct dirent *entry;
	struct stat st;

	if (!dir)
		return -errno;
	newest[0] = 0;
	while ((entry = readdir(dir))) {
		const char *name = entry->d_name;

		/* The name is the time: younger ones sort behind. */
		if (is_default_name(name) && strcmp(name, newest) > 0 &&
		    !stat(name, &st) && S_ISDIR(st.st_mode))
			strcpy(newest, name);
	}
	closedir(dir);
	return newest[0] ? 0 : -ENOENT;
}

bool clb_trace_dir_choose(char name[CLB_TRACE_DIR_NAME], const char *command)
{
	int err = clb_trace_dir_newest(name);

	if (err == -ENOENT)
		clb_say("%s: there is no clbench-YYYYmmdd-HHMMSS here; name the directory of a trace",
			command);
	else if (err)
		clb_say("%s: cannot read the current directory: %s; name the directory of a trace",
			command, strerror(-err));
	return !err;
}
