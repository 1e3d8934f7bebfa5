/* SPDX-License-Identifier: GPL-2.0 */
/* The file "metadata" of a trace: CTF 1.8 text that tells how to read "stream". */
#ifndef CLB_METADATA_H
#define CLB_METADATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "event.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * struct clb_metadata - what the metadata says
 * @uuid: of the session, the same as in every packet
 * @events: every event that may stand in the stream
 * @clock_offset_ns: CLOCK_REALTIME minus CLOCK_MONOTONIC_RAW
 * @session: name of the session; NULL if unknown, so for the following
 * @hostname: where it was recorded
 * @kernel_release: as "uname -r"
 * @module_version: of the module that recorded, such as "0.1.0"
 */
struct clb_metadata {
	uint8_t uuid[16];
	const struct clb_events *events;
	int64_t clock_offset_ns;
	const char *session;
	const char *hostname;
	const char *kernel_release;
	const char *module_version;
};

/**
 * clb_metadata_write() - write the metadata of a trace
 * @out: where to; not flushed
 * @m: what it says
 *
 * Unit, group, source, module and description, for which CTF 1.8 has no place,
 * go into comments of a fixed form that clb_metadata_parse() reads back. The
 * text holds its own checksum, see clb_metadata_check().
 *
 * Return: 0; -EINVAL if the name of a field is no identifier or occurs twice in
 * its event, the type or the size of a field is unknown, or a field of fixed size
 * stands behind a string; -ENOMEM; the negative errno with which @out failed, -EIO
 * if it told none.
 */
int clb_metadata_write(FILE *out, const struct clb_metadata *m);

/* Longest reason that clb_metadata_parse() gives, with its NUL. */
#define CLB_METADATA_WHY	160

/**
 * struct clb_metadata_parsed - metadata read from a trace
 * @m: what it says; @m.events is @events
 * @events: the events, sorted by id
 * @text: owns the strings of @m
 * @strange: its environment has a string that traces without checksum do not have
 */
struct clb_metadata_parsed {
	struct clb_metadata m;
	struct clb_events events;
	char *text[4];
	bool strange;
};

/**
 * clb_metadata_parse() - read the metadata that clb_metadata_write() wrote
 * @text: the whole file, any bytes
 * @len: bytes of @text
 * @p: filled in; clb_metadata_free() gives it back
 * @why: on failure, why, without a full stop; CLB_METADATA_WHY bytes
 *
 * Return: 0; -EINVAL if this is anything else; -ENOMEM. @p is empty on failure.
 */
int clb_metadata_parse(const char *text, size_t len, struct clb_metadata_parsed *p, char *why);

/**
 * clb_metadata_free() - give back what clb_metadata_parse() allocated
 * @p: the metadata; it is empty afterwards
 */
void clb_metadata_free(struct clb_metadata_parsed *p);

#ifdef __cplusplus
}
#endif

#endif /* CLB_METADATA_H */
