/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets share.
 *
 * A target is LLVMFuzzerTestOneInput() in a file of its own: built with libFuzzer
 * it gets inputs without end, built with replay.c those of its corpus. It must not
 * keep anything from one input to the next.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * LLVMFuzzerTestOneInput() - try one input
 * @data: its bytes
 * @size: how many
 *
 * Return: 0.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * fuzz_check() - state what must hold, whatever the input is
 * @holds: it does; else the program ends, as if a sanitizer had ended it
 * @what: what was to hold
 * @why: what was found instead; may be NULL
 */
void fuzz_check(bool holds, const char *what, const char *why);

/**
 * fuzz_folder() - name a folder for files
 *
 * Return: its path, the same at every call; it goes when the program ends.
 */
const char *fuzz_folder(void);

/**
 * fuzz_path() - name a file in it
 * @name: of the file
 *
 * Return: its path, up to the next call but three.
 */
const char *fuzz_path(const char *name);

/**
 * fuzz_write() - write a file in it
 * @name: of the file
 * @data: its bytes
 * @size: how many
 */
void fuzz_write(const char *name, const void *data, size_t size);

/**
 * fuzz_remove() - remove a file or a folder with all that is in it
 * @path: of it; need not be there
 */
void fuzz_remove(const char *path);

/**
 * fuzz_text() - make a string of bytes
 * @data: the bytes
 * @size: how many
 *
 * Return: a copy up to the first NUL, in memory of just this size, for free().
 */
char *fuzz_text(const uint8_t *data, size_t size);

/**
 * fuzz_quiet() - let nothing be printed to stdout and stderr
 *
 * What the sanitizers and fuzz_check() say is still printed.
 */
void fuzz_quiet(void);

/**
 * fuzz_listen() - keep what is printed to stdout and stderr
 */
void fuzz_listen(void);

/**
 * fuzz_heard() - check that what was printed since fuzz_listen() drives no terminal
 */
void fuzz_heard(void);

/**
 * fuzz_is_printable() - look for what a terminal would obey
 * @text: lines
 * @size: bytes
 *
 * Return: whether they are printable UTF-8.
 */
bool fuzz_is_printable(const char *text, size_t size);

#endif /* FUZZ_H */
