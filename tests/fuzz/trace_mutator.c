/* SPDX-License-Identifier: GPL-2.0 */
/* Changes for trace.c: its input is a stream. */
#include "mutate.h"

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	return mutate_stream(data, size, max_size, &seed);
}
