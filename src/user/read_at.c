/* SPDX-License-Identifier: GPL-2.0 */
/* Reads a piece of a file, whatever read() makes of it. */

#include "read_at.h"

#include <errno.h>
#include <unistd.h>

ssize_t clb_read_at(int fd, void *to, size_t len, uint64_t offset)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = pread(fd, (char *)to + done, len - done, offset + done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			break;
		done += n;
	}
	return done;
}
