#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A daemon that rotates loses nothing, however often it dies or is changed.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
command -v babeltrace2 >/dev/null || skip_all "no babeltrace2"
vm_judged days
