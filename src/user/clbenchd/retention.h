/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which closed chunks stay: by number, size and age for each session, and as long
 * as the file system has room.
 */
#ifndef CLBD_RETENTION_H
#define CLBD_RETENTION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct clbd;
struct clbd_recording;

/**
 * struct clbd_disk - a file system that sessions record to
 * @next: the daemon's next one
 * @dev: its number
 * @low: it is below the floor, and nothing can be removed
 * @free_bytes: when it was looked at last
 * @stored_bytes: by its sessions in all, then
 * @awaited_bytes: removed for the floor and not seen to be free yet: in the current
 *	turn, and in the one before
 * @turn_ns: when the next turn begins
 */
struct clbd_disk {
	struct clbd_disk *next;
	dev_t dev;
	bool low;
	uint64_t free_bytes;
	uint64_t stored_bytes;
	uint64_t awaited_bytes[2];
	uint64_t turn_ns;
};

/**
 * clbd_retention_apply() - remove what a session shall not keep
 * @r: the session
 */
void clbd_retention_apply(struct clbd_recording *r);

/**
 * clbd_retention_make_room() - look at the file systems, and remove what may go
 * @d: the daemon; its sessions get their disks, and these whether they are low
 *
 * Below the floor the oldest closed chunks that all sessions that record have
 * there go first, if the configuration says so.
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

/**
 * clbd_retention_close() - forget the file systems
 * @d: the daemon, without sessions
 */
void clbd_retention_close(struct clbd *d);

#endif /* CLBD_RETENTION_H */
