#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The parts of scale.t inside the virtual machine. Each writes a table into $VM_OUT, one line a
# row, and what was told beside it; scale.t judges and draws them.
#
#	events	1 CPU, instructions counted: what 1 to 1000 registered events cost
#	viewers	1 CPU, instructions counted: what 0 to 64 viewers cost, and whether all see the same
#	idle	many CPUs: memory of a session that nobody writes to
#	lists	many CPUs: the session thread's time for records of many lists
#
# usage: scale.sh PART MODULES VIEWERS		MODULES: the folder of clbench_many.ko
set -eu

part=$1 modules=$2 viewers=$3
ctl=$top_builddir/.libs/clbench-ctl
[ -x "$ctl" ] || ctl=$top_builddir/clbench-ctl
export LD_LIBRARY_PATH=$top_builddir/.libs
control=/sys/kernel/debug/clbench_many/control
temp=$(mktemp -d -p /dev/shm)
mkfifo "$temp/never"
exec 8<> "$temp/never"

clbench=$top_builddir/src/kernel/clbench.ko
for dependency in $(modinfo -F depends "$clbench" | tr , ' '); do
	modprobe "$dependency"
done
insmod "$clbench"

# Many CPUs take turns on the processors that there are: what looks like a stall is a queue.
echo 1 > /sys/module/rcupdate/parameters/rcu_cpu_stall_suppress

# row FILE WORD...: a line of the table, its words parted by tabs.
row() {
	local file=$1 IFS=$'\t'
	shift
	echo "$*" >> "$VM_OUT/$file"
}

# The ns that the load says it took; with -icount, instructions.
load() {
	echo "$*" > $control
	cat $control
}

# A tenth of a second, without a process: each costs more than all that is measured.
pause() {
	read -r -t 0.1 -u 8 || true
}

# until_true COMMAND...: no wait is shorter than what is waited for.
until_true() {
	until "$@"; do
		kill -0 "$recorder"
		pause
	done
}

# says FILE WORD: is it there yet?
says() {
	[[ -e $1 && $(< "$1") == *"$2"* ]]
}

# start EVENTS [OPTION...]: records in the background.
start() {
	local events=$1
	shift
	rm -rf "$temp/trace" "$temp/err"
	"$ctl" record -e "$events" -s scale --json="$temp/json" -o "$temp/trace" "$@" \
		> /dev/null 2> "$temp/err" &
	recorder=$!
	until_true says "$temp/err" "clbench-ctl: recording "
	thread=/proc/$(pgrep -x clb/scale)/schedstat
}

stop() {
	kill -INT "$recorder"
	wait "$recorder"
}

# ns that the session thread has run for
ran() {
	read -r ran _ < "$thread"
	echo "$ran"
}

# The session thread has nothing to do any more: it sleeps without a timer then.
settled() {
	local quiet=0 now before=
	while [ $quiet -lt 5 ]; do
		pause
		now=$(ran)
		if [ "$now" = "$before" ]; then quiet=$((quiet + 1)); else quiet=0; fi
		before=$now
	done
}

# spends COMMAND...: sets said to what it says, spent to the ns that the session thread has run
# for it, from rest to rest.
spends() {
	local before
	settled
	before=$(ran)
	said=$("$@")
	settled
	spent=$(($(ran) - before))
}

complete() {
	grep -q '"complete":true' "$temp/json" && echo complete || echo incomplete
}

# used COMMAND...: sets took to its CPU time, ms, and status; its output goes to $temp/said.
used() {
	local TIMEFORMAT='%U %S'
	{ time { "$@" > "$temp/said" 2>&1 && status=0 || status=$?; }; } 2> "$temp/took"
	took=$(awk '{ printf "%.0f\n", ($1 + $2) * 1000 }' "$temp/took")
}

# ----------------------------------------------------------------------------- events

# cost REGISTERED EVENT: of records of one event, with so many registered.
cost() {
	local nothing said spent
	load push 0 "$records" > /dev/null
	nothing=$(load push 0 "$records")
	start "many_$2"
	load push "$2" "$records" > /dev/null
	spends load push "$2" "$records"
	stop
	row events.cost "$1" "$2" "$records" $((said - nothing)) "$spent" "$(complete)"
}

# names FIRST LAST: as record takes them.
names() {
	seq -s , -f many_%.0f "$1" "$2"
}

# subscribe EVENTS: what it takes to open a session with so many, and end it.
subscribe() {
	local took status
	used "$ctl" record -q -e "$(names 1 "$1")" -s scale -o "$temp/subscribe-$1" \
		--json="$temp/json" -- true
	row events.subscribe "$1" "$took" "$status" \
		"$(stat -c %s "$temp/subscribe-$1/metadata" 2> /dev/null || echo 0)" \
		"$(tr -s '\n' ' ' < "$temp/said")"
}

