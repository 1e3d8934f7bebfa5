# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid are set by lib.sh
#
# A disk that is full, and has room again, or has not.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
produce_once
note_memory
small=/run/small
# A machine that is slow to look must not fill all of it meanwhile.
run="run cpus=0-1 contexts=$(all_contexts) records=1000000000 rate=$(slower 2000)"

# A fresh file system of 10 MiB; all but 300 KiB of it are in the file filler.
mount_small() {
	! mountpoint -q "$small" || umount "$small"
	mkdir -p "$small"
	mount -t tmpfs -o size=10m small "$small"
	dd if=/dev/zero of="$small/filler" bs=100k count=99 2>/dev/null ||
		bail_out "no small file system"
}

says_err() {
	grep -q "$2" "$temp/$1.err"
}

# What the session has discarded.
has_discarded() {
	"$ctl" status --json "$1" | grep -q '"full_cap":[1-9]'
}

produced() {
	awk '$1 == "lane" { n += $4 } END { print n + 0 }' "$control"
}

produced_more() {
	[ "$(produced)" -gt "$1" ]
}

mount_small
begin pause -o "$small/pause" --json="$temp/pause.json" -e clbench_load_seq --nr-node 2 --mem-max 2M \
	--on-full pause || bail_out "no recording"
order "$run"
ok "pause: a full disk is told" wait_until 60 says_err pause \
	"cannot write $small/pause: No space left on device; paused: make room"
ok "pause: what is traced goes on" wait_until 30 produced_more "$(produced)"
ok "pause: memory has its cap, what comes then is counted" wait_until 60 has_discarded pause
rm "$small/filler"
ok "pause: recording goes on when there is room" wait_until 30 says_err pause \
	'there is room again: recording goes on'
ok "pause: and records" wait_until 30 produced_more $(($(produced) + 2000))
order stop
wait_idle 30 "pause: all is produced"
finish pause "$pid"
is "$(grep -c 'paused: make room' "$temp/pause.err")/$(grep -c 'room again' "$temp/pause.err")" 1/1 \
	"pause: each is said once"
cp -r "$small/pause" "$temp/pause"

mount_small
begin stop -o "$small/stop" --json="$temp/stop.json" -e clbench_load_seq ||
	bail_out "no recording"
order "$run"
wait "$pid"
is $? 125 "stop: a full disk ends the recording with 125"
order stop
is "$(grep '^clbench-ctl: ' "$temp/stop.err" | grep -vc ': recording ')" 1 "stop: in one sentence" ||
	diag "$(cat "$temp/stop.err")"
ok "stop: which says what to do" says_err stop \
	'No space left on device; free space or choose another place with -o, the trace ends after '
ok "stop: the sum says that something is missing" says_err stop \
	'^INCOMPLETE: .*, the trace has no end$'
ok "stop: the session is gone" wait_until 10 no_session
cp -r "$small/stop" "$temp/stop"

# Nobody makes room, and the user has enough.
mount_small
begin enough -o "$small/enough" --json="$temp/enough.json" -e clbench_load_seq --nr-node 2 --mem-max 2M \
	--on-full pause || bail_out "no recording"
order "$run"
ok "enough: it pauses" wait_until 60 says_err enough 'paused: make room'
order stop
wait_idle 30 "enough: all is produced"
cp "$control" "$temp/enough.lanes"
is_draining() {
	"$ctl" status --json enough | grep -q '"state":"draining"'
}
kill -INT "$pid"
ok "enough: the first Ctrl-C stops, and waits for room" wait_until 20 is_draining
kill -INT "$pid"
wait "$pid"
is $? 0 "enough: the second one gives up"
ok "enough: the session is gone" wait_until 10 no_session
ok "enough: the sum says so" says_err enough '^INCOMPLETE: .*, the trace has no end; '
cp -r "$small/enough" "$temp/enough"
umount "$small"
memory_back 100 "full disks" 1
