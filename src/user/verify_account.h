/* SPDX-License-Identifier: GPL-2.0 */
/* Compares what the stream says of its records with the records. */
#ifndef CLB_VERIFY_ACCOUNT_H
#define CLB_VERIFY_ACCOUNT_H

#include "verify_walk.h"

/**
 * clb_verify_reason() - say why records are not accounted for
 * @v: the judgement; the first few sentences are kept, made printable
 * @format: as in printf, without a full stop
 */
void clb_verify_reason(struct clb_verify *v, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * clb_verify_causes() - compare, cause by cause, what all records tell to be lost
 * @v: the judgement of a whole session
 */
void clb_verify_causes(struct clb_verify *v);

/**
 * clb_verify_account() - fill in the sums, and compare them
 * @v: the judgement
 * @walk: what was counted; its losses become the judgement's
 *
 * With damage nothing is compared: the sums cannot agree.
 *
 * Return: 0 or -ENOMEM.
 */
int clb_verify_account(struct clb_verify *v, struct clb_walk *walk);

#endif /* CLB_VERIFY_ACCOUNT_H */
