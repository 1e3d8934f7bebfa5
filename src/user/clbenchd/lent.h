/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A socket that is lent to a viewer, who could not join a group himself. The daemon
 * keeps a descriptor of it, to end the loan.
 */
#ifndef CLBD_LENT_H
#define CLBD_LENT_H

#include <stdbool.h>

/**
 * clbd_lent_open() - make a socket that is in a group
 * @group: its name
 * @why: gets what is wrong, CLBD_WHY bytes
 *
 * No filter can be attached to it.
 *
 * Return: a descriptor, or a negative errno.
 */
int clbd_lent_open(const char *group, char *why);

/**
 * clbd_lent_end() - take it out of the group, and close our descriptor
 * @fd: the descriptor; -1: nothing is done
 * @drain: throw away what waits in it, too, which its holder might keep there
 */
void clbd_lent_end(int fd, bool drain);

#endif /* CLBD_LENT_H */
