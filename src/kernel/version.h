/* SPDX-License-Identifier: GPL-2.0 */
/* The module's version, also where the kernel may have had no memory to keep it. */
#ifndef CLB_VERSION_H
#define CLB_VERSION_H

#define CLB_VERSION	"0.1.0"

#endif /* CLB_VERSION_H */
