/* SPDX-License-Identifier: GPL-2.0 */
/* The names that trace directories get if nobody names them. */
#ifndef CLB_TRACE_DIR_H
#define CLB_TRACE_DIR_H

#include <stdbool.h>

/* clbench-YYYYmmdd-HHMMSS with its NUL. */
#define CLB_TRACE_DIR_NAME	sizeof("clbench-YYYYmmdd-HHMMSS")

/**
 * clb_trace_dir_newest() - find the newest trace in the current directory
 * @name: gets the name of the directory
 *
 * Return: 0; -ENOENT if there is none; another negative errno of opendir().
 */
int clb_trace_dir_newest(char name[CLB_TRACE_DIR_NAME]);

/**
 * clb_trace_dir_choose() - take the newest trace since nobody named one
 * @name: gets the name of the directory
 * @command: who asks; begins the sentence that says why there is none
 *
 * Return: whether there is one.
 */
bool clb_trace_dir_choose(char name[CLB_TRACE_DIR_NAME], const char *command);

#endif /* CLB_TRACE_DIR_H */
