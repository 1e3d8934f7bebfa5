#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# gcc -fanalyzer has nothing to say about the kernel module.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs_kernel
make_temp

# It knows nothing of kfree() and locks, but of pointers, bounds and what is not
# initialized.
cat >"$temp/analyze" <<EOF
cd "$CLBENCH_KERNEL_DIR"
$(kernel_compile) -fanalyzer -fdiagnostics-path-format=none -S -o /dev/null "\$1"
EOF

cat >"$temp/defect.c" <<'EOF'
int defect(int number);

int defect(int number)
{
	int *nowhere = (void *)0;

	return number > 3 ? *nowhere : number;
}
EOF

sources() {
	find "$top_srcdir/src/kernel" -name '*.c' ! -name '*.mod.c' | sort
}

{ sources; echo "$temp/defect.c"; } | in_parallel sh "$temp/analyze"
bites said "$temp/defect.c" analyzer-null-dereference
# shellcheck disable=SC2046
each_clean said $(sources)
