/* SPDX-License-Identifier: GPL-2.0 */
/* What the fuzz targets share: a folder for files, and how to fail. */
#include <ftw.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"

static void fail(const char *what, const char *why)
{
	dprintf(STDERR_FILENO, "ERROR: it does not hold that %s%s%s\n", what,
		why ? ": " : "", why ? why : "");
	abort();
}

void fuzz_check(bool holds, const char *what, const char *why)
{
	if (!holds)
		fail(what, why);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

void fuzz_remove(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static char folder[128];

static void remove_folder(void)
{
	fuzz_remove(folder);
}

const char *fuzz_folder(void)
{
	const char *above = getenv("TMPDIR");

	if (folder[0])
		return folder;
	/* Not a disk: an input takes some 100 us. */
	if (!above && !access("/dev/shm", W_OK))
		above = "/dev/shm";
	snprintf(folder, sizeof(folder), "%s/clbench-fuzz-XXXXXX", above ? above : "/tmp");
	if (!mkdtemp(folder))
		fail("there is a folder for files", folder);
	atexit(remove_folder);
	return folder;
}

const char *fuzz_path(const char *name)
{
	static char paths[4][256];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", fuzz_folder(), name);
	return path;
}

void fuzz_write(const char *name, const void *data, size_t size)
{
	FILE *f = fopen(fuzz_path(name), "w");

	if (!f || fwrite(data, 1, size, f) != size || fclose(f))
		fail("a file can be written", name);
}

char *fuzz_text(const uint8_t *data, size_t size)
{
	/* memchr() would see the end of an empty input as NULL. */
	size_t length = size ? strnlen((const char *)data, size) : 0;
	char *text = malloc(length + 1);

	if (!text)
		fail("there is memory", NULL);
	if (length)
		memcpy(text, data, length);
	text[length] = '\0';
	return text;
}

/* glibc's stdout and stderr are variables: descriptor 2 stays the sanitizers'. */
void fuzz_quiet(void)
{
	static FILE *null;

	if (!null)
		null = fopen("/dev/null", "w");
	if (!null)
		fail("its output can be sent away", NULL);
	stdout = stderr = null;
}

static char *heard;
static size_t heard_size;
static FILE *before[2];

void fuzz_listen(void)
{
	FILE *f = open_memstream(&heard, &heard_size);

	if (!f)
		fail("there is memory", NULL);
	before[0] = stdout;
	before[1] = stderr;
	stdout = stderr = f;
}

void fuzz_heard(void)
{
	FILE *f = stdout;

	stdout = before[0];
	stderr = before[1];
	fclose(f);
	fuzz_check(fuzz_is_printable(heard, heard_size), "what is printed drives no terminal", heard);
	free(heard);
}

/* Not by clb_text_step(), which is what is tested. */
static bool drives_terminal(uint32_t code)
{
	return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
	       code == 0xfeff;
}

bool fuzz_is_printable(const char *text, size_t size)
{
	json_t *valid = json_stringn(text, size);
	uint32_t code = 0;

	/* jansson knows what UTF-8 is; then the first byte tells the length. */
	if (!valid)
		return false;
	json_decref(valid);
	for (size_t at = 0; at < size; at++) {
		uint8_t byte = text[at];

		if (byte < 0x80)
			code = byte;
		else if (byte < 0xc0)
			code = code << 6 | (byte & 0x3f);
		else
			code = byte & (byte < 0xe0 ? 0x1f : byte < 0xf0 ? 0x0f : 0x07);
		/* The last byte of a character. */
		if ((at + 1 == size || (text[at + 1] & 0xc0) != 0x80) && code != '\n' &&
		    drives_terminal(code))
			return false;
	}
	return true;
}
