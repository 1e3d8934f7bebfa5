/* SPDX-License-Identifier: GPL-2.0 */
/* Numbers, sizes and times as people write them. */
#ifndef CLB_QUANTITY_H
#define CLB_QUANTITY_H

#include <stddef.h>
#include <stdint.h>

#define CLB_NS_PER_MS	UINT64_C(1000000)
#define CLB_NS_PER_S	UINT64_C(1000000000)

/* Room for what clb_size_format() writes. */
#define CLB_SIZE_TEXT	24

/**
 * clb_number_parse() - read a whole number
 * @text: the number in decimal, nothing before or behind it
 * @number: what it says
 *
 * Return: 0, -EINVAL (no number) or -ERANGE (over 2^64 - 1).
 */
int clb_number_parse(const char *text, uint64_t *number);

/**
 * clb_size_parse() - read a size
 * @text: bytes, or a number with k, M or G (powers of 1024)
 * @bytes: what it says
 *
 * Return: 0, -EINVAL (no size) or -ERANGE (over 2^64 - 1).
 */
int clb_size_parse(const char *text, uint64_t *bytes);

/**
 * clb_time_parse() - read a length of time
 * @text: a number, decimals allowed, with us, ms, s, m, h or d
 * @unit_ns: what a bare number counts
 * @time_ns: what it says
 *
 * Return: 0, -EINVAL (no time) or -ERANGE (over 2^63 - 1 ns, 292 years).
 */
int clb_time_parse(const char *text, uint64_t unit_ns, uint64_t *time_ns);

/**
 * clb_size_format() - write a size for people
 * @text: gets it, as in "1.1 MiB"
 * @bytes: the size
 *
 * Return: @text.
 */
const char *clb_size_format(char text[CLB_SIZE_TEXT], uint64_t bytes);

/**
 * clb_size_format_short() - write a size for a narrow column
 * @text: gets it, as in "512M"; rounded up
 * @bytes: the size
 *
 * Return: @text.
 */
const char *clb_size_format_short(char text[CLB_SIZE_TEXT], uint64_t bytes);

#endif /* CLB_QUANTITY_H */
