#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The example of doc/your-own-event.md is the one in doc/example, and it builds.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs_kernel
make_temp

# differs LANGUAGE FILE: how the page's first block of LANGUAGE is not the file.
differs() {
	awk -v start="\`\`\`$1" '$0 == "```" { inside = 0 } inside; $0 == start && !seen { inside = seen = 1 }' \
		"$top_srcdir/doc/your-own-event.md" | diff - "$top_srcdir/doc/example/$2"
}

plan 4
is "$(differs c clbench_example.c)" "" "the page has the module as it is"
is "$(differs make Kbuild)" "" "the page has its Kbuild as it is"

# What a build has left in the folder stays there.
cp "$top_srcdir/doc/example/Kbuild" "$top_srcdir/doc/example/clbench_example.c" "$temp"
check=
if command -v sparse >/dev/null; then check='C=2 CF=-D__CHECK_ENDIAN__'; fi
# shellcheck disable=SC2086 # lists
if env -u MAKEFLAGS -u MAKELEVEL make -C "$CLBENCH_KERNEL_DIR" M="$temp" \
	CLBENCH="$top_builddir/src/kernel" CC="$CLBENCH_KERNEL_CC" $CLBENCH_KERNEL_MAKEFLAGS \
	W=1 $check modules >"$temp/log" 2>&1; then
	pass "the module is built with W=1"
else
	fail "the module is built with W=1" || diag "$(cat "$temp/log")"
fi
is "$(grep -E 'warning|error|WARNING|ERROR' "$temp/log")" "" "without a remark"
exit 0
