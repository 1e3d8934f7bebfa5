/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A module that is not there: sessions, batches and refusals as the kernel has
 * them, behind the functions of nl.h. Takes the place of nl.c when it is linked.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

#include <stdbool.h>

/**
 * fake_kernel_refuse() - fail the next request that would change something
 * @error: negative errno; 0: do not
 */
void fake_kernel_refuse(int error);

/**
 * fake_kernel_hold() - carry out no change of events, and end no session, for now
 * @hold: or go on
 */
void fake_kernel_hold(bool hold);

/**
 * fake_kernel_lose() - lose the notifications that wait
 */
void fake_kernel_lose(void);

/**
 * fake_kernel_work() - send another batch in all sessions that record
 */
void fake_kernel_work(void);

/**
 * fake_kernel_reset() - end all sessions and forget them
 */
void fake_kernel_reset(void);

#endif /* FAKE_KERNEL_H */
