#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A daemon that rotates loses none of ten million records, however often it dies.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
command -v babeltrace2 >/dev/null || skip_all "no babeltrace2"
export CLBENCH_DAYS_RECORDS=10000000 CLBENCH_LOAD_RATE=5000
vm_judged days --disk 2G --timeout 1500
