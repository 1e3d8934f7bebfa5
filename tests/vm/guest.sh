#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Runs inside the virtual machine: sources the parts that are named, as one test.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

# For the parts:
# shellcheck disable=SC2034
module=$top_builddir/src/kernel/clbench.ko

# load [PARAMETER=VALUE...]: inserts the module, and before it what it depends
# on, which insmod does not know.
# shellcheck disable=SC2120 # by parts
load() {
	for dependency in $(modinfo -F depends "$module" | tr , ' '); do
		modprobe "$dependency" || return
	done
	insmod "$module" "$@"
}

# On a kernel with kmemleak: nothing that the modules have asked for is out of reach.
kmemleak=/sys/kernel/debug/kmemleak
[ ! -e $kmemleak ] || echo scan=off >$kmemleak

for name; do
	# shellcheck source=/dev/null
	. "$top_srcdir/tests/vm/guest/$name.sh"
done
if [ -e $kmemleak ]; then
	# shellcheck source=tests/vm/guest/lib.sh
	. "$top_srcdir/tests/vm/guest/lib.sh"
	points python3 "$guest/leaks.py"
fi
done_testing
