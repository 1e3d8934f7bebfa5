/* SPDX-License-Identifier: GPL-2.0 */
/* The checksum of a trace's metadata, which stands in the metadata itself. */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "crc32c.h"
#include "metadata_check.h"

#define CRC_KEY		"\n\tmetadata_crc32c = \""
#define CRC_DIGITS	8

/* Where the digits are; NULL without the key. A string has no newline in it. */
static const char *find_digits(const char *text, size_t len)
{
	const char *key = memmem(text, len, CRC_KEY, strlen(CRC_KEY));

	if (!key || (size_t)(text + len - key) < strlen(CRC_KEY) + CRC_DIGITS)
		return NULL;
	return key + strlen(CRC_KEY);
}

static void print_crc(char digits[CRC_DIGITS + 1], const char *text, size_t len, const char *at)
{
	const char *behind = at + CRC_DIGITS;
	uint32_t crc;

	crc = clb_crc32c(~0u, text, at - text);
	crc = clb_crc32c(crc, "00000000", CRC_DIGITS);
	crc = ~clb_crc32c(crc, behind, text + len - behind);
	snprintf(digits, CRC_DIGITS + 1, "%08x", crc);
}

void clb_metadata_seal(char *text, size_t len)
{
	const char *at = find_digits(text, len);
	char digits[CRC_DIGITS + 1];

	if (!at)
		return;
	print_crc(digits, text, len, at);
	memcpy(text + (at - text), digits, CRC_DIGITS);
}

int clb_metadata_check(const char *text, size_t len)
{
	static const char event[] = "\tname = \"clbench_";
	const char *at = find_digits(text, len);
	char digits[CRC_DIGITS + 1];

	if (at) {
		print_crc(digits, text, len, at);
		return memcmp(at, digits, CRC_DIGITS) ? -EBADMSG : 0;
	}
	return memmem(text, len, event, strlen(event)) ? -ENODATA : -EINVAL;
}
