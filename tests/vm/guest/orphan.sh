# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid, out, err, status are set by lib.sh
#
# What attach, stop, tail and status do with sessions that lost their recorder,
# and with those that did not.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
produce_once

# orphan NAME ARG...: begins a recording and kills the recorder.
orphan() {
	begin "$@" -e clbench_load_seq || bail_out "no recording"
	order push records=1000
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
}

# of_status NAME KEY...: what status --json tells of a session.
of_status() {
	told=$1
	shift
	"$ctl" status --json "$told" | python3 -c 'import json, sys
told, = json.load(sys.stdin)["sessions"]
print(*(json.dumps(told[key]) for key in sys.argv[1:]))' "$@"
}

is_gone() {
	! "$ctl" status "$1" >/dev/null 2>&1
}

last_line() {
	tail -n 1 "$temp/$1"
}

# A session with a reader belongs to it.
begin living -e clbench_load_seq || bail_out "no recording"
refuses 1 "process $pid (clbench-ctl) reads it" "stop leaves a session with a reader alone" \
	"$ctl" stop living
refuses 1 'another process writes' "attach leaves a trace with a writer alone" \
	"$ctl" attach living -o living
cp -r living copy
refuses 1 'has a reader' "attach leaves a session with a reader alone" \
	"$ctl" attach living -o copy
end "$pid"
is $? 0 "which ends as ever"
refuses 1 'it ended or never was' "attach to what is not there" "$ctl" attach living -o living
refuses 1 'it ended or never was' "stop of what is not there" "$ctl" stop living
refuses 1 'it ended or never was' "tail of what is not there" "$ctl" tail living

# Left alone, going on, ending.
orphan left --linger 10m
is "$(of_status left state reader)" '"orphaned" null' "status calls it orphaned, without reader"
left=$(of_status left linger_left_ms)
ok "and tells how long it waits" test "$left" -gt 500000 -a "$left" -le 600000
is "$("$ctl" status left | grep -c 'orphaned.*s left')" 1 "also in its table"
order push records=1000
refuses 1 'is not the trace of session left' "attach refuses another session's trace" \
	"$ctl" attach left -o living
refuses 1 'name it with -o' "attach refuses what is no trace" "$ctl" attach left -o /proc
mkdir fresh
: >fresh/stream
refuses 1 'were acknowledged and are gone' "attach refuses a trace that lacks what is gone" \
	"$ctl" attach left -o fresh
ok "and leaves it as it is" test -f fresh/stream
# A trace may have moved, to where there is more room.
cp -r left elsewhere
rm -r left
mv elsewhere left
"$ctl" attach left -o left --json=left.json >left.out 2>left.err &
pid=$!
wait_until 20 grep -q ' going on with session left in left behind packet ' left.err
order push records=1000
cp "$control" left.lanes
end $pid
is $? 0 "attach goes on with the trace and ends well"
is "$(last_line left.err | cut -d : -f 1)" COMPLETE "it is complete"

# Ends by itself.
orphan waits --linger 1s
ok "an orphan ends when nobody comes" wait_until 20 is_gone waits
log=$(dmesg | grep 'clbench: session waits ended')
is "$(echo "$log" | grep -c '1000 ms after its reader (clbench-ctl, process [0-9]*) was gone: [0-9]* records abandoned, 0 discarded')" \
	1 "the kernel's log says so, once" || diag "$log"
begin short --linger 0 -e clbench_load_seq || bail_out "no recording"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
ok "with --linger 0 it ends with its reader" wait_until 5 is_gone short

# Ended by somebody.
orphan one --linger 10m
orphan two --linger 10m
capture "$ctl" stop one two
is "$status" 0 "stop ends orphans"
is "$(echo "$err" | grep -c 'session \(one\|two\) ended: [0-9]* records delivered, [0-9]* discarded, [0-9]* of them abandoned')" \
	2 "and tells what became of their records" || diag "$err"
ok "they are gone" is_gone one

# Killed while it drains, and after its last batch.
begin drains --linger 10m --nr-node 64 -e clbench_load_seq --json=drains.json || bail_out "no recording"
kill -STOP "$pid"
order push records=20000
"$ctl" status >/dev/null
kill -TERM "$pid"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
"$ctl" attach drains -o drains --json=drains.json 2>drains.err >drains.out &
pid=$!
wait_until 20 grep -q ' going on ' drains.err
cp "$control" drains.lanes
end $pid
is "$(last_line drains.err | cut -d : -f 1)" COMPLETE "what waited for a stopped reader is not lost"

# Live, text and JSON; a viewer that is stopped.
begin live --nr-node 64 -e clbench_load_seq,clbench_load_types --json=live.json || bail_out "no recording"
recorder=$pid
"$ctl" tail live --json >live.seen 2>live.tail &
viewer=$!
"$ctl" tail -e clbench_load_seq >live.text 2>live.text.err &
text=$!
"$ctl" tail live --json >live.stopped 2>live.stopped.err &
stopped=$!
wait_until 20 grep -q following live.stopped.err
wait_until 20 grep -q following live.tail
wait_until 20 grep -q following live.text.err
{
	"$ctl" tail live 2>/dev/null
	: >piped
} | head -n 1 >/dev/null &
sleep 0.5
kill -STOP $stopped
order push records=30000
order types records=2000
wait_idle 60 "all is produced"
cp "$control" live.lanes
order types records=200000 rate=50000
wait_idle 120 "more is produced than a stopped viewer's buffer holds"
kill -CONT $stopped
end "$recorder"
is $? 0 "the owner ends well"
is "$(last_line live.err | cut -d : -f 1)" COMPLETE "a stopped viewer costs it nothing"
wait $viewer
is $? 0 "tail ends with the session"
wait $text
is $? 0 "so does one that names no session"
wait $stopped
is $? 0 "so does one that was stopped"
ok "one whose output nobody reads ends by itself" wait_until 20 test -e piped
ok "the stopped one tells what it missed" grep -q '"missed_batches":' live.stopped
ok "and says it at the end" grep -q 'batches were missed' live.stopped.err
is "$(grep -c . live.text)" "$(grep -c clbench_load_seq: live.text)" "-e chooses"
"$ctl" show --json live >live.shown

# A recorder to whose trace another process went on, while it was stopped.
begin taken --linger 1s --nr-node 64 -e clbench_load_seq || bail_out "no recording"
order push records=1000
kill -STOP "$pid"
order push records=5000
sleep 3
refuses 1 'another process writes' "a stopped recorder keeps its trace" \
	"$ctl" attach taken -o taken
kill -CONT "$pid"
end "$pid"
is "$(last_line taken.err | cut -d : -f 1)" COMPLETE "and goes on, however long it was stopped"

# A recorder whose session somebody ends because it has been silent for so long.
begin silent --linger 1s --nr-node 64 -e clbench_load_seq || bail_out "no recording"
kill -STOP "$pid"
order push records=5000
ok "an owner that owes an ack for the linger time counts as absent" \
	wait_until 20 "$ctl" stop silent
kill -CONT "$pid"
wait "$pid"
is $? 125 "its recorder fails"
ok "and says why" grep -q 'recording broke off: somebody ended session silent' silent.err

# On the disk before the kernel forgets it.
begin synced --sync --nr-node 64 -e clbench_load_seq --json=synced.json || bail_out "no recording"
order push records=20000
cp "$control" synced.lanes
end "$pid"
is "$(last_line synced.err | cut -d : -f 1)" COMPLETE "with --sync nothing is lost"
