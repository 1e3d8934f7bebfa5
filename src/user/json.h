/* SPDX-License-Identifier: GPL-2.0 */
/* JSON on one line, as all commands write it. */
#ifndef CLB_JSON_H
#define CLB_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/**
 * struct clb_json - a document being written
 * @out: where to
 * @comma: the next value is not the first of its object or array
 *
 * Starts as { .out = FILE }. In the functions a @key is NULL for an array's
 * elements and for the document itself; it is escaped as clb_json_bytes() says.
 */
struct clb_json {
	FILE *out;
	bool comma;
};

/**
 * clb_json_open() - start an object or an array
 * @json: the document
 * @key: its key
 * @bracket: '{' or '['
 */
void clb_json_open(struct clb_json *json, const char *key, char bracket);

/**
 * clb_json_close() - end an object or an array
 * @json: the document
 * @bracket: '}' or ']'
 */
void clb_json_close(struct clb_json *json, char bracket);

/**
 * clb_json_end() - end the document with a newline; another may follow
 * @json: the document, all its brackets closed
 */
void clb_json_end(struct clb_json *json);

/**
 * clb_json_bytes() - write a string of any bytes
 * @json: the document
 * @key: its key
 * @bytes: the bytes; those that are not printable UTF-8 become \xNN
 * @size: how many
 */
void clb_json_bytes(struct clb_json *json, const char *key, const void *bytes, size_t size);

/**
 * clb_json_string() - write a string
 * @json: the document
 * @key: its key
 * @string: the string; NULL is written as null
 */
void clb_json_string(struct clb_json *json, const char *key, const char *string);

/**
 * clb_json_u64() - write a number
 * @json: the document
 * @key: its key
 * @value: the number
 */
void clb_json_u64(struct clb_json *json, const char *key, uint64_t value);

/**
 * clb_json_s64() - write a number that may be negative
 * @json: the document
 * @key: its key
 * @value: the number
 */
void clb_json_s64(struct clb_json *json, const char *key, int64_t value);

/**
 * clb_json_bool() - write true or false
 * @json: the document
 * @key: its key
 * @value: which
 */
void clb_json_bool(struct clb_json *json, const char *key, bool value);

/**
 * clb_json_null() - write null
 * @json: the document
 * @key: its key
 */
void clb_json_null(struct clb_json *json, const char *key);

#endif /* CLB_JSON_H */
