# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What a test needs to run inside a virtual machine; sourced by tests/vm/*.t.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

# Prints the folder of fetch-kernel that belongs to the configured headers.
vm_kernel() {
	vm_cache=${CLBENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/clbench}
	for vm_folder in "${CLBENCH_KERNEL_DIR%/*}" "$vm_cache/kernels/$CLBENCH_KERNEL_RELEASE"; do
		if [ "$(cat "$vm_folder/release" 2>/dev/null)" = "$CLBENCH_KERNEL_RELEASE" ]; then
			echo "$vm_folder"
			return
		fi
	done
	return 1
}

# vm_needs [OPTION OF run...]: skips the test if there is no machine that has these.
vm_needs() {
	[ -n "$CLBENCH_KERNEL_DIR" ] || skip_all "configured without kernel"
	vm_folder=$(vm_kernel) || skip_all "no bootable kernel for the configured headers"
	vm_why=$("$top_srcdir/tests/vm/run" --can --kernel "$vm_folder" "$@") || skip_all "$vm_why"
	# The log stays beside the test's own.
	vm_name=${0##*/}
}

# vm_bench EVENTS [OPTION OF run...]: boots once and measures; see tests/bench.
vm_bench() {
	vm_events=$1
	shift
	vm_needs "$@"
	vm_out=$top_builddir/tests/bench/${vm_name%.t}.out
	"$top_srcdir/tests/bench/build.sh" "$vm_out/module" || bail_out "the load does not build"
	exec "$top_srcdir/tests/vm/run" --kernel "$vm_folder" --out "$vm_out" "$@" -- \
		"$top_srcdir/tests/bench/guest.sh" "$top_builddir/src/kernel/clbench.ko" \
		"$vm_out/module/clbench_bench.ko" "$top_builddir/clbench-ctl" "$vm_events"
}

# vm_test [OPTION OF run...] -- NAME...: boots once and runs tests/vm/guest/NAME.sh,
# one after the other, as one test.
vm_test() {
	vm_needs "$@"
	vm_out=$top_builddir/tests/vm/${vm_name%.t}.out
	for vm_option; do
		shift
		set -- "$@" "$vm_option"
		[ "$vm_option" != -- ] || set -- "$@" "$top_srcdir/tests/vm/guest.sh"
	done
	exec "$top_srcdir/tests/vm/run" --kernel "$vm_folder" --out "$vm_out" "$@"
}
