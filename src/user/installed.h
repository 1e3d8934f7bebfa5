/* SPDX-License-Identifier: GPL-2.0 */
/* The module that is installed, which need not be the one that is loaded. */
#ifndef CLB_INSTALLED_H
#define CLB_INSTALLED_H

/* Room for what clb_installed_version() writes. */
#define CLB_VERSION_TEXT	64

/**
 * clb_installed_version() - ask modinfo for the module's version
 * @text: gets it
 *
 * Return: @text, or NULL if it is unknown.
 */
const char *clb_installed_version(char text[CLB_VERSION_TEXT]);

#endif /* CLB_INSTALLED_H */
