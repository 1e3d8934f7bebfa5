#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Bursts that come while the reader is stopped, and recorders that are killed:
# what clbench, trace-cmd and perf keep of them, with the same memory; see peers.sh.

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"
vm_needs
command -v trace-cmd >/dev/null || skip_all "no trace-cmd"
command -v perf >/dev/null || skip_all "no perf"

vm_out=$top_builddir/tests/bench/peers.out
files=$vm_out/files
rm -rf "$files"
mkdir -p "$files" || bail_out "no $files"
"$top_srcdir/tests/bench/build.sh" "$vm_out/module" || bail_out "the load does not build"
"$top_srcdir/tests/vm/run" --kernel "$vm_folder" --out "$vm_out" --mem 2048 --timeout 1800 -- \
	"$top_srcdir/tests/bench/peers.sh" "$top_builddir/src/kernel/clbench.ko" \
	"$vm_out/module/clbench_bench.ko" "$top_builddir/clbench-ctl" "$files" \
	>"$vm_out/guest" 2>&1
is $? 0 "the virtual machine ends well" || diag "$(cat "$vm_out/guest")"

[ -s "$files/runs" ] || bail_out "nothing was recorded"
read -r dev ino <"$files/file"

# The sum of the numbers that are read.
sum() {
	awk '{ sum += $1 } END { print sum + 0 }'
}

# kept TOOL FOLDER: events of the load that can be read back.
kept() {
	case $1 in
	clbench*)
		"$top_builddir/clbench-ctl" show -e pagecache_add --csv "$2/trace" |
			grep -c ",$dev,$ino," ;;
	trace-cmd)
		for kept_file in "$2"/*.dat; do
			trace-cmd report -i "$kept_file"
		done | grep -c ": dev $dev ino $(printf %x "$ino") " ;;
	perf)
		perf script -i "$2/perf.data" |
			grep -c ": dev $dev ino $(printf %x "$ino") " ;;
	esac 2>/dev/null
}

# told TOOL FOLDER: events of which the tool says that they were lost.
told() {
	case $1 in
	clbench*)
		"$top_builddir/clbench-ctl" verify --json "$2/trace" |
			sed 's/.*"total":[^}]*"discarded":{\([^}]*\)}.*/\1/' | tr , '\n' |
			sed 's/.*://' | sum ;;
	trace-cmd)
		for told_file in "$2"/*.dat; do
			trace-cmd report -i "$told_file"
		done | sed -n 's/.*\[\([0-9]*\) EVENTS DROPPED\].*/\1/p' | sum ;;
	perf)
		perf report -i "$2/perf.data" --stats |
			sed -n '/^filemap/,/^dummy/s/.*LOST_SAMPLES events: *\([0-9]*\).*/\1/p' | sum ;;
	esac 2>/dev/null
}

row() {
	diag "$(printf '%-13s %4s %9s %9s %8s %8s %9s %11s' "$@")"
}

# table NAME: a row for each recording whose folder begins with NAME.
table() {
	row tool CPUs "KiB idle" "KiB most" made kept "told lost" unaccounted
	while read -r name tool cpus idle most made; do
		case $name in
		"$1"*) ;;
		*) continue ;;
		esac
		kept=$(kept "$tool" "$files/$name")
		told=$(told "$tool" "$files/$name")
		row "$tool" "$cpus" "$idle" "$most" "$made" "$kept" "$told" $((made - kept - told))
		case $tool in
		clbench*) is $((kept + told)) "$made" "$name: every event is kept, or told lost" ;;
		esac
	done <"$files/runs"
}

diag "bursts while the reader is stopped, 16 MiB each"
table burst
diag "kill -9 of a recorder with its default memory, and what can be read back"
table killed
for killed_file in "$files"/killed-trace-cmd/*.dat; do
	diag "trace-cmd: $(trace-cmd report -i "$killed_file" 2>/dev/null | grep -c ": dev $dev ") in ${killed_file##*/}"
done
diag "perf: $(perf script -i "$files/killed-perf/perf.data" 2>&1 >/dev/null | sed 's,The .*/,The ,' | tail -n 3)"
[ "$tap_failed" -gt 0 ] || rm -rf "$files"
done_testing
