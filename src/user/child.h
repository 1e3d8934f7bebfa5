/* SPDX-License-Identifier: GPL-2.0 */
/* COMMAND: the program whose time is recorded, and who runs it. */
#ifndef CLB_CHILD_H
#define CLB_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/**
 * struct clb_user - somebody
 * @uid: number
 * @gid: number of the main group
 * @name: NULL: the caller; so for the following
 * @home: directory
 * @shell: program
 */
struct clb_user {
	uid_t uid;
	gid_t gid;
	char *name;
	char *home;
	char *shell;
};

/**
 * clb_user_caller() - tell who runs this program
 * @user: gets it; need not be freed
 */
void clb_user_caller(struct clb_user *user);

/**
 * clb_user_find() - find a user
 * @user: gets it; given back with clb_user_free()
 * @name: name or number
 *
 * Return: 0; -ENOENT if there is none; -ENOMEM; another negative errno.
 */
int clb_user_find(struct clb_user *user, const char *name);

/**
 * clb_user_free() - give back what is behind a user
 * @user: the user
 */
void clb_user_free(struct clb_user *user);

/**
 * struct clb_child - a program that runs, or ran
 * @pid: its process, 0 if none was started
 * @running: it has not ended
 * @status: exit status, 128 + N if signal N killed it
 */
struct clb_child {
	pid_t pid;
	bool running;
	int status;
};

/**
 * clb_child_start() - run a program
 * @child: becomes it
 * @argv: the program and its arguments, NULL at the end
 * @user: who runs it
 * @mask: signals that it shall have blocked
 *
 * Return: 0 when it runs; or the negative errno of what failed, execvp() mostly.
 */
int clb_child_start(struct clb_child *child, char **argv, const struct clb_user *user,
		    const sigset_t *mask);

/**
 * clb_child_reap() - see whether a program has ended
 * @child: the program
 *
 * Return: true if it has, and just now; @status is set then.
 */
bool clb_child_reap(struct clb_child *child);

#endif /* CLB_CHILD_H */
