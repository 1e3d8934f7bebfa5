#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A full disk costs what memory cannot hold, which is accounted for, and no more.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged full
