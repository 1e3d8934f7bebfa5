/* SPDX-License-Identifier: GPL-2.0 */
/* The configuration file of the daemon, clbenchd.conf(5). */
#ifndef CLBD_CONF_H
#define CLBD_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan.h"

/**
 * struct clbd_section - a session of the file
 * @plan: how it shall be
 * @boot: the daemon starts it when it starts itself
 */
struct clbd_section {
	struct clbd_plan plan;
	bool boot;
};

/**
 * struct clbd_conf - the file
 * @trace_dir: where the sessions' directories are
 * @min_free_percent: of the file system that is kept free; 0: see the next
 * @min_free_bytes: that are kept free; with @min_free_percent, the lesser counts
 * @low_space_pause: below it, recordings pause; else closed chunks are removed first
 * @sections: the sessions
 * @nr_sections: how many
 */
struct clbd_conf {
	char *trace_dir;
	uint32_t min_free_percent;
	uint64_t min_free_bytes;
	bool low_space_pause;
	struct clbd_section *sections;
	size_t nr_sections;
};

/**
 * clbd_conf_read() - read a configuration file
 * @conf: gets it; freed with clbd_conf_free(), empty after a failure
 * @path: the file; one that is not there is an empty one if @may_miss
 * @may_miss: it need not be there
 * @why: gets what is wrong and where, CLBD_WHY bytes
 *
 * Return: 0; -EINVAL: something is wrong in it; a negative errno of open().
 */
int clbd_conf_read(struct clbd_conf *conf, const char *path, bool may_miss, char *why);

/**
 * clbd_conf_free() - give back what is behind a configuration
 * @conf: the configuration; is the zeroed one afterwards
 */
void clbd_conf_free(struct clbd_conf *conf);

/**
 * clbd_conf_section() - find a session
 * @conf: the configuration
 * @name: of the session
 *
 * Return: its section, or NULL.
 */
const struct clbd_section *clbd_conf_section(const struct clbd_conf *conf, const char *name);

#endif /* CLBD_CONF_H */
