#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Cost per event, in a virtual machine; TAP, with the figures as remarks.
# On one CPU with -icount shift=0 a nanosecond is an instruction. On several the
# question is whether the cost on each rises when all produce at once.
#
# usage: guest.sh MODULE BENCH_MODULE CLBENCH_CTL EVENTS
set -eu

module=$1 bench=$2 ctl=$3 events=$4
tracefs=/sys/kernel/tracing
control=/sys/kernel/debug/clbench_bench
event=$tracefs/events/filemap/mm_filemap_add_to_page_cache/enable

mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
mountpoint -q $tracefs || mount -t tracefs none $tracefs
for dependency in $(modinfo -F depends "$module" | tr , ' '); do
	modprobe "$dependency"
done
insmod "$module"
page=$(mktemp -p /dev/shm)
echo page > "$page"
insmod "$bench" file="$page"
outs=$(mktemp -d)

# Calls the tracepoint on one CPU; prints the ns that it took.
fire() {
	taskset -c "$1" sh -c "echo $events > $control; cat $control"
}

# The same on all CPUs at once; prints the longest.
fire_all() {
	local cpu
	for cpu in $(seq 0 $(($(nproc) - 1))); do
		fire "$cpu" &
	done | sort -n | tail -1
}

# start_recording NAME [OPTION...]
start_recording() {
	out=$outs/$1
	shift
	"$ctl" record -e pagecache_add -s bench -q --json="$out.json" -o "$out" "$@" &
	recorder=$!
	until "$ctl" status bench 2> /dev/null | grep -q recording; do
		kill -0 $recorder || exit
		sleep 0.1
	done
}

stop_recording() {
	kill -INT $recorder
	wait $recorder
}

# ns that tasks have run for
ran() {
	cat "${@/#//proc/}" 2> /dev/null | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# point NAME COMMAND...: COMMAND is true of the recording that has just ended.
point() {
	local name=$1
	shift
	if "$@"; then
		echo "ok - $name"
	else
		echo "not ok - $name"
		sed 's/^/# /' "$out.json"
	fi
	points=$((points + 1))
}

nothing_lost() {
	grep -q '"complete":true' "$out.json"
}

# The second burst was refused, for the reason that the measurement is about.
burst_refused() {
	[ "$(sed -n 's/.*"total":.*"full_cap":\([0-9]*\).*/\1/p' "$out.json")" -ge "$events" ]
}

# row NAME NS NS_OF_NO_TRACER
row() {
	awk -v name="$1" -v all="$2" -v nothing="$3" -v n="$events" \
		'BEGIN { printf "# %-52s %7.1f\n", name, (all - nothing) / n }'
}

measure_instructions() {
	local empty ftrace clbench before after threads

	fire 0 > /dev/null
	empty=$(fire 0)

	echo 16384 > $tracefs/buffer_size_kb
	echo 1 > $event
	fire 0 > /dev/null
	ftrace=$(fire 0)
	echo 0 > $event

	start_recording reads
	threads=("$recorder/schedstat" "$(pgrep -x clb/bench)/schedstat"
		"$(pgrep -x clbr/bench)/schedstat")
	fire 0 > /dev/null
	sleep 1
	before=$(ran "${threads[@]}")
	clbench=$(fire 0)
	sleep 2
	after=$(ran "${threads[@]}")
	stop_recording

	echo "# instructions per event, net of a probe that does nothing; $events events"
	row "clbench: produce" "$clbench" "$empty"
	row "clbench: merge, packet, send, receive, write" $((after - before)) 0
	row "clbench: all of it" $((clbench + after - before)) "$empty"
	row "ftrace: produce, overwriting, nobody reads" "$ftrace" "$empty"
	point "nothing was lost while measuring" nothing_lost
	measure_stopped "$empty"
}

# The same with a reader that is stopped before the first event: memory for all
# of them, so that lists grow from what a session starts with; and then too
# little, when what is measured begins after the last record that fits.
measure_stopped() {
	local empty=$1 clbench before after refiller grown

	start_recording grows --mem-max 128M
	refiller=$(pgrep -x clbr/bench)/schedstat
	kill -STOP $recorder
	before=$(ran "$refiller")
	clbench=$(fire 0)
	after=$(ran "$refiller")
	grown=$("$ctl" status --json bench | sed -n 's/.*"high_bytes":\([0-9]*\).*/\1/p')
	kill -CONT $recorder
	stop_recording
	row "clbench, reader stopped: produce, lists grow" "$clbench" "$empty"
	row "clbench, reader stopped: make the nodes" $((after - before)) 0
	echo "# (to $((grown / 1024)) KiB)"
	point "nothing was lost while lists grew" nothing_lost

	start_recording full --mem-max 2M 2> /dev/null
	kill -STOP $recorder
	fire 0 > /dev/null
	clbench=$(fire 0)
	kill -CONT $recorder
	stop_recording
	row "clbench, reader stopped: refuse, no memory left" "$clbench" "$empty"
	point "with no memory left all is refused" burst_refused
}

measure_cpus() {
	local empty empty_all one all

	fire_all > /dev/null
	empty=$(fire 0)
	empty_all=$(fire_all)
	start_recording reads --mem-max 400M --nr-node 2000
	fire_all > /dev/null
	sleep 1
	one=$(fire 0)
	sleep 1
	all=$(fire_all)
	sleep 1
	stop_recording

	echo "# ns per event on each CPU, net of a probe that does nothing; $events events"
	row "clbench: produce on one CPU" "$one" "$empty"
	row "clbench: produce on all $(nproc) CPUs at once" "$all" "$empty_all"
	point "nothing was lost while measuring" nothing_lost
}

points=0
if [ "$(nproc)" = 1 ]; then
	measure_instructions
else
	measure_cpus
fi
echo "1..$points"
