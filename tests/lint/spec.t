#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The specification is one that the kernel's own tools take: its schemas and its generator.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
export PYTHONDONTWRITEBYTECODE=1
for python_module in jsonschema yaml; do
	python3 -c "import $python_module" 2>/dev/null || skip_all "no python3-$python_module"
done
ynl=$("$top_srcdir/tests/vm/fetch-ynl" --cached) || skip_all "no ynl"
make_temp

specification=$top_srcdir/src/kernel/clbench.yaml

validates() {
	python3 "$ynl/tools/net/ynl/pyynl/cli.py" --validate --spec "$specification" --schema "$1"
}

# The generator looks for the top of a kernel tree above the specification, without
# an end if there is none, and insists on the licence of the kernel's own.
generate() {
	mkdir "$temp/specs"
	touch "$temp/MAINTAINERS"
	cp "$ynl"/Documentation/netlink/*.yaml "$temp"
	sed '1s/:.*/: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)/' "$specification" \
		>"$temp/specs/clbench.yaml"
	timeout 60 python3 "$ynl/tools/net/ynl/pyynl/ynl_gen_c.py" --mode uapi --header \
		--spec "$temp/specs/clbench.yaml" >"$temp/clbench.h" </dev/null
}

# The names of a header with their numbers and texts, one a line.
numbers() {
	PYTHONPATH=$top_srcdir/tests/vm/guest python3 - "$1" <<-'EOF'
		import re, sys
		from netlink import numbers
		found = numbers(sys.argv[1])
		text = open(sys.argv[1], encoding='ascii').read()
		found.update(re.findall(r'^#define\s+(CLBENCH\w+)\s+(\S+)', text, re.M))
		print(*sorted(f'{name} {value}' for name, value in found.items()), sep='\n')
	EOF
}

for schema in "$ynl"/Documentation/netlink/genetlink*.yaml; do
	ok "the specification keeps to $(basename "$schema")" validates "$schema"
done
ok "the kernel's generator makes a header of it" generate
numbers "$top_srcdir/src/kernel/uapi/linux/clbench.h" >"$temp/ours"
numbers "$temp/clbench.h" >"$temp/theirs"
ok "all names of the header are read" test "$(wc -l <"$temp/ours")" -gt 150
ok "which has the names and numbers of ours" diff "$temp/ours" "$temp/theirs"
done_testing
