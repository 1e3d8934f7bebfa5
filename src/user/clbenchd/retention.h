/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which closed chunks stay: by number, size and age for each session, and as long
 * as the file system has room.
 */
#ifndef CLBD_RETENTION_H
#define CLBD_RETENTION_H

#include <stdbool.h>
#include <stdint.h>

struct clbd;
struct clbd_recording;

/**
 * clbd_retention_apply() - remove what a session shall not keep
 * @r: the session
 */
void clbd_retention_apply(struct clbd_recording *r);

/**
 * clbd_retention_make_room() - look at the file system, and remove what may go
 * @d: the daemon; gets whether there is too little room
 *
 * Below the floor the oldest closed chunks of all sessions that record go first,
 * if the configuration says so.
 */
void clbd_retention_make_room(struct clbd *d);

/**
 * clbd_retention_chunks() - count a session's closed chunks that are kept
 * @r: the session
 * @bytes: gets their size in all
 *
 * Return: how many.
 */
uint64_t clbd_retention_chunks(const struct clbd_recording *r, uint64_t *bytes);

#endif /* CLBD_RETENTION_H */
