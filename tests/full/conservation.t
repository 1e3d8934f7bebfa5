#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every one of three times as many records is read back or accounted for.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
export CLBENCH_LOAD_RECORDS=15000000
vm_judged conservation --mem 2048 --timeout 1200
