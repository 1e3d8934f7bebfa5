#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Bad input and missing rights are told; a program that uses libclbench sees records
# live; the module goes when nobody uses it.

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"
vm_test --timeout 500 -- badinput rights library unload
