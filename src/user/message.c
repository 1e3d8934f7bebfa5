/* SPDX-License-Identifier: GPL-2.0 */
/* What a program says to people: on stderr, one sentence a line. */

#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const char *program = "clbench-ctl";
static bool to_journal;

void clb_message_setup(const char *name, bool journal)
{
	program = name;
	to_journal = journal;
}

/*
 * Text in a message may come from the kernel or from the command line: nothing
 * in it shall drive the terminal. The line goes out whole, between the lines
 * that COMMAND writes at the same time.
 */
static void say(enum clb_level level, const char *format, va_list arguments)
{
	char line[4096], *text = NULL;
	size_t size = 0;
	FILE *f;

	vsnprintf(line, sizeof(line), format, arguments);
	f = open_memstream(&text, &size);
	if (!f)
		return;
	/* The journal adds the name, and takes the level from the line. */
	if (to_journal)
		fprintf(f, "<%d>", level);
	else
		fprintf(f, "%s: ", program);
	clb_text_put(f, line, strlen(line));
	fputc('\n', f);
	if (!fclose(f))
		fwrite(text, 1, size, stderr);
	free(text);
}

void clb_say(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(CLB_LEVEL_INFO, format, arguments);
	va_end(arguments);
}

void clb_log(enum clb_level level, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(level, format, arguments);
	va_end(arguments);
}

int clb_fail(int status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(CLB_LEVEL_ERROR, format, arguments);
	va_end(arguments);
	return status;
}
