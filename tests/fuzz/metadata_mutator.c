/* SPDX-License-Identifier: GPL-2.0 */
/* Changes for metadata.c: the text's checksum, which stands in it, is mostly right. */
#include <stdio.h>
#include <string.h>

#include "crc32c.h"
#include "mutate.h"

static void mend(uint8_t *data, size_t size)
{
	static const char key[] = "metadata_crc32c = \"";
	const size_t digits = 8;
	uint8_t *at = memmem(data, size, key, strlen(key));
	char text[9];

	if (!at || size - (at - data) < strlen(key) + digits)
		return;
	at += strlen(key);
	memset(at, '0', digits);
	snprintf(text, sizeof(text), "%08x", ~clb_crc32c(~0u, data, size));
	memcpy(at, text, digits);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	size = LLVMFuzzerMutate(data, size, max_size);
	if (mutate_below(&seed, 8))
		mend(data, size);
	return size;
}
