/* SPDX-License-Identifier: GPL-2.0 */
/* COMMAND: the program whose time is recorded, and who runs it. */

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "message.h"
#include "quantity.h"

void clb_user_caller(struct clb_user *user)
{
	*user = (struct clb_user){ .uid = geteuid(), .gid = getegid() };
}

int clb_user_find(struct clb_user *user, const char *name)
{
	struct passwd *entry;
	uint64_t number;

	*user = (struct clb_user){ 0 };
	errno = 0;
	entry = getpwnam(name);
	if (!entry && !clb_number_parse(name, &number) && number < (uid_t)-1)
		entry = getpwuid(number);
	if (!entry)
		return errno == ENOMEM || errno == EIO || errno == EMFILE ? -errno : -ENOENT;
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	user->name = strdup(entry->pw_name);
	user->home = strdup(entry->pw_dir);
	user->shell = strdup(entry->pw_shell);
	if (user->name && user->home && user->shell)
		return 0;
	clb_user_free(user);
	return -ENOMEM;
}

void clb_user_free(struct clb_user *user)
{
	free(user->name);
	free(user->home);
	free(user->shell);
	*user = (struct clb_user){ 0 };
}

static int become(const struct clb_user *user)
{
	if (!user->name)
		return 0;
	if (geteuid() == 0 &&
	    (initgroups(user->name, user->gid) || setgid(user->gid) || setuid(user->uid)))
		return -errno;
	if (geteuid() != user->uid)
		return -EPERM;
	if (setenv("HOME", user->home, 1) || setenv("SHELL", user->shell, 1) ||
	    setenv("USER", user->name, 1) || setenv("LOGNAME", user->name, 1))
		return -errno;
	return 0;
}

/* The child's side. What it cannot do goes back through the pipe. */
static void execute(char **argv, const struct clb_user *user, const sigset_t *mask, int report)
{
	int error;

	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	error = become(user);
	if (!error) {
		execvp(argv[0], argv);
		error = -errno;
	}
	if (write(report, &error, sizeof(error)) < 0)
		_exit(CLB_EXIT_RECORDING);
	_exit(CLB_EXIT_NOT_RUNNABLE);
}

int clb_child_start(struct clb_child *child, char **argv, const struct clb_user *user,
		    const sigset_t *mask)
{
	int ends[2], error = 0;
	ssize_t got;

	*child = (struct clb_child){ 0 };
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	child->pid = fork();
	if (child->pid < 0)
		error = -errno;
	if (!child->pid)
		execute(argv, user, mask, ends[1]);
	close(ends[1]);
	/* The pipe closes when the program begins. */
	if (!error) {
		do {
			got = read(ends[0], &error, sizeof(error));
		} while (got < 0 && errno == EINTR);
	}
	close(ends[0]);
	child->running = !error;
	if (!error)
		return 0;
	if (child->pid > 0)
		waitpid(child->pid, NULL, 0);
	child->pid = 0;
	return error;
}

bool clb_child_reap(struct clb_child *child)
{
	int status;

	if (!child->running || waitpid(child->pid, &status, WNOHANG) != child->pid)
		return false;
	child->running = false;
	child->status = WIFSIGNALED(status) ? CLB_EXIT_SIGNAL + WTERMSIG(status) :
					      WEXITSTATUS(status);
	return true;
}
