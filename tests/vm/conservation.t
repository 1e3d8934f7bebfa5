#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every record is read back or accounted for, at its place.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged conservation --mem 2048
