/* SPDX-License-Identifier: GPL-2.0 */
/* Reads a piece of a file, whatever read() makes of it. */
#ifndef CLB_READ_AT_H
#define CLB_READ_AT_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/**
 * clb_read_at() - read @len bytes, unless the file ends before
 * @fd: the file
 * @to: gets them
 * @len: how many
 * @offset: where they start in the file
 *
 * Return: how many there were, or a negative errno of pread().
 */
ssize_t clb_read_at(int fd, void *to, size_t len, uint64_t offset);

#endif /* CLB_READ_AT_H */
