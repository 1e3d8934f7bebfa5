#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The part of peers.t inside the virtual machine: the same load for clbench,
# trace-cmd and perf, one after the other. What they write stays in FOLDER.
#
# FOLDER/runs has a line for each recording: its folder, the tool, CPUs that
# produced, KiB of buffers before the load, KiB at most, events made.
# FOLDER/file is the device and the inode that all events are about.
#
# usage: peers.sh MODULE BENCH_MODULE CLBENCH_CTL FOLDER
set -eu

module=$1 bench=$2 ctl=$3 folder=$4
tracefs=/sys/kernel/tracing
control=/sys/kernel/debug/clbench_bench
event=filemap:mm_filemap_add_to_page_cache
enable=$tracefs/events/${event/://}/enable
memory_kib=16384
cpus=$(nproc)
writer=()
temp=$(mktemp -d -p /dev/shm)
trap '[ $? = 0 ] || cat "$temp"/log >&2' EXIT

for dependency in $(modinfo -F depends "$module" | tr , ' '); do
	modprobe "$dependency"
done
insmod "$module"
echo page > "$temp/page"
insmod "$bench" file="$temp/page"
stat -c '%Hd:%Ld %i' "$temp/page" > "$folder/file"

all_cpus() {
	seq 0 $((cpus - 1))
}

# A shell waits on each CPU: starting one would be more load than the load.
start_writers() {
	local cpu fd
	mkfifo "$temp/done" "$temp/never"
	exec 7<> "$temp/done" 8<> "$temp/never"
	for cpu in $(all_cpus); do
		mkfifo "$temp/cpu$cpu"
		exec {fd}<> "$temp/cpu$cpu"
		# shellcheck disable=SC2016 # is expanded there
		taskset -c "$cpu" bash -c 'while read -r n; do echo "$n" > "$0"; echo; done' \
			$control <&"$fd" >&7 &
		writer[cpu]=$fd
	done
}

# load PER_CPU CPU...: calls the tracepoint as often on each of them, at once.
load() {
	local per_cpu=$1 cpu
	shift
	for cpu; do
		echo "$per_cpu" >&"${writer[cpu]}"
	done
	for cpu; do
		read -r -u 7
	done
	made=$((made + per_cpu * $#))
}

# A tenth of a second, without a process.
pause() {
	read -r -t 0.1 -u 8 || true
}

asleep() {
	local pid key state
	for pid in "${recorders[@]}"; do
		while read -r key state _; do
			[ "$key" != State: ] || break
		done < "/proc/$pid/status"
		[ "$state" = S ] || return
	done
}

# Everything is set up, or read: nobody of them has anything to do.
settle() {
	local quiet=0
	while [ $quiet -lt 5 ]; do
		kill -0 "$recorder"
		if asleep; then quiet=$((quiet + 1)); else quiet=0; fi
		pause
	done
}

status() {
	"$ctl" status --json peers | sed -n "s/.*\"$1\":\\([0-9]*\\).*/\\1/p"
}

is_recording() {
	kill -0 "$recorder"
	mapfile -t recorders < <(echo "$recorder"; pgrep -P "$recorder")
	case $1 in
	clbench*) "$ctl" status peers | grep -q recording ;;
	trace-cmd) [ ${#recorders[@]} -gt "$cpus" ] && grep -q 1 "$enable" ;;
	perf) grep -q perf_event "/proc/$recorder/maps" ;;
	esac
}

# start TOOL FOLDER KIB: records in the background; KIB 0 is the tool's default.
# clbench-full is clbench with all its memory from the start, like the others;
# a CPU's nodes of 32 KiB and half as many to spare fill its part.
start() {
	local options=()
	cd "$2"
	case $1 in
	clbench*)
		[ "$3" = 0 ] || options=(--mem-max "$3k")
		[ "$1" = clbench ] || options+=(--nr-node $((($3 - 256) / cpus / 48)))
		"$ctl" record -q -e pagecache_add -s peers -o trace "${options[@]}" & ;;
	trace-cmd)
		[ "$3" = 0 ] || options=(-b $(($3 / cpus)))
		trace-cmd record -e "$event" "${options[@]}" & ;;
	perf)
		[ "$3" = 0 ] || options=(-m "$(($3 / cpus))K")
		perf record -B -e "$event" -a "${options[@]}" & ;;
	esac > "$temp/log" 2>&1
	recorder=$!
	until is_recording "$1" 2> /dev/null; do
		kill -0 "$recorder"
		pause
	done
	settle
}

