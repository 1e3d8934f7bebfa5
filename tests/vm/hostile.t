#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No message does harm, whoever sends it.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
"$top_srcdir/tests/genl/build.sh" "$top_builddir/tests/genl/built" || bail_out "the fuzzer does not build"
vm_judged hostile
