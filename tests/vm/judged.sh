# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# A test that produces inside a virtual machine and is judged outside of it,
# where millions of records are read in seconds; sourced by tests/vm/*.t.

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"

# Each line of a test is one of ours.
adopt() {
	while IFS= read -r adopt_line; do
		case $adopt_line in
		"ok "*) pass "${adopt_line#ok * - }" ;;
		"not ok "*) fail "${adopt_line#not ok * - }" ;;
		"Bail out!"*) bail_out "${adopt_line#Bail out! }" ;;
		1..*) ;;
		*) diag "${adopt_line#\# }" ;;
		esac
	done
}

# The same of lines "ok NAME" and "not ok NAME # WHAT", of tests/vm/guest/check.py.
adopt_points() {
	while IFS= read -r adopt_line; do
		case $adopt_line in
		"ok "*) pass "${adopt_line#ok }" ;;
		"not ok "*)
			adopt_line=${adopt_line#not ok }
			fail "${adopt_line%% # *}" || diag "${adopt_line#* # }" ;;
		*) diag "$adopt_line" ;;
		esac
	done
}

# vm_judged NAME [OPTION OF run...]: builds clbench_load, boots, runs
# tests/vm/guest/NAME.sh, then here tests/vm/host/NAME.py with the folder files
# of what the guest has left. That folder stays if a point fails. What was built
# for another architecture cannot run here: then CLBENCH_NATIVE_BUILDDIR is a build
# folder whose clbench-ctl can.
vm_judged() {
	judged=$1
	shift
	vm_needs "$@"
	command -v python3 >/dev/null || skip_all "no python3"
	vm_out=$top_builddir/tests/vm/${vm_name%.t}.out
	rm -rf "$vm_out"
	mkdir -p "$vm_out/files" || bail_out "no $vm_out"
	"$top_srcdir/tests/kernel/build.sh" "$top_builddir/tests/kernel/module" ||
		bail_out "clbench_load does not build"
	"$top_srcdir/tests/vm/run" --kernel "$vm_folder" --out "$vm_out" "$@" -- \
		"$top_srcdir/tests/vm/guest.sh" "$judged" >"$vm_out/guest" 2>&1
	vm_status=$?
	if [ $vm_status = 0 ] && grep '^1\.\.0 # SKIP ' "$vm_out/guest"; then
		exit 0
	fi
	adopt <"$vm_out/guest"
	is $vm_status 0 "the virtual machine ends well"
	PYTHONDONTWRITEBYTECODE=1 top_builddir=${CLBENCH_NATIVE_BUILDDIR:-$top_builddir} \
		python3 "$top_srcdir/tests/vm/host/$judged.py" "$vm_out/files" \
		>"$vm_out/host" 2>"$vm_out/host.err"
	vm_status=$?
	adopt_points <"$vm_out/host"
	is "$vm_status" 0 "the judge comes to its end" || diag "$(cat "$vm_out/host.err")"
	[ "$tap_failed" -gt 0 ] || rm -rf "$vm_out/files"
	done_testing
}
