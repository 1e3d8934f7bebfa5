#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A trace tells what happened, of each built-in event.

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"
vm_test --timeout 300 -- events truth sched
