#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No message of CLBENCH_FUZZ_SECONDS (300) does harm, whoever sends it, also while the module goes.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
export CLBENCH_FUZZ_SECONDS="${CLBENCH_FUZZ_SECONDS:-300}"
"$top_srcdir/tests/genl/build.sh" "$top_builddir/tests/genl/built" kcov || bail_out "the fuzzer does not build"
vm_judged fuzz_genl --timeout $((CLBENCH_FUZZ_SECONDS * 2 + 900))
