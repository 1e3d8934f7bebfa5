/* SPDX-License-Identifier: GPL-2.0 */
/* What the files of a recording share. */
#ifndef CLBD_RECORDING_INTERNAL_H
#define CLBD_RECORDING_INTERNAL_H

#include "recording.h"

/* recording.c */
void clbd_recording_phase(struct clbd_recording *r, enum clbd_phase phase);
void clbd_recording_started(struct clbd_recording *r);
void clbd_recording_save(struct clbd_recording *r);
void clbd_recording_save_as(struct clbd_recording *r, const struct clbd_plan *plan);

/* It cannot go on; the sentence is for the log and for who waits. */
void clbd_recording_fail(struct clbd_recording *r, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* recording_store.c: packets */
int clbd_recording_store(void *arg, const void *packet, size_t size);
int clbd_recording_sync(void *arg);
void clbd_recording_ready(void *arg, uint32_t events);
void clbd_recording_data(struct clbd_recording *r);

/* recording_change.c: rotation and changes */
static inline bool clbd_recording_is_changing(const struct clbd_recording *r)
{
	return r->changing || r->resumes;
}

void clbd_recording_rotate_in_time(struct clbd_recording *r, uint64_t now);
uint64_t clbd_recording_rotates_at(const struct clbd_recording *r);
void clbd_recording_rotate_at_size(struct clbd_recording *r);
void clbd_recording_look_at_change(struct clbd_recording *r);

#endif /* CLBD_RECORDING_INTERNAL_H */
