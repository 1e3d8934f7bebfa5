/* SPDX-License-Identifier: GPL-2.0 */
/* Reads the document of "list --json" that the daemon sent. */
#ifndef CLB_LIST_PARSE_H
#define CLB_LIST_PARSE_H

#include <jansson.h>

#include "event.h"
#include "session.h"

/**
 * clb_list_parse() - read the document
 * @document: the document
 * @info: gets what it tells of the module, else zeroes
 * @events: gets the events, numbered as they stand there; given back with
 *	clb_events_free(), also after a failure
 *
 * Return: 0; -EPROTO if it is anything else; -ENOMEM.
 */
int clb_list_parse(json_t *document, struct clb_info *info, struct clb_events *events);

#endif /* CLB_LIST_PARSE_H */
