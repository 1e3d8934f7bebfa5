/* SPDX-License-Identifier: GPL-2.0 */
/* JSON on one line, as all commands write it. */

#include "json.h"

#include <inttypes.h>
#include <string.h>

#include "text.h"

/* Keys are ours: plain words that need no escape. */
static void start_value(struct clb_json *json, const char *key)
{
	if (json->comma)
		fputc(',', json->out);
	json->comma = true;
	if (key)
		fprintf(json->out, "\"%s\":", key);
}

void clb_json_open(struct clb_json *json, const char *key, char bracket)
{
	start_value(json, key);
	fputc(bracket, json->out);
	json->comma = false;
}

void clb_json_close(struct clb_json *json, char bracket)
{
	fputc(bracket, json->out);
	json->comma = true;
}

void clb_json_end(struct clb_json *json)
{
	fputc('\n', json->out);
	json->comma = false;
}

void clb_json_bytes(struct clb_json *json, const char *key, const void *bytes, size_t size)
{
	const unsigned char *p = bytes;
	size_t step;

	start_value(json, key);
	fputc('"', json->out);
	while (size) {
		step = clb_text_step(p, size);
		if (!step) {
			fprintf(json->out, "\\\\x%02x", *p);
			step = 1;
		} else {
			if (*p == '"' || *p == '\\')
				fputc('\\', json->out);
			fwrite(p, 1, step, json->out);
		}
		p += step;
		size -= step;
	}
	fputc('"', json->out);
}

void clb_json_string(struct clb_json *json, const char *key, const char *string)
{
	if (string)
		clb_json_bytes(json, key, string, strlen(string));
	else
		clb_json_null(json, key);
}

void clb_json_u64(struct clb_json *json, const char *key, uint64_t value)
{
	start_value(json, key);
	fprintf(json->out, "%" PRIu64, value);
}

void clb_json_bool(struct clb_json *json, const char *key, bool value)
{
	start_value(json, key);
	fputs(value ? "true" : "false", json->out);
}

void clb_json_null(struct clb_json *json, const char *key)
{
	start_value(json, key);
	fputs("null", json->out);
}
