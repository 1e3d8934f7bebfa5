/* SPDX-License-Identifier: GPL-2.0 */
/* get_unaligned(): linux/unaligned.h from 6.12 on, asm/unaligned.h before. */
#ifndef CLB_COMPAT_UNALIGNED_H
#define CLB_COMPAT_UNALIGNED_H

#if __has_include(<linux/unaligned.h>)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* CLB_COMPAT_UNALIGNED_H */
