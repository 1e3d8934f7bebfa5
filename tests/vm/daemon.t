#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# clbenchd does as it is told, by whom it may be told, whatever befalls it.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged daemon --timeout 400
