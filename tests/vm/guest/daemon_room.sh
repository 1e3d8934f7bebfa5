# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, temp and others are set by what is sourced
#
# Chunks: when one begins, which stay, and a disk that has no room. Part of daemon.sh.

mount_scratch
disk=$scratch/traces
mkdir "$disk"
chown clbench:clbench "$disk"

# configure LINE...: the section of the daemon, read again if there is one.
configure() {
	{
		printf '[daemon]\ntrace_dir = %s\n' "$disk"
		printf '%s\n' "$@"
	} >"$conf"
	! kill -0 "$daemon" 2>/dev/null || reload_daemon
}

# stop_here NAME: as stop, of a trace in $disk.
stop_here() {
	traces=$disk stop "$1"
}

chunks() {
	[ ! -d "$disk/$1" ] || find "$disk/$1" -mindepth 1 -maxdepth 1 -name '0*' -printf '%f\n' | sort | paste -sd ' '
}

has_chunks() {
	[ "$(chunks "$1")" = "$2" ]
}

# rotate NAME TIMES: each chunk gets records.
rotate() {
	rotate_nr=$2
	while [ "$rotate_nr" -gt 0 ]; do
		order push records=1000
		"$ctl" rotate "$1" >"$temp/rotate" 2>&1 || fail "rotate $1" || diag "$(cat "$temp/rotate")"
		rotate_nr=$((rotate_nr - 1))
	done
}

chunk_is() {
	[ "$(trace_of "$1" chunk)" -ge "$2" ]
}

is_paused() {
	[ "$(trace_of "$1" paused)" = true ]
}

goes_on() {
	[ "$(trace_of "$1" paused)" = false ]
}

is_gone() {
	! "$ctl" status "$1" >/dev/null 2>&1
}

configure 'min_free = no'
start_daemon

# ------------------------------------------------------------------ rotation

start timed -o timed --rotate-time 1s --flush-period 50
order "run cpus=0-1 contexts=task records=100000000 rate=500"
ok "a chunk ends with its time" wait_until 20 chunk_is timed 3
capture "$ctl" set timed --rotate-time 0 --rotate-size 64k
is "$status" 0 "the time is set to never, a size instead"
then=$(trace_of timed chunk)
ok "a chunk ends with its size" wait_until 60 chunk_is timed $((then + 2))
order stop
wait_until 20 is_idle
ok "each closed chunk is complete by itself" "$ctl" verify "$disk/timed/000001"
stop_here timed

start ends -o ends --duration 1s
ok "a session ends after its time" wait_until 20 is_gone ends
cp -r "$disk/ends" "$temp/whole"
start fits -o fits --max-size 100k --flush-period 20
order "run cpus=0-1 contexts=task records=100000000 rate=2000"
ok "a session ends at its size" wait_until 30 is_gone fits
order stop
wait_until 20 is_idle
cp -r "$disk/fits" "$temp/whole"
is "$(said 'session fits: its trace is as large as it may be')/$(said 'session ends: its duration is over')" \
	1/1 "the log tells why"

# ------------------------------------------------------------------- retention

start stays -o number-20260101-000000
start number -o number --keep 2
rotate number 5
is "$(chunks number)" "000004 000005 000006" "keep: so many closed chunks stay, and the open one"
is "$(trace_of number removed_chunks)" 3 "the status tells how many went"
is "$(chunks number-20260101-000000)" 000001 "another session's trace stays, whatever its name"
ok "what stays is complete" "$ctl" verify "$disk/number/000004"
# The open one is as good as empty.
size=$(($(trace_of number bytes) / 2))
capture "$ctl" set number --keep 0 --keep-size $((2 * size + size / 2))
rotate number 3
is "$(chunks number)" "000007 000008 000009" "keep_size: so many bytes of closed chunks stay"
capture "$ctl" set number --keep-size 0 --keep-age 1s
ok "keep_age: closed chunks go with time, the open one stays" \
	wait_until 30 has_chunks number 000009
order push records=1000
capture "$ctl" stop number
is "$status" 0 "which ends well"
ok "and is complete" "$ctl" verify "$disk/number/000009"
stop_here_of=$("$ctl" stop stays 2>&1)
is "$(echo "$stop_here_of" | tail -n 1 | cut -d : -f 1)" COMPLETE "so is the other session" ||
	diag "$stop_here_of"

