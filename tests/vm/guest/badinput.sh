# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What does not work is told in one sentence and by the exit status, and what
# was recorded until then is kept.

# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"

badinput() {
	python3 "$guest/badinput.py" "$@"
}

# Many events in a short time, from files that are in nobody's cache yet.
cat >"$temp/load" <<-'EOF'
	#!/bin/sh
	for round in 1 2 3 4 5 6 7 8; do
		dd if=/dev/zero of="$1/load" bs=64k count=128 conv=fsync 2>/dev/null
		echo 3 >/proc/sys/vm/drop_caches
		cat "$1/load" >/dev/null
		rm "$1/load"
	done
EOF
chmod +x "$temp/load"

# Without the module, which nothing has installed for this kernel.
! is_loaded || rmmod clbench || bail_out "the module stays"
refuses 125 'it is not installed for kernel' "without the module record says so" \
	"$ctl" record -o "$temp/none" true
ok "and makes no directory" test ! -e "$temp/none"
refuses 1 'it is not installed for kernel' "without the module list says so" "$ctl" list
refuses 1 'clbench is not loaded; run' "without the module status says so" "$ctl" status
refuses 1 'clbench is not loaded; run' "without the module mark says so" "$ctl" mark text
load_once
mount_scratch

# Events that are not.
for command in 'record -e' list; do
	# shellcheck disable=SC2086
	refuses 2 'the nearest is "pagecache_miss"' "$command: an unknown event is told the nearest" \
		"$ctl" $command pagecache_mis
	# shellcheck disable=SC2086
	refuses 2 'the nearest is "block"' "$command: an unknown group is told the nearest" \
		"$ctl" $command sched,blok
	# shellcheck disable=SC2086
	refuses 2 'no event matches "x*"' "$command: a pattern without a match is refused" \
		"$ctl" $command 'x*'
	# shellcheck disable=SC2086
	refuses 2 'has an empty word' "$command: an empty word is refused" "$ctl" $command block,,sched
done
refuses 2 'clbench_mark' "record: what clbench makes itself is no choice" \
	"$ctl" record -e clbench_mark

# Sizes that pass the command line, and not the kernel; unit tests do the others.
refuses 2 'all sessions together may have' "a memory cap above that of all sessions is refused" \
	"$ctl" record -o "$temp/none" --mem-max 1000G true
refuses 125 'mem-max is below 260 KiB' "a memory cap below four batches is refused" \
	"$ctl" record -o "$temp/none" --mem-max 100k true
refuses 125 'start sizes need more' "nodes that do not fit into the memory cap are refused" \
	"$ctl" record -o "$temp/none" --node-nr-composed 65536 true
refuses 125 'start sizes need more' "lists that do not fit into the memory cap are refused" \
	"$ctl" record -o "$temp/none" --nr-node 65536 true
ok "what is refused leaves no directory" test ! -e "$temp/none"

# The output directory.
mkdir "$temp/full" "$temp/empty" "$temp/readonly"
: >"$temp/full/file"
: >"$temp/plain"
ln -s "$temp/empty" "$temp/link"
mount -t tmpfs -o ro readonly "$temp/readonly"
refuses 125 'it exists and is not empty' "a directory with files is refused" \
	"$ctl" record -o "$temp/full" true
is "$(ls -A "$temp/full")" file "and stays as it was"
refuses 125 'Not a directory' "a file in its place is refused" "$ctl" record -o "$temp/plain" true
refuses 125 'Not a directory' "a link in its place is refused" "$ctl" record -o "$temp/link" true
refuses 125 'No such file or directory' "a directory without a parent is refused" \
	"$ctl" record -o "$temp/not/there" true
refuses 125 'Read-only file system' "a directory that cannot be made is refused" \
	"$ctl" record -o "$temp/readonly/t" true
refuses 125 'Read-only file system' "a directory that cannot be written is refused" \
	"$ctl" record -o "$temp/readonly" true
