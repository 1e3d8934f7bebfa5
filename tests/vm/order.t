#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What happened first stands first, on whatever CPU.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged order --mem 1536
