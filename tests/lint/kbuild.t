#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Compiler (W=1) and sparse have nothing to say about the kernel module.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs_kernel
needs sparse
make_temp

cp -RL "$top_srcdir/src/kernel" "$temp/kernel"
# Not what a build has left there.
find "$temp/kernel" \( -name '*.o' -o -name '*.cmd' -o -name '*.ko' -o -name '*.mod' \) -delete

plan 2
# shellcheck disable=SC2086 # a list
if env -u MAKEFLAGS -u MAKELEVEL make -C "$CLBENCH_KERNEL_DIR" M="$temp/kernel" \
	CC="$CLBENCH_KERNEL_CC" $CLBENCH_KERNEL_MAKEFLAGS W=1 C=2 CF=-D__CHECK_ENDIAN__ \
	modules >"$temp/log" 2>&1; then
	pass "the module is built with W=1 C=2"
else
	fail "the module is built with W=1 C=2" || diag "$(cat "$temp/log")"
fi
remarks=$(grep -E 'warning|error' "$temp/log")
is "$remarks" "" "without a remark"
exit 0
