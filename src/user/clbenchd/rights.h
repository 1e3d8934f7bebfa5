/* SPDX-License-Identifier: GPL-2.0 */
/* The rights that the daemon needs, and how it gives up all others. */
#ifndef CLBD_RIGHTS_H
#define CLBD_RIGHTS_H

#include <sys/types.h>

/**
 * clbd_rights_find() - find who the daemon shall be
 * @user: name of the user
 * @uid: gets his id
 * @gid: gets his group
 *
 * Return: 0; -ENOENT: there is none of this name; another negative errno.
 */
int clbd_rights_find(const char *user, uid_t *uid, gid_t *gid);

/**
 * clbd_rights_drop() - become another user, with two capabilities alone
 * @uid: the user
 * @gid: his group
 *
 * CAP_SYS_ADMIN records and joins groups of batches, CAP_NET_ADMIN makes receive
 * buffers as large as they should be. Neither can be got back once it is gone.
 *
 * Return: 0 or a negative errno.
 */
int clbd_rights_drop(uid_t uid, gid_t gid);

#endif /* CLBD_RIGHTS_H */
