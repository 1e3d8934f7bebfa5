/* SPDX-License-Identifier: GPL-2.0 */
/* The checksum of a trace's metadata, which stands in the metadata itself. */
#ifndef CLB_METADATA_CHECK_H
#define CLB_METADATA_CHECK_H

#include <stddef.h>

/* A line of env {}: the crc32c of the whole file with these eight digits as 0. */
#define CLB_METADATA_CRC_LINE	"\tmetadata_crc32c = \"00000000\";\n"

/**
 * clb_metadata_seal() - fill in the checksum
 * @text: metadata with CLB_METADATA_CRC_LINE in it
 * @len: bytes of @text
 */
void clb_metadata_seal(char *text, size_t len);

/**
 * clb_metadata_check() - compare metadata with its checksum
 * @text: the whole file, any bytes
 * @len: bytes of @text
 *
 * Return: 0; -EBADMSG if they differ; -ENODATA if there is no checksum but the
 * text tells events of clbench; -EINVAL if it has nothing of clbench's.
 */
int clb_metadata_check(const char *text, size_t len);

#endif /* CLB_METADATA_CHECK_H */
