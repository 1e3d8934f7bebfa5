/* SPDX-License-Identifier: GPL-2.0 */
/* Changes for directory.c: one of its files, mostly as a stream. */
#include <stdlib.h>
#include <string.h>

#include "mutate.h"

#define HEAD		4
#define FILES_MAX	24
#define LONGEST		UINT16_MAX

/* Where the files start; the last is the end. */
static size_t find_files(const uint8_t *data, size_t size, size_t at[FILES_MAX + 1])
{
	size_t nr = 0;

	at[0] = 0;
	while (nr < FILES_MAX && size - at[nr] >= HEAD) {
		size_t length = HEAD + (data[at[nr] + 2] | data[at[nr] + 3] << 8);

		if (length > size - at[nr])
			break;
		at[nr + 1] = at[nr] + length;
		nr++;
	}
	return nr;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	size_t at[FILES_MAX + 1], nr = find_files(data, size, at), file, length, room;
	uint8_t *copy;

	if (!nr || !mutate_below(&seed, 8))
		return LLVMFuzzerMutate(data, size, max_size);
	file = mutate_below(&seed, nr);
	length = at[file + 1] - at[file] - HEAD;
	room = length + max_size - size;
	if (room > LONGEST)
		room = LONGEST;
	copy = room ? malloc(room) : NULL;
	if (!copy)
		return size;
	memcpy(copy, data + at[file] + HEAD, length);
	if (data[at[file] + 1] % 2)
		room = LLVMFuzzerMutate(copy, length, room);
	else
		room = mutate_stream(copy, length, room, &seed);
	memmove(data + at[file] + HEAD + room, data + at[file + 1], size - at[file + 1]);
	memcpy(data + at[file] + HEAD, copy, room);
	free(copy);
	data[at[file] + 2] = room;
	data[at[file] + 3] = room >> 8;
	return size - length + room;
}
