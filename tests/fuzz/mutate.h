/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes that keep an input what it is: a stream with sound packets, metadata
 * with its checksum. Else most inputs would end at the first check.
 */
#ifndef MUTATE_H
#define MUTATE_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's own: any change of bytes. Returns the new size, up to @max_size. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);

/* libFuzzer asks for a change of an input here; what depends on chance, on @seed. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

/**
 * mutate_below() - throw a die
 * @seed: its state, changed
 * @limit: one more than the largest number
 *
 * Return: a number from 0.
 */
uint32_t mutate_below(unsigned int *seed, uint32_t limit);

/**
 * mutate_stream() - change a stream
 * @data: its bytes
 * @size: how many
 * @max_size: room for them
 * @seed: what to change
 *
 * Mostly the checksums are right afterwards.
 *
 * Return: the new size.
 */
size_t mutate_stream(uint8_t *data, size_t size, size_t max_size, unsigned int *seed);

#endif /* MUTATE_H */
