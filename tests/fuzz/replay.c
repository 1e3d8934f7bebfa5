/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tries a fuzz target on files, instead of libFuzzer.
 *
 * usage: NAME FILE...
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static int try_file(const char *path)
{
	uint8_t *data = NULL;
	FILE *f = fopen(path, "r");
	long size = -1;

	if (f && !fseek(f, 0, SEEK_END))
		size = ftell(f);
	/* Of just this size: a byte beyond it is not ours. */
	if (size >= 0)
		data = malloc(size);
	if (!f || size < 0 || (size && !data) || fseek(f, 0, SEEK_SET) ||
	    fread(data, 1, size, f) != (size_t)size) {
		fprintf(stderr, "cannot read %s\n", path);
		return 1;
	}
	fclose(f);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

int main(int argc, char **argv)
{
	FILE *out = stdout;

	for (int i = 1; i < argc; i++) {
		/* The last name is the one that did it, whatever becomes of us. */
		fprintf(out, "# %s\n", argv[i]);
		fflush(out);
		if (try_file(argv[i]))
			return 1;
	}
	return 0;
}
