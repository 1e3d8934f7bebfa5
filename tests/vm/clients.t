#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The kernel's own clients, ynl with our specification and genl, find what the specification says.

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"
vm_needs
command -v genl >/dev/null || PATH=$PATH:/usr/sbin:/sbin
command -v genl >/dev/null || skip_all "no genl"
python3 -c 'import yaml, jsonschema' 2>/dev/null || skip_all "no python3-jsonschema"
CLBENCH_YNL=$("$top_srcdir/tests/vm/fetch-ynl" --cached) || skip_all "no ynl"
export CLBENCH_YNL
"$top_srcdir/tests/kernel/build.sh" "$top_builddir/tests/kernel/module" ||
	bail_out "clbench_load does not build"
vm_test -- clients
