#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# CPUs may go and come while they record.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged hotplug
