#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The module can be loaded and unloaded on the kernel that it was built for.

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"
vm_test --timeout 120 -- load
