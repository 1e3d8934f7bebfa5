#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# checkpatch has nothing to say about the kernel module.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs_kernel
needs perl
kernel_script checkpatch.pl
make_temp

# Checks that guess and are mostly wrong here; all others are rules.
#   COMPLEX_MACRO, MACRO_ARG_REUSE  takes tables and initializers for functions
#   EMBEDDED_FUNCTION_NAME          takes the word mark for the function mark()
#   LONG_LINE_STRING                the kernel wants messages in one piece
ignored=COMPLEX_MACRO,EMBEDDED_FUNCTION_NAME,LONG_LINE_STRING,MACRO_ARG_REUSE

# What user space includes cannot use the kernel's macros; __has_include(<...>)
# looks like arithmetic.
ignored_for() {
	case $1 in
	*/uapi/*) echo "$ignored,CAMELCASE,PREFER_DEFINED_ATTRIBUTE_MACRO" ;;
	*/compat/*) echo "$ignored,SPACING,LINUX_VERSION_CODE,CONSTANT_COMPARISON" ;;
	*) echo "$ignored" ;;
	esac
}

# Where checkpatch looks for the kernel's headers, and leaves a file of its own.
mkdir "$temp/include"
cd "$temp" || exit 1

check() {
	"$script" --no-tree --root="$temp" --strict --quiet --terse --no-summary \
		--show-types --max-line-length=100 --ignore "$(ignored_for "$1")" -f "$1"
}

# shellcheck disable=SC2046
each_clean check $(find "$top_srcdir/src/kernel" -name '*.[ch]' ! -name '*.mod.c' | sort)
