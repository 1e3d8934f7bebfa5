/* SPDX-License-Identifier: GPL-2.0 */
/* A socket that is lent to a viewer, who could not join a group himself. */

#include "lent.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "nl.h"
#include "plan.h"

/* Receive buffer, which the kernel doubles. */
#define BUFFER_BYTES	(8 * 1024 * 1024)

/* The buffer holds no more messages; its holder can have others come. */
#define MESSAGES_MAX	(1 << 15)

/* Words of a bitmap of groups: more than generic netlink has here. */
#define WORDS		128
#define WORD_BITS	32

int clbd_lent_open(const char *group, char *why)
{
	struct clb_nl *nl;
	int fd = -1, ret;

	ret = clb_nl_open(&nl);
	if (!ret)
		ret = clb_nl_set_receiver(nl, BUFFER_BYTES);
	if (!ret)
		ret = clb_nl_join(nl, group);
	if (!ret) {
		fd = dup(clb_nl_fd(nl));
		ret = fd < 0 ? -errno : 0;
	}
	if (ret)
		snprintf(why, CLBD_WHY, "%s", nl ? clb_nl_why(nl) : strerror(-ret));
	clb_nl_close(nl);
	return ret ? ret : fd;
}

static void leave(int fd)
{
	uint32_t words[WORDS] = { 0 };
	socklen_t size = sizeof(words);

	if (getsockopt(fd, SOL_NETLINK, NETLINK_LIST_MEMBERSHIPS, words, &size))
		return;
	for (int bit = 0; bit < WORDS * WORD_BITS; bit++) {
		int group = bit + 1;

		if (words[bit / WORD_BITS] >> bit % WORD_BITS & 1)
			setsockopt(fd, SOL_NETLINK, NETLINK_DROP_MEMBERSHIP, &group, sizeof(group));
	}
}

void clbd_lent_end(int fd, bool drain)
{
	if (fd < 0)
		return;
	leave(fd);
	for (int i = 0; drain && i < MESSAGES_MAX; i++)
		if (recv(fd, NULL, 0, MSG_DONTWAIT | MSG_TRUNC) < 0 && errno != ENOBUFS)
			break;
	close(fd);
}
