/* SPDX-License-Identifier: GPL-2.0 */
/* Runs a program of the system and keeps the first bytes of what it says. */

#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* The child's side. */
static void execute(char *const argv[], int fd, int end)
{
	int null = open("/dev/null", O_RDWR);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(null, STDERR_FILENO) < 0 || dup2(end, fd) < 0)
		_exit(127);
	clearenv();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	execvp(argv[0], argv);
	dprintf(fd, "%s: %s", argv[0], strerror(errno));
	_exit(127);
}

int clb_capture(char *const argv[], int fd, char *text, size_t size)
{
	size_t used = 0;
	ssize_t got;
	int ends[2], status;
	char rest[512];
	pid_t pid;

	snprintf(text, size, "%s cannot be run", argv[0]);
	if (pipe2(ends, O_CLOEXEC))
		return -1;
	pid = fork();
	if (!pid)
		execute(argv, fd, ends[1]);
	close(ends[1]);
	while (pid > 0 && (got = read(ends[0], rest, sizeof(rest))) > 0) {
		if ((size_t)got > size - 1 - used)
			got = size - 1 - used;
		memcpy(text + used, rest, got);
		used += got;
	}
	close(ends[0]);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	if (used)
		text[used] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -1;
}
