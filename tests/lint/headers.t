#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every header compiles alone: whoever includes it needs nothing before it.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs_kernel
make_temp

cat >"$temp/alone" <<EOF
case \$1 in
*/src/kernel/*)
	cd "$CLBENCH_KERNEL_DIR"
	echo "#include \"\$1\"" | $(kernel_compile) -fsyntax-only -x c -
	;;
*)
	echo "#include \"\$1\"" |
		${CC:-cc} -std=gnu11 -Wall -Wextra $CLBENCH_CPPFLAGS -fsyntax-only -x c -
	;;
esac
EOF

for side in kernel user; do
	mkdir -p "$temp/src/$side"
	echo 'extern uint64_t needs_another;' >"$temp/src/$side/defect.h"
done

headers() {
	find "$top_srcdir/src" -name '*.h' | sort
}

cd "$top_builddir" || exit 1
{ headers; echo "$temp/src/kernel/defect.h"; echo "$temp/src/user/defect.h"; } |
	in_parallel sh "$temp/alone"
for side in kernel user; do
	bites said "$temp/src/$side/defect.h" "unknown type name"
done
# shellcheck disable=SC2046
each_clean said $(headers)
