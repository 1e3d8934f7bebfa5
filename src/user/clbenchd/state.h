/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the daemon remembers of its sessions beyond its own death: one file for
 * each, which lets the next daemon go on with it.
 */
#ifndef CLBD_STATE_H
#define CLBD_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "plan.h"

/**
 * struct clbd_state - a session as its file tells it
 * @plan: how it shall be
 * @before: how it was, for @changing
 * @changing: the kernel may not have been asked for @plan yet
 * @uuid: of it
 * @dir: of its chunks
 * @boot: it was started with the daemon
 * @removed_chunks: that retention has removed
 * @removed_bytes: of them
 * @removed_own_bytes: of those that this session stored
 */
struct clbd_state {
	struct clbd_plan plan;
	struct clbd_plan before;
	bool changing;
	uint8_t uuid[16];
	char *dir;
	bool boot;
	uint64_t removed_chunks;
	uint64_t removed_bytes;
	uint64_t removed_own_bytes;
};

/**
 * clbd_state_save() - write a session's file, whole or not at all
 * @folder: of the files
 * @state: the session
 *
 * Return: 0 or a negative errno.
 */
int clbd_state_save(const char *folder, const struct clbd_state *state);

/**
 * clbd_state_remove() - forget a session
 * @folder: of the files
 * @name: of the session
 */
void clbd_state_remove(const char *folder, const char *name);

/**
 * clbd_state_each() - call a function for each session that is remembered
 * @folder: of the files
 * @each: gets @arg and the session, which it may empty
 * @arg: for it
 *
 * A file that cannot be understood is told in the log and left alone.
 *
 * Return: 0 or a negative errno of opendir().
 */
int clbd_state_each(const char *folder, void (*each)(void *arg, struct clbd_state *state),
		    void *arg);

/**
 * clbd_state_free() - give back what is behind a state
 * @state: the state
 */
void clbd_state_free(struct clbd_state *state);

#endif /* CLBD_STATE_H */