# memory TOOL WORD: KiB of buffers in the kernel; WORD is for clbench.
memory() {
	case $1 in
	clbench*) echo $(($(status "$2") / 1024)) ;;
	trace-cmd) sed 's/ .*//' $tracefs/buffer_total_size_kb ;;
	perf) awk '/^[0-9a-f]+-/ { ours = /perf_event/ }
		/^Size:/ && ours { sum += $2 } END { print sum }' "/proc/$recorder/smaps" ;;
	esac
}

# keep NAME TOOL CPUS IDLE MOST: what was written goes to the host.
keep() {
	cp -r "$temp/$1" "$folder"
	rm -rf "${temp:?}/$1"
	cp "$temp/log" "$folder/$1/log"
	echo "$* $made" >> "$folder/runs"
}

# burst TOOL PER_CPU CPU...: with a reader that is stopped meanwhile. What comes
# after it has read all is for tools that tell a loss with the next record only.
burst() {
	local tool=$1 per_cpu=$2 name=burst-$1-$2x$(($# - 2)) idle most
	shift 2
	made=0
	mkdir "$temp/$name"
	start "$tool" "$temp/$name" $memory_kib
	idle=$(memory "$tool" now_bytes)
	kill -STOP "${recorders[@]}"
	load "$per_cpu" "$@"
	most=$(memory "$tool" high_bytes)
	kill -CONT "${recorders[@]}"
	settle
	load 8 "$@"
	settle
	kill -INT "$recorder"
	wait "$recorder" || true
	keep "$name" "$tool" "$#" "$idle" "$most"
}

# killed TOOL: kill -9 in the middle of a steady load, with the tool's defaults.
killed() {
	local tool=$1 name=killed-$1 idle most
	made=0
	mkdir "$temp/$name"
	start "$tool" "$temp/$name" 0
	idle=$(memory "$tool" now_bytes)
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		# shellcheck disable=SC2046 # numbers
		load 5000 $(all_cpus)
		pause
	done
	most=$(memory "$tool" high_bytes)
	kill -KILL "${recorders[@]}"
	wait "$recorder" || true
	case $tool in
	clbench)
		"$ctl" attach -q peers -o trace &
		recorder=$! recorders=($!)
		settle
		kill -INT $recorder
		wait $recorder ;;
	trace-cmd)
		trace-cmd restore -o restored.dat trace.dat.cpu*
		trace-cmd stop
		trace-cmd extract -o extracted.dat ;;
	esac >> "$temp/log" 2>&1
	keep "$name" "$tool" "$cpus" "$idle" "$most"
}

# Programs and their libraries come from files, whose pages are events, too.
warm_up() {
	local tool
	for tool in clbench trace-cmd perf; do
		made=0
		mkdir "$temp/warm-$tool"
		start "$tool" "$temp/warm-$tool" 0
		memory "$tool" high_bytes > /dev/null
		# shellcheck disable=SC2046
		load 8 $(all_cpus)
		settle
		kill -INT "$recorder"
		wait "$recorder" || true
	done
}

start_writers
warm_up
for tool in clbench trace-cmd perf; do
	killed $tool
done
for tool in clbench clbench-full trace-cmd perf; do
	for per_cpu in 25000 100000 200000 300000; do
		# shellcheck disable=SC2046
		burst $tool $per_cpu $(all_cpus)
	done
	burst $tool 200000 0
done
