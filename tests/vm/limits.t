#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What the module cannot grant it refuses; small buffers cost no record.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged limits
