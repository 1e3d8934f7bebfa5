#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A recorder that is killed loses nothing: another one attaches and goes on.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged kill --disk 512M@600000
