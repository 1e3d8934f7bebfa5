#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# What happened first stands first, on a machine without a steady TSC, too.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged order --append "tsc=unstable clocksource=hpet"