ok "an empty directory is taken" "$ctl" record -q -o "$temp/empty" true
refuses 125 "cannot write $temp/not/there" "a file for JSON that cannot be written is refused" \
	"$ctl" record -o "$temp/none" --json="$temp/not/there" true
ok "and there is no directory" test ! -e "$temp/none"

# Names of sessions.
begin twice -e sched || bail_out "no recording"
refuses 125 'exists; choose another name' "a name that another session has is refused" \
	"$ctl" record -s twice -o "$temp/none" true
ok "and leaves no directory behind" test ! -e "$temp/none"
refuses 2 'must be 1 to 31 of the characters' "a name with a slash is refused" \
	"$ctl" record -s a/b true
refuses 1 'no session "once"' "status of a session that is not is refused" "$ctl" status once
end "$pid"
is $? 0 "a recording that a signal ends has status 0"

# COMMAND.
refuses_command() {
	capture "$ctl" record -q -o "$temp/command" -e sched -- "$2"
	rm -rf "$temp/command"
	says "$1" "$2: cannot run it: $3" "$4"
}
refuses_command 127 no-such-program 'No such file or directory' \
	"COMMAND that is not there gives 127"
refuses_command 126 "$temp/plain" 'Permission denied' \
	"COMMAND that is not executable gives 126"
status_of() {
	rm -rf "$temp/command"
	capture "$ctl" record -q -o "$temp/command" -e sched "$@"
}
# shellcheck disable=SC2016 # for the shell inside
status_of -- sh -c 'kill -TERM $$'
is "$status/$err" "143/" "COMMAND that signal 15 killed gives 143"
status_of -- sh -c 'echo data; exit 7'
is "$status/$out/$err" "7/data/" "COMMAND's own status is passed on"
status_of --strict -- sh -c 'exit 7'
is "$status" 7 "also with --strict, when nothing is lost"
status_of --json="$temp/seven.json" -- sh -c 'echo data; exit 7'
is "$status/$out" 7/data "with --json=FILE standard output is COMMAND's"
points badinput json "$temp/seven.json" 7
status_of --json -- sh -c 'echo data; exit 7'
is "$(head -n 1 "$temp/out")" data "with --json the summary comes after COMMAND's own output"
tail -n +2 "$temp/out" >"$temp/second.json"
points badinput json "$temp/second.json" 7

# Ends.
trap '' HUP
begin hangup -e sched || bail_out "no recording"
trap - HUP
kill -HUP "$pid"
sleep 1
ok "a hang-up that was ignored from the start, as by nohup, ends nothing" kill -0 "$pid"
end "$pid"
is $? 0 "but SIGTERM does"
capture "$ctl" record -o "$temp/brief" -e sched --duration 300ms --json -- sleep 1000
sleeper=$(sed -n 's/.*goes on as process //p' "$temp/err")
ok "COMMAND goes on when the duration is over, and record says so" kill "$sleeper"
is "$status" 0 "the end of the duration gives 0"
cp "$temp/out" "$temp/brief.json"
ok "it lasted that long" python3 -c 'import json, sys
told = json.load(open(sys.argv[1]))
assert 3e8 <= told["duration_ns"] < 10e9 and told["command_status"] is None, told' \
	"$temp/brief.json"
# shellcheck disable=SC2016 # for the shell inside
capture "$ctl" record -o "$temp/sized" -e all --max-size 100k -- \
	sh -c 'while [ ! -e "$2" ]; do "$0" "$1"; done' "$temp/load" "$scratch" "$temp/enough"
looper=$(sed -n 's/.*goes on as process //p' "$temp/err")
size=$(stat -c %s "$temp/sized/stream")
is "$status/$((size >= 102400))" 0/1 "--max-size ends it with 0, and no sooner"
: >"$temp/enough"
ended() {
	! kill -0 "$1" 2>/dev/null
}
ok "COMMAND goes on then, too, to its own end" wait_until 60 ended "${looper:-0}"

