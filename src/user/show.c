/* SPDX-License-Identifier: GPL-2.0 */
/* What the forms of "clbench-ctl show" have in common: times, contexts, values. */
#include <time.h>

#include "show.h"
#include "value.h"

#define NSEC_PER_SEC	1000000000u

void clb_show_date(struct clb_show *show, uint64_t realtime_ns, const char *format, bool utc)
{
	uint64_t second = realtime_ns / NSEC_PER_SEC;

	if (!show->date[0] || show->second != second) {
		time_t t = second;
		struct tm tm = { 0 };

		if (utc)
			gmtime_r(&t, &tm);
		else
			localtime_r(&t, &tm);
		strftime(show->date, sizeof(show->date), format, &tm);
		show->second = second;
	}
	clb_out_string(&show->out, show->date);
	clb_out_char(&show->out, '.');
	clb_out_u64(&show->out, realtime_ns % NSEC_PER_SEC, 9);
	if (utc)
		clb_out_char(&show->out, 'Z');
}

void clb_show_rfc3339(struct clb_show *show, const struct clb_record *record)
{
	clb_show_date(show, clb_record_realtime(record), "%Y-%m-%dT%H:%M:%S", true);
}

const char *clb_show_context(unsigned int context)
{
	static const char *const names[] = {
		[CLBENCH_CONTEXT_TASK] = "task",
		[CLBENCH_CONTEXT_SOFTIRQ] = "softirq",
		[CLBENCH_CONTEXT_HARDIRQ] = "hardirq",
		[CLBENCH_CONTEXT_NMI] = "nmi",
	};

	return context <= CLBENCH_CONTEXT_MAX ? names[context] : NULL;
}

const uint8_t *clb_show_value(struct clb_show *show, const struct clb_field *field,
			      const uint8_t *at, enum clb_out_form form)
{
	struct clb_out *out = &show->out;
	struct clb_value value;
	bool quoted;

	at = clb_value_get(&value, field, at);
	quoted = form == CLB_OUT_JSON &&
		 (value.kind == CLB_VALUE_TEXT || value.kind == CLB_VALUE_DEVICE);
	if (quoted)
		clb_out_char(out, '"');
	switch (value.kind) {
	case CLB_VALUE_UNSIGNED:
		clb_out_u64(out, value.number, 1);
		break;
	case CLB_VALUE_SIGNED:
		clb_out_s64(out, value.number);
		break;
	case CLB_VALUE_TEXT:
		clb_out_text(out, value.text, value.len, form);
		break;
	case CLB_VALUE_DEVICE:
		clb_out_u64(out, value.number >> CLB_MINOR_BITS, 1);
		clb_out_char(out, ':');
		clb_out_u64(out, value.number & ((1u << CLB_MINOR_BITS) - 1), 1);
		break;
	}
	if (quoted)
		clb_out_char(out, '"');
	return at;
}