start days
rotate days 2
earlier=$(basename "$(trace_of days dir | tr -d '"')")
"$ctl" stop days 2>/dev/null
start_later() {
	"$ctl" start days -e clbench_load_seq --keep 1 >"$temp/out" 2>&1
}
# Its name has the second in it.
wait_until 5 start_later
rotate days 2
later=$(basename "$(trace_of days dir | tr -d '"')")
is "$(chunks "$later")" "000002 000003" "keep counts the traces of former sessions of the name"
ok "whose directory goes with its last chunk" test ! -e "$disk/$earlier"
"$ctl" stop days 2>/dev/null

# ------------------------------------------------------------- the floor

free_mb() {
	echo $(($(stat -f -c '%a * %S' "$disk" | sed 's/^/(/; s/$/)/') >> 20))
}

# fill MB: so much room is left.
fill() {
	rm -f "$scratch/filler"
	fallocate -l $(($(free_mb) - $1))M "$scratch/filler"
}

start low -o low --mem-max 8M --flush-period 50
start also -o also --mem-max 8M --flush-period 50
rotate low 2
rotate also 1
fill 200
configure 'min_free = 300M' 'on_low_space = pause'
order push records=1000
ok "pause: below the floor nothing is written" wait_until 30 is_paused low
is "$(chunks low)" "000001 000002 000003" "pause: and nothing is removed"
is "$(said 'the file system lacks .* to min_free: recordings pause; make room, or lower min_free')" 1 \
	"pause: the log says so, once"
order push records=1000
configure 'min_free = 100M' 'on_low_space = pause'
ok "pause: with room, all go on" wait_until 30 goes_on low
ok "pause: also the other" wait_until 30 goes_on also
is "$(said 'the file system has room again')" 1 "pause: the log says so"
configure 'min_free = 300M' 'on_low_space = delete'
ok "delete: closed chunks go" wait_until 30 has_chunks low 000003
ok "delete: of all sessions" wait_until 30 has_chunks also 000002
order push records=1000
ok "delete: when there are none, recordings pause" wait_until 30 is_paused low
rm "$scratch/filler"
ok "delete: with room, they go on" wait_until 30 goes_on low
order push records=1000
for name in low also; do
	capture "$ctl" stop $name
	is "$status/$(tail -n 1 "$temp/err" | cut -d : -f 1)" 0/COMPLETE "$name lost nothing" ||
		diag "$err"
done
is "$("$ctl" verify --json "$disk/low/000003" | grep -o '"verdict":"[a-z]*"' | head -n 1)" \
	'"verdict":"complete"' "its last chunk is complete"

# --------------------------------------------------------------- a full disk

disk=/run/small
mkdir "$disk"
mount -t tmpfs -o size=10m,uid="$uid",gid="$gid" small "$disk"
dd if=/dev/zero of="$disk/filler" bs=100k count=99 2>/dev/null
configure 'min_free = no'
is "$(said 'trace_dir takes effect for sessions that start from now on')" 1 \
	"a new trace_dir is for new sessions"
# More than is left, and not more than the whole disk holds, however long it takes.
run="run cpus=0-1 contexts=$(all_contexts) records=10000 rate=1000"
start full -o full --mem-max 64M
start gives-up -o gives-up --on-full stop
order "$run"
ok "full: the log tells of it" wait_until 60 says_now \
	"session full: cannot write $disk/full: No space left on device; paused: make room" 0
ok "full: it is paused" is_paused full
ok "full: with on_full stop a session ends" wait_until 60 is_gone gives-up
is "$(said "session gives-up: cannot write $disk/gives-up: No space left on device; free space")" 1 \
	"full: and says why"
rm "$disk/filler"
ok "full: with room it goes on" wait_until 30 goes_on full
order stop
wait_until 20 is_idle
stop_here full
rm -r "$disk/full" "$disk/gives-up"

# Not even the metadata of the next chunk fits.
start turns -o turns --flush-period 20
order push records=1000
wait_until 20 delivered turns clbench_load_seq 1000
dd if=/dev/zero of="$disk/filler" bs=4k 2>/dev/null
"$ctl" rotate turns 2>"$temp/rotate" &
asker=$!
ok "full: a rotation waits for room" wait_until 30 is_paused turns
rm "$disk/filler"
wait "$asker"
is $? 0 "full: and is carried out when there is room" || diag "$(cat "$temp/rotate")"
stop_here turns

dd if=/dev/zero of="$disk/filler" bs=100k count=99 2>/dev/null
start stuck -o stuck
order "$run"
ok "full: paused again" wait_until 60 is_paused stuck
order stop
wait_until 20 is_idle
kill -TERM "$daemon"
ok "SIGTERM waits for room" wait_until 20 says_now 'session stuck: the disk is full' 0
refuses 1 'the daemon is being stopped; start it again' "nothing starts while it ends" \
	"$ctl" start late -e clbench_load_seq
section late >>"$conf"
reload_daemon
ok "nor by a reload" is_gone late
kill -TERM "$daemon"
wait "$daemon"
is $? 0 "the second one gives up"
ok "and all sessions with it" wait_until 20 no_session
is "$(said 'told to stop again: what is left is given up')" 1 "the log says so"
: >"$conf"
umount "$disk"
