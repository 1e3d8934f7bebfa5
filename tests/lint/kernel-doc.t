#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# kernel-doc has nothing to say about any source file.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs_kernel
needs perl
kernel_script kernel-doc
make_temp

# Before 6.6 the strict checks came with -v, and with talk.
if grep -q Wall "$script"; then all=-Wall; else all=-v; fi

# In 7.3 remarks have a capital.
check() {
	! "$script" -none $all "$1" 2>&1 | grep -iE 'warning:|error:'
}

cat >"$temp/defect.h" <<'EOF'
/**
 * defect() - say nothing of the parameter and of what is returned
 */
int defect(int number);
EOF
bites check "$temp/defect.h" "'number' not described"
bites check "$temp/defect.h" "return value of 'defect'"

# shellcheck disable=SC2046
each_clean check $(find "$top_srcdir/src" -name '*.[ch]' ! -name '*.mod.c' | sort)
