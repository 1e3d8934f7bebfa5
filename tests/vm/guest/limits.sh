# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid, guest are set by lib.sh
#
# All groups taken and abandoned; receive buffers that are too small, or full.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
produce_once
note_memory
contexts=$(all_contexts)

opened() {
	grep -q '^opened' "$temp/groups" || ! kill -0 "$holder" 2>/dev/null
}

# take_all LINGER_MS: all groups are another process's, holder.
take_all() {
	python3 "$guest/limits.py" groups "$1" >"$temp/groups" 2>&1 &
	holder=$!
	wait_until 60 opened
}

leave_all() {
	kill -KILL "$holder"
	wait "$holder" 2>/dev/null
}

# Sessions whose status has TEXT.
states() {
	"$ctl" status --json | grep -o "$1" | wc -l
}

linger=$((4000 * patience))
take_all $linger
is "$(cat "$temp/groups")" \
	"opened 32 EBUSY there are as many sessions as sessions_max and the groups allow" \
	"32 sessions are granted, and a 33rd is refused"
refuses 125 'there are as many sessions as sessions_max and the groups allow' \
	"clbench-ctl says so, too" "$ctl" record -o "$temp/none" true
ok "and leaves no directory" test ! -e "$temp/none"
order "push records=100"
is "$(states '"state":"recording"')" 32 "all record"
dmesg -c >/dev/null
leave_all
is "$(states '"state":"orphaned","linger_left_ms":[0-9]')" 32 "abandoned, all are orphans"
is "$("$ctl" status | grep -c ' orphaned .* ([0-9]* s left)')" 32 "and status says how long they have"
ok "each ends by itself" wait_until 60 no_session
dmesg >"$temp/dmesg"
is "$(grep -o "clbench: session g[0-9]* ended $linger ms" "$temp/dmesg" | sort -u | wc -l)" 32 \
	"and says so in the kernel's log"
is "$(grep -c 'clbench: .*(python3, process [0-9]*) was gone: 100 records abandoned, 0 discarded' \
	"$temp/dmesg")/$(grep -c 'clbench: ' "$temp/dmesg")" 32/32 \
	"once, with what nobody took"
take_all 0
is "$(cut -d ' ' -f 1-3 "$temp/groups")" "opened 32 EBUSY" "all groups can be had again"
leave_all
ok "and without linger time all end at once" wait_until 30 no_session

points python3 "$guest/limits.py" buffer
ok "their sessions have ended" wait_until 30 no_session

points python3 "$guest/limits.py" widen
points python3 "$guest/limits.py" rotate
ok "their sessions end, too" wait_until 30 no_session

parameter=/sys/module/clbench/parameters/mem_total
mem_total=$(cat $parameter)
python3 -c 'print((1 << 64) - 1)' >$parameter
capture "$ctl" record -q -o "$temp/endless" -e sched -- true
is "$status" 0 "a mem_total that no number can hold is none" || diag "$err"
echo "$mem_total" >$parameter

# An event whose module may still fail to load, and is then freed whoever holds it.
insmod "$top_builddir/tests/kernel/module/clbench_many.ko" fail_after_ms=$((4000 * patience)) \
	2>"$temp/insmod" &
pid=$!
known() {
	"$ctl" list | grep -q many_1
}
ok "an event is known before its module's init has ended" wait_until 20 known
refuses 125 "the event's module is still being loaded; try again" "and is not yet granted" \
	"$ctl" record -o "$temp/coming" -e many_1 true
wait "$pid"
ok "the module fails to load" grep -q 'No such device' "$temp/insmod"
ok "and its event is gone" eval ! known
"$ctl" record -q -o "$temp/mistakes" -e sched -- true
capture "$ctl" verify "$temp/mistakes"
is "$status" 0 "whatever it unregistered, clbench knows its own events" || diag "$out"

# What clbench-ctl writes as metadata for the same event.
"$ctl" record -q -o "$temp/like" -e clbench_load_seq -- true

batches() {
	"$ctl" status --json "$1" |
		sed 's/.*"batches":{"sent":\([0-9]*\),"acked":\([0-9]*\),"resent":\([0-9]*\),.*/\1 \2 \3/'
}

# hand NAME KEY=VALUE...: records into NAME by hand; its process in pid.
hand() {
	mkdir "$temp/$1"
	python3 "$guest/client.py" record "$1" "$temp/$1" clbench_load_seq flush_period_ms=20 \
		"$2" "$3" >"$temp/$1.out" 2>&1 &
	pid=$!
	ok "$1: the recording begins" wait_until 30 grep -q recording "$temp/$1.out"
}

produced_now() {
	awk '$1 == "lane" { n += $4 } END { print n + 0 }' "$control"
}

# So many records, or all there will be.
produced() {
	[ "$(produced_now)" -ge "$1" ] || is_idle
}

end_hand() {
	wait_idle 60 "$1: all is produced"
	cp "$control" "$temp/$1.lanes"
	resent=$(batches "$1" | cut -d ' ' -f 3)
	kill -TERM "$pid"
	wait "$pid"
	is $? 0 "$1: the recording ends well"
	diag "$1: $(cat "$temp/$1.out")"
}

hand narrow rcvbuf=133120 nr_node=4
order "run cpus=0-1 contexts=$contexts records=4000"
end_hand narrow
is "$(head -n 1 "$temp/narrow.out")" "recording 2" "narrow: the window is two batches"

# overflow NAME: the kernel believes in a window that the buffer has not, and the
# reader stands still again and again.
overflow() {
	is "$(head -n 1 "$temp/$1.out")" "recording 60" "$1: the window is 60 batches"
	order "run cpus=0-1 contexts=$contexts records=6000 rate=1000"
	rounds=0
	while ! is_idle; do
		kill -STOP "$pid"
		wait_until 10 produced $(($(produced_now) + 6000))
		kill -CONT "$pid"
		wait_until 10 produced $(($(produced_now) + 6000))
		rounds=$((rounds + 1))
	done
	end_hand "$1"
	missed=$(sed -n 's/^missed \([0-9]*\) .*/\1/p' "$temp/$1.out")
	ok "$1: the reader missed messages" test "${missed:-0}" -gt 0
	diag "$1: stopped $rounds times, $resent batches sent again"
}

# Nobody got what it missed: that was not sent at all. What came between a miss and the
# request for it was for nothing, and is all that is sent again.
hand alone rcvbuf=4000000 shrink=140000
overflow alone
is "$resent" "$(sed -n 's/^missed .* spare \([0-9]*\) .*/\1/p' "$temp/alone.out")" \
	"alone: what nobody received is not sent again, but sent"

# Somebody else got it: the reader must ask.
hand deaf rcvbuf=4000000 shrink=140000
python3 "$guest/viewer.py" deaf >"$temp/deaf.seen" 2>"$temp/deaf.viewer" &
viewer=$!
ok "deaf: a viewer joins" wait_until 20 grep -q joined "$temp/deaf.viewer"
overflow deaf
ok "deaf: the kernel sent batches again" test "$resent" -gt 0
wait "$viewer"
is "$?/$(grep -c missed "$temp/deaf.viewer")" 0/0 "deaf: the viewer misses nothing"
memory_back 100 limits 1
