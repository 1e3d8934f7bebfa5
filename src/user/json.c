/* SPDX-License-Identifier: GPL-2.0 */
/* JSON on one line, as all commands write it. */

#include "json.h"

#include <inttypes.h>
#include <string.h>

#include "text.h"

static void put_bytes(FILE *out, const void *bytes, size_t size)
{
	const unsigned char *p = bytes;
	size_t step;

	fputc('"', out);
	while (size) {
		step = clb_text_step(p, size);
		if (!step) {
			fprintf(out, "\\\\x%02x", *p);
			step = 1;
		} else {
			if (*p == '"' || *p == '\\')
				fputc('\\', out);
			fwrite(p, 1, step, out);
		}
		p += step;
		size -= step;
	}
	fputc('"', out);
}

/* A key may be the name of an event, which a trace tells. */
static void start_value(struct clb_json *json, const char *key)
{
	if (json->comma)
		fputc(',', json->out);
	json->comma = true;
	if (!key)
		return;
	put_bytes(json->out, key, strlen(key));
	fputc(':', json->out);
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
	start_value(json, key);
	put_bytes(json->out, bytes, size);
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

void clb_json_s64(struct clb_json *json, const char *key, int64_t value)
{
	start_value(json, key);
	fprintf(json->out, "%" PRId64, value);
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