# Four sessions record a quarter of 1000 events each; one record of each event.
all_at_once() {
	local i quarter recorders=()
	for quarter in 0 1 2 3; do
		"$ctl" record -e "$(names $((quarter * 250 + 1)) $((quarter * 250 + 250)))" \
			-s "quarter$quarter" --json="$temp/quarter$quarter.json" \
			-o "$temp/quarter$quarter" > /dev/null 2> "$temp/quarter$quarter.err" &
		recorders+=($!)
		recorder=$!
		until_true says "$temp/quarter$quarter.err" "clbench-ctl: recording "
	done
	for i in $(seq 1000); do
		echo "push $i 1" > $control
	done
	kill -INT "${recorders[@]}"
	wait "${recorders[@]}"
	for quarter in 0 1 2 3; do
		"$ctl" show "$temp/quarter$quarter" | grep -o ' many_[0-9]*:' || true
	done | sort | uniq -c | awk '$1 == 1 { n++ } END { print n + 0 }' > "$VM_OUT/events.quarters"
}

part_events() {
	local registered took status
	records=20000
	for registered in 1000 100 10 1; do
		# Ids are given out cyclically: these begin where those before did.
		rmmod clbench
		insmod "$clbench"
		insmod "$modules/clbench_many.ko" nr=$registered
		cost $registered 1
		[ $registered = 1 ] || cost $registered $registered
		used "$ctl" list 'many_*'
		row events.list $registered \
			"$(cat /sys/module/clbench_many/parameters/register_ns)" \
			"$took" "$status" "$(grep -c ^many_ "$temp/said")" "$("$ctl" list -v 'many_*' |
				grep -c '^  *number u64 ')"
		if [ $registered = 1000 ]; then
			for i in 1 10 100 256 257 1000; do
				subscribe $i
			done
			all_at_once
		fi
		rmmod clbench_many
	done
}

# ---------------------------------------------------------------------------- viewers

# viewers KIND NUMBER: of that kind, none of the other.
look_on() {
	local nothing said spent resent reading=$2 slow=0 lookers=
	[ "$1" = reading ] || { reading=0 slow=$2; }
	start many_1
	if [ "$2" -gt 0 ]; then
		rm -f "$temp/viewers"
		"$viewers" scale "$reading" "$slow" > "$temp/viewers" &
		lookers=$!
		until_true says "$temp/viewers" ready
	fi
	load push 0 "$records" > /dev/null
	nothing=$(load push 0 "$records")
	load push 1 "$records" > /dev/null
	spends load push 1 "$records"
	resent=$("$ctl" status --json scale | sed -n 's/.*"resent":\([0-9]*\).*/\1/p')
	stop
	row viewers.cost "$1" "$2" "$records" $((said - nothing)) "$spent" \
		"$(complete)" "$resent"
	[ -n "$lookers" ] || return 0
	wait $lookers
	sed -n "s/^viewer/$2/p" "$temp/viewers" >> "$VM_OUT/viewers.seen"
}

part_viewers() {
	local kind number
	records=20000
	insmod "$modules/clbench_many.ko"
	for kind in reading slow; do
		for number in ${CLBENCH_SCALE_VIEWERS:-0 1 2 4 8 16 32 64}; do
			look_on $kind "$number"
		done
	done
}

# ------------------------------------------------------------------------------- idle

# kib NAME: of /proc/meminfo
kib() {
	awk -v name="$1:" '$1 == name { print $2 }' /proc/meminfo
}

drop_caches() {
	sync
	echo 3 > /proc/sys/vm/drop_caches
}

# idle CPUS EVENT
idle() {
	local name now before=() after=()
	drop_caches
	for name in MemFree Slab Percpu VmallocUsed KernelStack; do
		before+=("$(kib $name)")
	done
	start "$2" --mem-max 200M
	settled
	now=$("$ctl" status --json scale | sed -n 's/.*"now_bytes":\([0-9]*\).*/\1/p')
	drop_caches
	for name in MemFree Slab Percpu VmallocUsed KernelStack; do
		after+=("$(kib $name)")
	done
	stop
	row idle "$1" "$2" $((now / 1024)) $((before[0] - after[0])) $((after[1] - before[1])) \
		$((after[2] - before[2])) $((after[3] - before[3])) $((after[4] - before[4]))
}

# Only the first so many CPUs stay.
keep_cpus() {
	local cpu
	for cpu in $(seq $(($(nproc --all) - 1)) -1 "$1"); do
		[ "$(cat "/sys/devices/system/cpu/cpu$cpu/online")" = 0 ] ||
			echo 0 > "/sys/devices/system/cpu/cpu$cpu/online"
	done
}

# From all CPUs down to one, each half as many.
each_half() {
	local cpus
	cpus=$(nproc --all)
	while [ "$cpus" -gt 0 ]; do
		keep_cpus "$cpus"
		"$@" "$cpus"
		cpus=$((cpus / 2))
	done
}

idle_all() {
	idle "$1" pagecache_add
	idle "$1" clbench_load_seq
}

part_idle() {
	insmod "$modules/clbench_load.ko"
	# What is allocated once, for the first session.
	start pagecache_add
	stop
	each_half idle_all
}

# ------------------------------------------------------------------------------ lists

# lists CPUS: the session thread's time for records of so many lists; the best of nine, since
# other work on the host is in some.
lists() {
	local said spent
	for _ in 1 2 3 4 5 6 7 8 9; do
		start many_1 --mem-max 200M
		load turns "$1" "$records" > /dev/null
		spends load turns "$1" "$records"
		stop
		row lists "$1" "$records" "$spent" "$(complete)"
	done
}

part_lists() {
	records=20000
	insmod "$modules/clbench_many.ko"
	each_half lists
}

"part_$part"
