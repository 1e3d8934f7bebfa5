#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Instructions per event, beside ftrace's; see guest.sh.

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"
vm_bench 200000 --icount shift=0,sleep=off
