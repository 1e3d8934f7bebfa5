/* SPDX-License-Identifier: GPL-2.0 */
/* The document of status, made for people and for Prometheus. */
#ifndef CLB_STATUS_H
#define CLB_STATUS_H

#include <stdio.h>

#include <jansson.h>

/**
 * clb_status_print() - write it for people
 * @document: as clb_status_json() writes it, and "tools"
 * @out: where to
 *
 * Return: 0; -EPROTO if it is no such document.
 */
int clb_status_print(json_t *document, FILE *out);

/**
 * clb_status_prometheus() - write it in Prometheus' text format 0.0.4
 * @document: as for clb_status_print()
 * @out: where to
 *
 * Return: 0; -EPROTO if it is no such document.
 */
int clb_status_prometheus(json_t *document, FILE *out);

#endif /* CLB_STATUS_H */
