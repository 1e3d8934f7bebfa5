/* SPDX-License-Identifier: GPL-2.0 */
/* The document of "list --json": the events that the kernel can record. */
#ifndef CLB_LIST_JSON_H
#define CLB_LIST_JSON_H

#include <stdio.h>

#include "select.h"
#include "session.h"

/**
 * clb_list_json() - write the document, without a newline
 * @select: the events
 * @info: what the module said
 * @out: where to
 */
void clb_list_json(const struct clb_select *select, const struct clb_info *info, FILE *out);

/**
 * clb_list_type() - tell the type of a field
 * @field: the field
 *
 * Return: such as "u32".
 */
const char *clb_list_type(const struct clb_field *field);

/**
 * clb_list_label() - tell the value that a label stands for
 * @field: the field
 * @label: one of its labels
 *
 * Return: the value as the field has it, negative perhaps.
 */
int64_t clb_list_label(const struct clb_field *field, const struct clb_label *label);

#endif /* CLB_LIST_JSON_H */
