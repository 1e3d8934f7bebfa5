#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Sessions that lost their recorder: attach, stop, linger; and viewers: tail.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged orphan
