#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Time per event when one CPU produces, and when all do; see guest.sh.

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"
# All sessions together may have an eighth of the memory.
vm_bench 1000000 --mem 4096
