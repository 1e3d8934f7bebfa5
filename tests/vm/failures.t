#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# An allocation that fails is told or counted, and leaves nothing behind.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged failures
