/* SPDX-License-Identifier: GPL-2.0 */
/* The rights that the daemon needs, and how it gives up all others. */

#include "rights.h"

#include <cap-ng.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

int clbd_rights_find(const char *user, uid_t *uid, gid_t *gid)
{
	struct passwd *found;

	errno = 0;
	found = getpwnam(user);
	if (!found)
		return errno ? -errno : -ENOENT;
	*uid = found->pw_uid;
	*gid = found->pw_gid;
	return 0;
}

int clbd_rights_drop(uid_t uid, gid_t gid)
{
	capng_clear(CAPNG_SELECT_ALL);
	if (capng_updatev(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET,
			  CAP_SYS_ADMIN, CAP_NET_ADMIN, -1))
		return -EPERM;
	if (capng_change_id(uid, gid, CAPNG_INIT_SUPP_GRP | CAPNG_CLEAR_BOUNDING))
		return -EPERM;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}
