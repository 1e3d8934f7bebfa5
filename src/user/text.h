/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes that came from somewhere else, made fit to be printed. */
#ifndef CLB_TEXT_H
#define CLB_TEXT_H

#include <stddef.h>
#include <stdio.h>

/**
 * clb_text_step() - look at the next character
 * @bytes: where it starts
 * @size: bytes from there on, at least 1
 *
 * Return: the length of the printable UTF-8 character that starts here, or 0
 * if the first byte is to be shown as \xNN.
 */
size_t clb_text_step(const void *bytes, size_t size);

/**
 * clb_text_put() - print bytes, those that are not printable UTF-8 as \xNN
 * @out: where to
 * @bytes: what
 * @size: how many
 */
void clb_text_put(FILE *out, const void *bytes, size_t size);

/**
 * clb_text_put_json() - print a JSON document, characters that are not printable as \uNNNN
 * @out: where to
 * @document: valid, with no blanks but in strings
 */
void clb_text_put_json(FILE *out, const char *document);

/**
 * clb_text_printable() - make a string as clb_text_put() prints it
 * @bytes: what
 * @size: how many
 *
 * Return: the string, for free(); NULL without memory.
 */
char *clb_text_printable(const void *bytes, size_t size);

#endif /* CLB_TEXT_H */
