/* SPDX-License-Identifier: GPL-2.0 */
/* Fuzzes the metadata's reader: the input is the text; behind it stands one stream. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "fuzz_metadata.h"
#include "metadata.h"
#include "metadata_check.h"
#include "show.h"
#include "verify_show.h"

static char *write_again(const struct clb_metadata *m, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);
	int err = clb_metadata_write(out, m);

	fclose(out);
	if (!err)
		return text;
	free(text);
	return NULL;
}

/* What is read can be written, and read again; after that, nothing changes any more. */
static void rewrite(const uint8_t *data, size_t size)
{
	char why[CLB_METADATA_WHY] = "", *first, *second;
	struct clb_metadata_parsed p, q;
	size_t first_size, second_size;

	if (clb_metadata_parse((const char *)data, size, &p, why)) {
		fuzz_check(*why && fuzz_is_printable(why, strlen(why)), "a refusal has a reason", why);
		return;
	}
	first = write_again(&p.m, &first_size);
	if (first) {
		fuzz_check(!clb_metadata_check(first, first_size), "the checksum is right", NULL);
		fuzz_check(!clb_metadata_parse(first, first_size, &q, why), "what is written is read", why);
		second = write_again(&q.m, &second_size);
		fuzz_check(second && second_size == first_size && !memcmp(first, second, first_size),
			   "metadata is written as it was read", NULL);
		clb_metadata_free(&q);
		free(second);
	}
	free(first);
	clb_metadata_free(&p);
}

static void show_all(struct clb_trace *trace)
{
	static struct clb_show show;
	struct clb_record record;

	memset(&show, 0, offsetof(struct clb_show, out.buffer));
	show.out.fd = -1;
	while (clb_trace_next(trace, &record) > 0) {
		show.out.used = 0;
		clb_show_csv_header(&show, record.event);
		clb_show_text(&show, &record);
		clb_show_json(&show, &record);
		clb_show_csv(&show, &record);
	}
}

static void judge(struct clb_trace *trace, int err)
{
	FILE *null = fopen("/dev/null", "w");
	struct clb_verify verify;

	err = clb_verify(&verify, trace, err);
	fuzz_check(!err || *clb_trace_why(trace), "what is not judged has a reason", NULL);
	if (!err) {
		clb_verify_text(&verify, "a trace", null);
		clb_verify_json(&verify, "a trace", null);
	}
	clb_verify_free(&verify);
	fclose(null);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clb_trace *trace;
	static bool prepared;
	int err;

	if (!prepared)
		fuzz_write("stream", fuzz_stream, sizeof(fuzz_stream));
	prepared = true;
	rewrite(data, size);
	fuzz_write("metadata", data, size);
	err = clb_trace_open(&trace, fuzz_folder());
	fuzz_check(!err || *clb_trace_why(trace), "a refusal has a reason", NULL);
	if (!err)
		show_all(trace);
	judge(trace, err);
	clb_trace_close(trace);
	return 0;
}
