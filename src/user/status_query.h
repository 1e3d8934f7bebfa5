/* SPDX-License-Identifier: GPL-2.0 */
/* Gets the document of status, from the kernel, from the daemon, or from both. */
#ifndef CLB_STATUS_QUERY_H
#define CLB_STATUS_QUERY_H

#include <stdbool.h>

#include <jansson.h>

#include "daemon.h"
#include "installed.h"

/**
 * struct clb_status_query - what outlives a query
 * @installed: version of the installed module
 * @known: NULL if it is unknown, else @installed
 * @asked: modinfo was asked
 * @complained: the user knows that the daemon does not answer
 */
struct clb_status_query {
	char installed[CLB_VERSION_TEXT];
	const char *known;
	bool asked;
	bool complained;
};

/**
 * clb_status_query() - get the document
 * @query: zeroed before the first query
 * @names: sessions to tell of, up to NULL; none is all
 *
 * Return: the document, given back with json_decref(); or NULL, and the user was
 * told.
 */
json_t *clb_status_query(struct clb_status_query *query, char **names);

/**
 * clb_status_of_daemon() - get the document as the daemon has it
 * @daemon: the connection; connects if it is not
 *
 * Return: the document, given back with json_decref(); or NULL, and the user was
 * told.
 */
json_t *clb_status_of_daemon(struct clb_daemon *daemon);

/**
 * clb_status_session() - find a session in the document
 * @document: the document
 * @name: the session's name
 *
 * Return: it, borrowed, or NULL.
 */
json_t *clb_status_session(json_t *document, const char *name);

#endif /* CLB_STATUS_QUERY_H */
