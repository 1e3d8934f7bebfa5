/* SPDX-License-Identifier: GPL-2.0 */
/* Runs a program of the system and keeps the first bytes of what it says. */
#ifndef CLB_CAPTURE_H
#define CLB_CAPTURE_H

#include <stddef.h>

/**
 * clb_capture() - run a program in English and wait for its end
 * @argv: its name, looked for in the system's own directories, and arguments
 * @fd: what is kept: STDOUT_FILENO or STDERR_FILENO; the other one is lost
 * @text: gets the first line of it, cut off if it is too long
 * @size: of @text
 *
 * Return: 0; -1 if it could not be run or failed, @text may tell why.
 */
int clb_capture(char *const argv[], int fd, char *text, size_t size);

#endif /* CLB_CAPTURE_H */
