/* SPDX-License-Identifier: GPL-2.0 */
/* CRC-32C (Castagnoli), the checksum of packets. */
#ifndef CLB_CRC32C_H
#define CLB_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/**
 * clb_crc32c() - go on with a checksum
 * @crc: ~0 at the start, then the result of the call before
 * @data: the bytes
 * @len: how many
 *
 * The checksum of all bytes is the complement of the last result.
 *
 * Return: the checksum so far.
 */
uint32_t clb_crc32c(uint32_t crc, const void *data, size_t len);

/**
 * clb_crc32c_table() - the same without help from the processor
 * @crc: as above; so for the following
 * @data: the bytes
 * @len: how many
 *
 * Return: as above.
 */
uint32_t clb_crc32c_table(uint32_t crc, const void *data, size_t len);

#endif /* CLB_CRC32C_H */
