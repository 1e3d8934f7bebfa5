#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# kernel-doc has nothing to say about any source file.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs_kernel
needs perl
kernel_script kernel-doc

# Before 6.6 the strict checks came with -v, and with talk.
if grep -q Wall "$script"; then all=-Wall; else all=-v; fi

check() {
	! "$script" -none $all "$1" 2>&1 | grep -E 'warning:|error:'
}

# shellcheck disable=SC2046
each_clean check $(find "$top_srcdir/src" -name '*.[ch]' ! -name '*.mod.c' | sort)
