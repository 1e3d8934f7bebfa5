/* SPDX-License-Identifier: GPL-2.0 */
/* Writes a trace's metadata from the descriptions that the kernel gave. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "metadata.h"
#include "metadata_check.h"
#include "metadata_layout.h"

#define NSEC_PER_SEC	1000000000

/*
 * A string literal that is safe in a comment, too: anything but plain ASCII is
 * a byte in octal, so is the '/' that would end a comment.
 */
static void put_string(FILE *out, const char *s)
{
	char last = 0;

	putc('"', out);
	for (; *s; last = *s++) {
		unsigned char c = *s;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < ' ' || c > '~' || (c == '/' && last == '*'))
			fprintf(out, "\\%03o", c);
		else
			putc(c, out);
	}
	putc('"', out);
}

static void put_note(FILE *out, const char *key, const char *value)
{
	if (!value)
		return;
	fprintf(out, " %s=", key);
	put_string(out, value);
}

static void put_env(FILE *out, const char *key, const char *value)
{
	if (!value)
		return;
	fprintf(out, "\t%s = ", key);
	put_string(out, value);
	fputs(";\n", out);
}

static void put_trace(FILE *out, const uint8_t *uuid)
{
	fputs("\ntrace {\n\tmajor = 1;\n\tminor = 8;\n\tuuid = \"", out);
	for (int i = 0; i < 16; i++)
		fprintf(out, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", uuid[i]);
	fputs("\";\n\tbyte_order = le;\n"
	      "\tpacket.header := struct {\n"
	      "\t\tuint32_t magic;\n"
	      "\t\tuint8_t uuid[16];\n"
	      "\t};\n};\n\n", out);
}

static void put_environment(FILE *out, const struct clb_metadata *m)
{
	unsigned int version[3] = { 0 };

	fputs("env {\n\tdomain = \"kernel\";\n\tsysname = \"Linux\";\n", out);
	put_env(out, "kernel_release", m->kernel_release);
	put_env(out, "hostname", m->hostname);
	fputs("\ttracer_name = \"clbench\";\n", out);
	if (m->module_version &&
	    sscanf(m->module_version, "%5u.%5u.%5u", &version[0], &version[1], &version[2]) >= 1)
		fprintf(out, "\ttracer_major = %u;\n\ttracer_minor = %u;\n\ttracer_patchlevel = %u;\n",
			version[0], version[1], version[2]);
	put_env(out, "tracer_version", m->module_version);
	put_env(out, "trace_name", m->session);
	fprintf(out, "\tclbench_format = %d;\n", CLB_METADATA_FORMAT);
	fputs(CLB_METADATA_CRC_LINE "};\n\n", out);
}

static void put_clock(FILE *out, int64_t offset_ns)
{
	int64_t sec = offset_ns / NSEC_PER_SEC, rest = offset_ns % NSEC_PER_SEC;

	/* CTF's offset_s may be negative, offset may not. */
	if (rest < 0) {
		rest += NSEC_PER_SEC;
		sec--;
	}
	fprintf(out, "clock {\n"
		"\tname = \"monotonic_raw\";\n"
		"\tdescription = \"CLOCK_MONOTONIC_RAW, nanoseconds since boot\";\n"
		"\tfreq = %d;\n"
		"\toffset_s = %" PRId64 ";\n"
		"\toffset = %" PRId64 ";\n"
		"};\n\n", NSEC_PER_SEC, sec, rest);
}

static bool is_identifier(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";

	return *s && strspn(s, letters) == strlen(s);
}

/* Not what would make readers refuse the trace, and strings stand behind all else. */
static bool is_field_sound(const struct clb_event *event, size_t nr)
{
	const struct clb_field *field = &event->fields[nr];

	if ((unsigned int)field->type > CLBENCH_FIELD_TYPE_MAX || !is_identifier(field->name))
		return false;
	if (field->type == CLBENCH_FIELD_TYPE_TEXT && !field->size)
		return false;
	if (nr && field[-1].type == CLBENCH_FIELD_TYPE_STRING &&
	    field->type != CLBENCH_FIELD_TYPE_STRING)
		return false;
	for (size_t i = 0; i < nr; i++)
		if (!strcmp(field->name, event->fields[i].name))
			return false;
	return true;
}

static void put_enum(FILE *out, const struct clb_field *field)
{
	bool is_signed = field->type >= CLBENCH_FIELD_TYPE_S8;

	fprintf(out, "enum : %s {", clb_metadata_type_name[field->type]);
	for (size_t i = 0; i < field->nr_labels; i++) {
		uint32_t value = field->labels[i].value;

		fputs(i ? ", " : " ", out);
		put_string(out, field->labels[i].name);
		fprintf(out, " = %" PRId64, is_signed ? (int64_t)(int32_t)value : (int64_t)value);
	}
	fputs(" }", out);
}

/* Names get the underscore that readers take away again: "event" is a keyword. */
static void put_field(FILE *out, const struct clb_field *field)
{
	fputs("\t\t", out);
	if (field->nr_labels && field->type < CLBENCH_FIELD_TYPE_TEXT)
		put_enum(out, field);
	else
		fputs(clb_metadata_type_name[field->type], out);
	fprintf(out, " _%s", field->name);
	if (field->type == CLBENCH_FIELD_TYPE_TEXT)
		fprintf(out, "[%" PRIu32 "]", field->size);
	putc(';', out);
	if (field->unit) {
		fputs(" /* clbench:", out);
		put_note(out, "unit", field->unit);
		fputs(" */", out);
	}
	putc('\n', out);
}

static int put_event(FILE *out, const struct clb_event *event)
{
	fputs("\n/* clbench:", out);
	if (event->internal)
		fputs(" internal", out);
	put_note(out, "group", event->group);
	put_note(out, "source", event->source);
	put_note(out, "module", event->module);
	put_note(out, "description", event->description);
	fputs(" */\nevent {\n\tname = ", out);
	put_string(out, event->name);
	fprintf(out, ";\n\tid = %" PRIu32 ";\n\tfields := struct {\n", event->id);
	for (size_t i = 0; i < event->nr_fields; i++) {
		if (!is_field_sound(event, i))
			return -EINVAL;
		put_field(out, &event->fields[i]);
	}
	fputs("\t};\n};\n", out);
	return 0;
}

static int put_all(FILE *out, const struct clb_metadata *m)
{
	/* CTF wants these to be the first bytes of the file. */
	fputs("/* CTF 1.8 */\n\n", out);
	fputs(clb_metadata_types, out);
	put_trace(out, m->uuid);
	put_environment(out, m);
	put_clock(out, m->clock_offset_ns);
	fputs(clb_metadata_stream, out);
	for (size_t i = 0; i < m->events->nr; i++) {
		int err = put_event(out, &m->events->list[i]);

		if (err)
			return err;
	}
	return ferror(out) ? -ENOMEM : 0;
}

int clb_metadata_write(FILE *out, const struct clb_metadata *m)
{
	char *text = NULL;
	size_t len = 0;
	FILE *whole;
	int err;

	/* The checksum stands before the end of what it covers. */
	whole = open_memstream(&text, &len);
	if (!whole)
		return -ENOMEM;
	err = put_all(whole, m);
	if (fclose(whole) && !err)
		err = -ENOMEM;
	if (!err) {
		clb_metadata_seal(text, len);
		errno = 0;
		if (fwrite(text, 1, len, out) != len)
			err = errno ? -errno : -EIO;
	}
	free(text);
	return err;
}
