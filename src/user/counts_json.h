/* SPDX-License-Identifier: GPL-2.0 */
/* Counts of records and other shared parts of the commands' JSON. */
#ifndef CLB_COUNTS_JSON_H
#define CLB_COUNTS_JSON_H

#include <stdbool.h>

#include "json.h"
#include "session.h"

/* Room for what clb_uuid_format() writes. */
#define CLB_UUID_TEXT	37

/**
 * clb_json_module() - write the member "module"
 * @json: the document
 * @info: what the module said
 */
void clb_json_module(struct clb_json *json, const struct clb_info *info);

/**
 * clb_json_count() - write what became of records
 * @json: the document
 * @key: its key
 * @counts: of an event, or a sum
 * @pending: with what is not delivered yet
 */
void clb_json_count(struct clb_json *json, const char *key, const struct clb_counts *counts,
		    bool pending);

/**
 * clb_json_counts() - write the members "events" and "total" of a session
 * @json: the document
 * @session: the session
 * @pending: with what is not delivered yet
 */
void clb_json_counts(struct clb_json *json, const struct clb_session *session, bool pending);

/**
 * clb_uuid_format() - write a UUID
 * @text: gets it
 * @uuid: the UUID
 *
 * Return: @text.
 */
const char *clb_uuid_format(char text[CLB_UUID_TEXT], const uint8_t uuid[16]);

#endif /* CLB_COUNTS_JSON_H */
