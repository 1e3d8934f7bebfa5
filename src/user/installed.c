/* SPDX-License-Identifier: GPL-2.0 */
/* The module that is installed, which need not be the one that is loaded. */

#include "installed.h"

#include <unistd.h>

#include <linux/clbench.h>

#include "capture.h"

const char *clb_installed_version(char text[CLB_VERSION_TEXT])
{
	static char *const modinfo[] = { "modinfo", "-F", "version", CLBENCH_FAMILY_NAME, NULL };

	if (clb_capture(modinfo, STDOUT_FILENO, text, CLB_VERSION_TEXT) || !*text)
		return NULL;
	return text;
}
