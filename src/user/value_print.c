/* SPDX-License-Identifier: GPL-2.0 */
/* A value as people read it. */

#include "value.h"

#include <inttypes.h>

#include "text.h"

void clb_value_print(FILE *out, const struct clb_value *value)
{
	switch (value->kind) {
	case CLB_VALUE_UNSIGNED:
		fprintf(out, "%" PRIu64, value->number);
		break;
	case CLB_VALUE_SIGNED:
		fprintf(out, "%" PRId64, (int64_t)value->number);
		break;
	case CLB_VALUE_TEXT:
		clb_text_put(out, value->text, value->len);
		break;
	case CLB_VALUE_DEVICE:
		fprintf(out, "%" PRIu64 ":%" PRIu64, value->number >> CLB_MINOR_BITS,
			value->number & ((1u << CLB_MINOR_BITS) - 1));
		break;
	}
}
