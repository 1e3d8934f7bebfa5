/* SPDX-License-Identifier: GPL-2.0 */
/* The value of one field of a record. */
#ifndef CLB_VALUE_H
#define CLB_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of a device's number, as the kernel has it; the major stands above them. */
#define CLB_MINOR_BITS	20

enum clb_value_kind {
	CLB_VALUE_UNSIGNED,
	CLB_VALUE_SIGNED,
	CLB_VALUE_TEXT,		/* any bytes */
	CLB_VALUE_DEVICE,	/* to be shown as MAJOR:MINOR */
};

/**
 * struct clb_value - a value and how it is to be shown
 * @kind: which of the members it has
 * @number: CLB_VALUE_UNSIGNED and CLB_VALUE_DEVICE; sign-extended CLB_VALUE_SIGNED
 * @text: CLB_VALUE_TEXT: the bytes, or the label of an enumeration
 * @len: bytes of @text, without a NUL
 */
struct clb_value {
	enum clb_value_kind kind;
	uint64_t number;
	const char *text;
	size_t len;
};

/**
 * clb_field_size() - tell how much room a field of fixed size takes
 * @field: the field
 *
 * Return: bytes; 0 for a CLBENCH_FIELD_TYPE_STRING, and for a type that is not known:
 * no trace that clb_trace_open() takes has one.
 */
size_t clb_field_size(const struct clb_field *field);

/**
 * clb_value_get() - read a field
 * @value: gets it; @value->text lives as long as @at and @field
 * @field: its description
 * @at: its bytes, known to be all there
 *
 * Return: where the next field starts.
 */
const uint8_t *clb_value_get(struct clb_value *value, const struct clb_field *field,
			     const uint8_t *at);

/**
 * clb_value_print() - print a value as "clbench-ctl show" does
 * @out: where to
 * @value: the value; bytes of a text that are not printable UTF-8 become \xNN
 */
void clb_value_print(FILE *out, const struct clb_value *value);

#ifdef __cplusplus
}
#endif

#endif /* CLB_VALUE_H */
