# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The module stays while a session lives, and goes at once when it has ended.
# (Complaints in the kernel's log are found by run.)

# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"
load_once

begin stays -e sched,pagecache || bail_out "no recording"
refuses_rmmod() {
	! rmmod clbench && is_loaded
}
ok "rmmod is refused while a session lives" refuses_rmmod
ok "the session goes on" "$ctl" mark -s stays 'after rmmod'
end "$pid"
is $? 0 "and ends well"
ok "rmmod works at once when record has ended" rmmod clbench
is "$(tail -n 1 "$temp/stays.err" | cut -d : -f 1)" COMPLETE "nothing was lost"
is "$("$ctl" show "$temp/stays" | grep -c 'clbench_mark: text=after rmmod')" 1 \
	"what came after the refused rmmod is in the trace"

load_once
begin killed -e all --linger 0 || bail_out "no recording"
ok "there is a session" "$ctl" status killed
kill -KILL "$pid"
wait "$pid" 2>/dev/null
ok "a session whose owner was killed ends by itself" wait_until 10 no_session
ok "then rmmod works at once" rmmod clbench

# The owner dies while batches are under way and records come.
load_once
begin busy -e all --linger 0 --flush-period 1 --nr-node 2 --node-nr-composed 16 || bail_out "no recording"
find /usr/lib/python3 -name '*.py' -exec cat {} + >/dev/null 2>&1 &
load_pid=$!
batches() {
	[ "$("$ctl" status --json | python3 -c 'import json, sys
print(json.load(sys.stdin)["sessions"][0]["batches"]["acked"])')" -gt 3 ]
}
ok "batches are under way" wait_until 20 batches
kill -KILL "$pid"
wait "$pid" 2>/dev/null
ok "a busy session whose owner was killed ends by itself" wait_until 10 no_session
ok "then, too, rmmod works at once" rmmod clbench
kill "$load_pid" 2>/dev/null
wait "$load_pid" 2>/dev/null

# An orphan, whoever ends it in the end.
has_state() {
	"$ctl" status --json "$1" | grep -q "\"state\":\"$2\""
}
# orphan NAME LINGER: a recording whose recorder is killed.
orphan() {
	load_once
	begin "$1" -e sched --linger "$2" || bail_out "no recording"
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	ok "$1: an orphan is left" wait_until 10 has_state "$1" orphaned
	ok "$1: rmmod is refused while it waits" refuses_rmmod
}
orphan expires $((2 * patience))s
ok "expires: it ends when its time is over" wait_until 30 no_session
ok "expires: then rmmod works at once" rmmod clbench
orphan stopped 10m
ok "stopped: it can be stopped" "$ctl" stop stopped
ok "stopped: then rmmod works at once" rmmod clbench
orphan taken 10m
"$ctl" attach taken -o "$temp/taken" 2>"$temp/taken.attach" &
pid=$!
ok "taken: another one goes on" wait_until 20 grep -q ' going on with ' "$temp/taken.attach"
ok "taken: rmmod is refused while that one records" refuses_rmmod
end "$pid"
is $? 0 "taken: it ends well"
ok "taken: then rmmod works at once" rmmod clbench

# A session that waits for its reader to take the rest.
load_once
python3 "$guest/limits.py" drain >"$temp/drain" 2>&1 &
pid=$!
ok "a session drains into a reader that does not read" wait_until 20 has_state drain draining ||
	diag "$(cat "$temp/drain")"
ok "rmmod is refused while it does" refuses_rmmod
kill -KILL "$pid"
wait "$pid" 2>/dev/null
ok "it ends with its reader" wait_until 10 no_session
ok "then rmmod works at once, too" rmmod clbench

# rmmod from before the module is asked until after the probes are on. Whatever
# record says, it is one of two: it recorded, or it could not and said why.
# What others unloaded in time cannot be loaded by name here.
wrong=0 recorded=0
for round in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	load_once
	"$ctl" record -e all -o "$temp/race$round" -- true >/dev/null 2>"$temp/race.err" &
	pid=$!
	# The delay spreads the attempts, nothing waits for it.
	[ "$round" -gt 10 ] || python3 -c "import time; time.sleep(0.0$round)" 2>/dev/null
	while kill -0 "$pid" 2>/dev/null; do
		rmmod clbench 2>/dev/null && break
	done
	wait "$pid"
	status=$?
	case $status in
	0)
		recorded=$((recorded + 1))
		grep -q '^COMPLETE' "$temp/race.err" && continue ;;
	125)
		! grep -qv '^clbench-ctl: ' "$temp/race.err" && [ ! -e "$temp/race$round" ] && continue ;;
	esac
	wrong=$((wrong + 1))
	diag "round $round: status $status: $(cat "$temp/race.err")"
done
is "$wrong" 0 "rmmod while record starts: it records, or says why it cannot"
diag "$recorded of 20 recorded"
load_once
ok "the module goes after that" rmmod clbench

cycles() {
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		load && "$ctl" list >/dev/null && rmmod clbench || return
	done
}
ok "it comes and goes ten times" cycles
load_once
capture "$ctl" record -q -o "$temp/last" -e all -- true
is "$status" 0 "and records after all that"
ok "and goes" rmmod clbench
