/* SPDX-License-Identifier: GPL-2.0 */
/* COMMAND: how it starts and how it ends. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "child.h"
#include "message.h"
#include "point.h"

static struct clb_child child;

/* Run it to its end; the status, or a negative errno. */
static int run(char **argv)
{
	struct clb_user caller;
	sigset_t mask;
	int ret;

	clb_user_caller(&caller);
	sigemptyset(&mask);
	ret = clb_child_start(&child, argv, &caller, &mask);
	if (ret)
		return ret;
	while (!clb_child_reap(&child))
		poll(NULL, 0, 1);
	return child.status;
}

#define RUN(...)	run((char *[]){ __VA_ARGS__, NULL })

int main(void)
{
	struct clb_user user;
	char self[32];

	point(RUN("true") == 0 && RUN("sh", "-c", "exit 7") == 7, "its status is told");
	point(RUN("sh", "-c", "kill -9 $$") == 137, "so is the signal that killed it");
	point(RUN("/nonexistent/program") == -ENOENT && !child.running,
	      "a program that is not there is told at once");
	point(RUN("/etc/passwd") == -EACCES && RUN("/") == -EACCES,
	      "so is one that cannot be run");
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	point(RUN("sh", "-c", "kill -s PIPE $$") == CLB_EXIT_SIGNAL + SIGPIPE &&
	      RUN("sh", "-c", "kill -s XFSZ $$") == CLB_EXIT_SIGNAL + SIGXFSZ,
	      "signals that we ignore are not ignored by it");
	snprintf(self, sizeof(self), "%u", geteuid());
	point(!clb_user_find(&user, self) && user.uid == geteuid() && user.name && user.home,
	      "a user is found by number");
	clb_user_free(&user);
	point(!clb_user_find(&user, "root") && user.uid == 0, "and by name");
	clb_user_free(&user);
	point(clb_user_find(&user, "no such user") == -ENOENT &&
	      clb_user_find(&user, "4294967295") == -ENOENT && clb_user_find(&user, "") == -ENOENT,
	      "or not at all");
	return done();
}
