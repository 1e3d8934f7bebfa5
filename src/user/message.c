/* SPDX-License-Identifier: GPL-2.0 */
/* What clbench-ctl says to people: on stderr, one sentence a line. */

#include "message.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

/*
 * Text in a message may come from the kernel or from the command line: nothing
 * in it shall drive the terminal. The line goes out whole, between the lines
 * that COMMAND writes at the same time.
 */
static void say(const char *format, va_list arguments)
{
	char line[4096], *text = NULL;
	size_t size = 0;
	FILE *f;

	vsnprintf(line, sizeof(line), format, arguments);
	f = open_memstream(&text, &size);
	if (!f)
		return;
	fputs("clbench-ctl: ", f);
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
	say(format, arguments);
	va_end(arguments);
}

int clb_fail(int status, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(format, arguments);
	va_end(arguments);
	return status;
}
