/* SPDX-License-Identifier: GPL-2.0 */
/* Whom a command asks: the kernel if it may, else the daemon. */

#include "reach.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "connect.h"
#include "nl.h"

/* Does the kernel answer? Says nothing. */
static int try_kernel(void)
{
	struct clb_nl *nl = NULL;
	struct clb_info info;
	int ret;

	ret = clb_nl_open(&nl);
	if (!ret)
		ret = clb_nl_info(nl, &info);
	clb_nl_close(nl);
	return ret;
}

static bool daemon_is_wished(void)
{
	const char *path = getenv(CLB_DAEMON_ENVIRONMENT);

	return path && *path;
}

int clb_reach(struct clb_reach *reach, const char *what, bool load)
{
	int kernel, ret;

	*reach = (struct clb_reach){ .daemon = CLB_DAEMON_INIT };
	if (daemon_is_wished()) {
		ret = clb_daemon_open(&reach->daemon);
		if (ret)
			clb_daemon_say(what, ret);
		return ret ? -1 : 0;
	}
	kernel = try_kernel();
	/* No family may mean another network namespace, which is no matter to the
	 * daemon. But root can load the module, or hear why not.
	 */
	if (kernel == -EPERM || (kernel == -ENOENT && geteuid())) {
		ret = clb_daemon_open(&reach->daemon);
		if (!ret)
			return 0;
		if (kernel == -EPERM && ret == -EACCES) {
			clb_daemon_say(what, ret);
			return -1;
		}
	}
	return clb_connect(&reach->nl, &reach->info, load) ? -1 : 0;
}

void clb_reach_close(struct clb_reach *reach)
{
	clb_daemon_close(&reach->daemon);
	clb_nl_close(reach->nl);
	reach->nl = NULL;
}
