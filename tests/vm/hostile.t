#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No message does harm, whoever sends it.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged hostile
