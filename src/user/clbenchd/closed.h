/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The closed chunks of sessions, found on the disk and removed from it.
 *
 * A session's closed chunks are those of its own directory but the open one, and
 * those of earlier sessions of the same name whose directories have no name of
 * the user's: NAME-YYYYmmdd-HHMMSS.
 */
#ifndef CLBD_CLOSED_H
#define CLBD_CLOSED_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "chunks.h"

struct clbd_recording;

/**
 * struct clbd_closed_chunk - a closed chunk
 * @folder: number of its directory, in struct clbd_closed
 * @chunk: as it was found; but with the time of the one before it, if that is later
 *	and has come
 * @order_ns: its place among all: the latest time of those up to it
 */
struct clbd_closed_chunk {
	size_t folder;
	struct clb_chunk chunk;
	uint64_t order_ns;
};

/**
 * struct clbd_closed_folder - a directory; there may be more of them than descriptors
 * @recording: whose
 * @name: of the directory
 * @dev: its file system
 * @ino: its number there
 */
struct clbd_closed_folder {
	struct clbd_recording *recording;
	char *name;
	dev_t dev;
	ino_t ino;
};

/**
 * struct clbd_closed - closed chunks
 * @list: them
 * @nr: how many
 * @folders: their directories
 * @nr_folders: how many
 */
struct clbd_closed {
	struct clbd_closed_chunk *list;
	size_t nr;
	struct clbd_closed_folder *folders;
	size_t nr_folders;
};

/**
 * clbd_closed_find() - find the closed chunks of a session
 * @closed: gets them, beside those of others; zeroed before the first, freed with
 *	clbd_closed_free()
 * @r: the session, which has a directory
 *
 * What cannot be read is left out.
 */
void clbd_closed_find(struct clbd_closed *closed, struct clbd_recording *r);

/**
 * clbd_closed_sort() - sort them, the oldest first
 * @closed: the chunks; those of a directory come by number
 */
void clbd_closed_sort(struct clbd_closed *closed);

/**
 * clbd_closed_remove() - remove one from the disk, count it, and tell the log
 * @closed: the chunks
 * @i: which
 * @why: for the log
 *
 * Return: how much room its files took, bytes; 0: it is not gone.
 */
uint64_t clbd_closed_remove(const struct clbd_closed *closed, size_t i, const char *why);

/**
 * clbd_closed_remove_empty() - remove directories of earlier sessions that are empty
 * @closed: the chunks
 * @r: whose
 */
void clbd_closed_remove_empty(const struct clbd_closed *closed, const struct clbd_recording *r);

/**
 * clbd_closed_free() - forget them
 * @closed: the chunks; none afterwards
 */
void clbd_closed_free(struct clbd_closed *closed);

#endif /* CLBD_CLOSED_H */