# Losses: the reader is stopped while more comes than a small memory can hold.
# shellcheck disable=SC2016 # for the shell inside
lossy() {
	capture "$ctl" record "$@" -e all --nr-node 2 --node-nr-composed 16 --mem-max 600k -- \
		sh -c 'kill -STOP $PPID; "$0" "$1"; kill -CONT $PPID' "$temp/load" "$scratch"
}
lossy -o "$temp/lossy" --json="$temp/lossy.json"
is "$status/$(tail -n 1 "$temp/err" | cut -d : -f 1)" 0/INCOMPLETE "a loss is told, and no failure"
points badinput lost "$temp/lossy.json"
ok "the trace tells of it, and the judge agrees" python3 "$judge" "$temp/lossy" --crc
lossy -q -o "$temp/strict" --strict
is "$status" 125 "with --strict it is one"

# A full disk, while recording and before the first packet.
mkdir "$temp/small" "$temp/tiny"
mount -t tmpfs -o size=200k small "$temp/small"
mount -t tmpfs -o size=4k tiny "$temp/tiny"
# shellcheck disable=SC2016 # for the shell inside
capture "$ctl" record -o "$temp/small/t" -e all -- \
	sh -c '"$0" "$1"; echo done; exit 7' "$temp/load" "$scratch"
is "$status/$out" 125/done "a full disk gives 125; COMMAND is not disturbed"
is "$(grep -c 'No space left on device; free space.*, the trace ends after' "$temp/err")" 1 \
	"and is told, with how much was kept"
kept=$(badinput records "$temp/small/t" 2>"$temp/violation")
is "$((kept > 100))/$(cat "$temp/violation")" 1/ "what was kept are whole packets"
is "$("$ctl" show "$temp/small/t" | wc -l)" "$kept" "show prints all of them"
is "$("$ctl" status | sed 's/.*, //')" 'no session' "the session has ended"
capture "$ctl" record -o "$temp/tiny/t" -e all -- sh -c 'exit 7'
is "$status/$(grep -c 'No space left on device' "$temp/err")" 125/1 \
	"a disk without room for the first packet gives 125"

# Traces that are damaged, and those of others.
cp -r "$temp/sized" "$temp/cut"
truncate -s -100 "$temp/cut/stream"
whole=$(badinput records "$temp/cut" 2>/dev/null)
capture "$ctl" show "$temp/cut"
is "$status/$(wc -l <"$temp/out")/$(wc -l <"$temp/err")" "1/$whole/1" \
	"of a trace that is cut off show prints the whole packets, a sentence, and fails"
is "$(grep -c '; everything before it was shown$' "$temp/err")" 1 "the sentence says so"
badinput foreign "$temp/foreign"
badinput random "$temp/random"
mkdir "$temp/nothing" "$temp/mixed"
cp "$temp/sized/metadata" "$temp/mixed"
cp "$temp/random/stream" "$temp/mixed"
for trace in foreign random nothing; do
	refuses 1 'not a clbench trace' "show of a trace that is none ($trace) is refused" \
		"$ctl" show "$temp/$trace"
done
refuses 1 'packet 1 at byte 0' "show of a stream that is none is refused" "$ctl" show "$temp/mixed"
refuses 1 'No such file or directory' "show of what is not there is refused" \
	"$ctl" show "$temp/not"
refuses 1 'Not a directory' "show of a file is refused" "$ctl" show "$temp/plain"
refuses 2 'the nearest is "block_bio_queue"' "show: an unknown event is told the nearest" \
	"$ctl" show -e block_bio_qeue "$temp/sized"

# A reader that has seen enough. The trace is larger than a pipe.
for option in --json '--time raw' '--csv -e pagecache_add'; do
	# shellcheck disable=SC2086
	first=$({ "$ctl" show $option "$temp/sized" 2>"$temp/err"; echo $? >"$temp/status"; } |
		head -n 1 | wc -l)
	is "$first/$(cat "$temp/status")/$(cat "$temp/err")" 1/0/ "show $option | head ends quietly"
done
umount "$temp/readonly" "$temp/small" "$temp/tiny"
