#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# A session loses nothing by what other sessions do.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged isolation --mem 2048
