# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid, guest are set by lib.sh
#
# Allocations fail: each one that loading the module and each request makes, and
# one of so many of those that a session's threads make while it records.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
clbench_fail=$top_builddir/tests/kernel/module/clbench_fail.ko
[ -e "$clbench_fail" ] || skip_all "no kprobes"
insmod "$clbench_fail" || bail_out "clbench_fail does not load"
load_once
rmmod clbench || bail_out "the module does not go"
points python3 "$guest/failures.py" load "$module"
produce_once
failing=/sys/kernel/debug/clbench_fail/control
contexts=$(all_contexts)
note_memory

points python3 "$guest/failures.py" requests

begin fail --json="$temp/fail.json" -e clbench_load_seq --nr-node 2 --mem-max 8M ||
	bail_out "no recording"
echo "threads ${CLBENCH_FAIL_EVERY:-10}" >"$failing"
order "run cpus=0-1 contexts=$contexts records=${CLBENCH_LOAD_RECORDS:-15000}" \
	"rate=${CLBENCH_LOAD_RATE:-2500}"
wait_idle 120 "fail: all is produced"
diag "threads: $(paste -sd ' ' "$failing")"
ok "fail: allocations of its threads failed" \
	test "$(sed -n 's/^failed //p' "$failing")" -gt 5
echo off >"$failing"
finish fail "$pid"

# From the first moment on. (Without kprobes: the kernel itself complains when it
# cannot disarm one.)
wrong=0 recorded=0 tried=0
for every in 3 5 9 17 25 33 49 65; do
	tried=$((tried + 1))
	echo "threads $every" >"$failing"
	timeout $((60 * patience)) "$ctl" record -o "$temp/start$every" --json="$temp/start.json" \
		-e block,sched,clbench_load_seq -- true >"$temp/start" 2>&1
	status=$?
	case $status in
	0)
		# The last word may have had no memory for the counters.
		recorded=$((recorded + 1))
		! grep -q '"events":{}' "$temp/start.json" &&
			python3 "$judge" "$temp/start$every" >"$temp/start" && continue ;;
	125)
		grep -q '^clbench-ctl: ' "$temp/start" && wait_until 10 no_session && continue ;;
	esac
	wrong=$((wrong + 1))
	diag "one of $every: status $status: $(cat "$temp/start")"
done
echo off >"$failing"
is $wrong 0 "when its threads have no memory, a session records or says that it cannot"
diag "$recorded of $tried recorded"
memory_back 200 "failed allocations" 1
