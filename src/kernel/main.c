// SPDX-License-Identifier: GPL-2.0
/* clbench: the module's table of contents: init in order, exit in reverse. */

#include <linux/init.h>
#include <linux/module.h>

#include "event.h"
#include "netlink.h"
#include "session.h"
#include "source.h"
#include "version.h"

static int __init clb_init(void)
{
	int err;

	err = clb_events_init();
	if (err)
		return err;
	err = clb_sources_init();
	if (err)
		goto err_events;
	err = clb_sessions_init();
	if (err)
		goto err_sources;
	err = clb_netlink_init();
	if (err)
		goto err_sessions;
	return 0;

err_sessions:
	clb_sessions_exit();
err_sources:
	clb_sources_exit();
err_events:
	clb_events_exit();
	return err;
}

static void __exit clb_exit(void)
{
	/* None can come: a session pins the module, and it is going. */
	clb_sessions_wait();
	clb_netlink_exit();
	clb_sessions_exit();
	clb_sources_exit();
	clb_events_exit();
}

module_init(clb_init);
module_exit(clb_exit);

MODULE_DESCRIPTION("Kernel tracer: in order, complete or exactly accounted for");
MODULE_LICENSE("GPL");
MODULE_VERSION(CLB_VERSION);
