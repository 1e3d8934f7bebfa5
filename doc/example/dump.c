/* SPDX-License-Identifier: GPL-2.0 */
/* dump DIR: prints the records of a trace. */
#include <inttypes.h>
#include <stdio.h>

#include <clbench/libclbench.h>

static void print(const struct clb_record *record)
{
	struct clb_record_field field = { 0 };

	printf("%" PRIu64 " %s", record->ts_ns, record->event->name);
	while (clb_record_next_field(record, &field)) {
		printf(" %s=", field.field->name);
		clb_value_print(stdout, &field.value);
	}
	putchar('\n');
}

int main(int argc, char **argv)
{
	struct clb_trace *trace = NULL;
	struct clb_record record;
	int ret;

	if (argc != 2)
		return 2;
	ret = clb_trace_open(&trace, argv[1]);
	if (!ret)
		while ((ret = clb_trace_next(trace, &record)) > 0)
			print(&record);
	if (ret)
		fprintf(stderr, "%s: %s\n", argv[1], clb_trace_why(trace));
	clb_trace_close(trace);
	return ret ? 1 : 0;
}
