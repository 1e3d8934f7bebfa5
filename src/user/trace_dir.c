/* SPDX-License-Identifier: GPL-2.0 */
/* The names that trace directories get if nobody names them. */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

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
