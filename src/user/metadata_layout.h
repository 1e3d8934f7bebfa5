/* SPDX-License-Identifier: GPL-2.0 */
/* What the writer and the reader of metadata share: the parts that never vary. */
#ifndef CLB_METADATA_LAYOUT_H
#define CLB_METADATA_LAYOUT_H

#include <linux/clbench.h>

/* Counted up with every change of the layout that an older reader cannot read. */
#define CLB_METADATA_FORMAT	1

/* Stands before trace {}. */
extern const char clb_metadata_types[];

/* Stands between clock {} and the events: headers and contexts of the stream. */
extern const char clb_metadata_stream[];

/* TSDL's name of each field type. */
extern const char *const clb_metadata_type_name[CLBENCH_FIELD_TYPE_MAX + 1];

#endif /* CLB_METADATA_LAYOUT_H */
