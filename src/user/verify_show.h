/* SPDX-License-Identifier: GPL-2.0 */
/* The forms in which "clbench-ctl verify" prints a judgement. */
#ifndef CLB_VERIFY_SHOW_H
#define CLB_VERIFY_SHOW_H

#include <stdio.h>

#include "verify.h"
#include "verify_chunks.h"

/**
 * clb_verify_text() - print a judgement for people
 * @verify: the judgement
 * @dir: the trace's directory
 * @out: where to
 */
void clb_verify_text(const struct clb_verify *verify, const char *dir, FILE *out);

/**
 * clb_verify_put_runs() - print which packets can be saved
 * @verify: the judgement
 * @out: where to
 *
 * Prints such as "packets 1-6 and 8-19".
 */
void clb_verify_put_runs(const struct clb_verify *verify, FILE *out);

/**
 * clb_verify_json() - print a judgement as one JSON document
 * @verify: the judgement
 * @dir: the trace's directory
 * @out: where to
 */
void clb_verify_json(const struct clb_verify *verify, const char *dir, FILE *out);

/**
 * clb_verify_chunks_text() - print a judgement for people
 * @verify: the judgement
 * @dir: the directory of chunks
 * @out: where to
 */
void clb_verify_chunks_text(const struct clb_verify_chunks *verify, const char *dir, FILE *out);

/**
 * clb_verify_chunks_json() - print a judgement as one JSON document
 * @verify: the judgement
 * @dir: the directory of chunks
 * @out: where to
 */
void clb_verify_chunks_json(const struct clb_verify_chunks *verify, const char *dir, FILE *out);

#endif /* CLB_VERIFY_SHOW_H */
