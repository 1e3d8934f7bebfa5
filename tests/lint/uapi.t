#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The uapi header is what gen-uapi makes of the specification today.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
export PYTHONDONTWRITEBYTECODE=1
python3 -c 'import yaml' 2>/dev/null || skip_all "no python3-yaml"
make_temp

kernel=$top_srcdir/src/kernel
header=$kernel/uapi/linux/clbench.h

generate() {
	python3 "$kernel/gen-uapi" "$kernel/clbench.yaml" >"$temp/clbench.h"
}

says_generated() {
	sed -n 2p "$header" | grep Generated
}

ok "the header can be generated" generate
ok "the header in the tree is current" diff -u "$header" "$temp/clbench.h"
ok "its second line says that it is generated" says_generated
done_testing
