#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# With 64 CPUs and 256 busy lists all stands in order, and every record is read back or accounted
# for.
#
# CLBENCH_MANY_CPUS: another number of CPUs.

# shellcheck source=tests/vm/judged.sh
. "$top_srcdir/tests/vm/judged.sh"
vm_judged many_cpus --cpus "${CLBENCH_MANY_CPUS:-64}" --mem 3072 --timeout 3000 --append nowatchdog
