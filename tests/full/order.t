#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What happened first stands first, a million times.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
export CLBENCH_LOAD_TURNS=1000000
vm_judged order --timeout 1200
