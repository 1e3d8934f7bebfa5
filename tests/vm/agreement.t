#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# clbench-ctl show and babeltrace2 tell the same of what a kernel has recorded.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
command -v babeltrace2 >/dev/null || skip_all "no babeltrace2"
vm_judged agreement
