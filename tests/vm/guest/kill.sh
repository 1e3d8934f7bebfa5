# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid are set by lib.sh
#
# A recording whose recorder is killed again and again, in the middle of what it
# does; each time another one attaches and goes on in the same trace.
#
# CLBENCH_KILLS: how often.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
produce_once
# A disk that is slower than what an orphan has gathered: then write() waits, and
# a recorder that is killed there leaves a part of a packet.
mount_scratch
echo 65536 >/proc/sys/vm/dirty_bytes

kills=${CLBENCH_KILLS:-50}
contexts=$(all_contexts)
seed=${CLBENCH_SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
diag "seed $seed"

# Up to that many ms from now.
random_ms() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	echo $((seed / 65536 % $1))
}

# attach NAME: takes NAME over in the background; its process in pid. What it says is in
# memory: who writes into a page cache with so few dirty bytes may wait for a minute.
attach() {
	"$ctl" attach "$1" -o "$scratch/$1" --json="$temp/$1.json" \
		>>"$temp/$1.out" 2>"/run/$1.attach" &
	pid=$!
	wait_until 60 has_attached "$1" "$pid" && return
	diag "not attached: $(cat "/run/$1.attach")"
	return 1
}

has_attached() {
	grep -q ' going on with ' "/run/$1.attach" || ! kill -0 "$2" 2>/dev/null
}

# What comes while a slow machine attaches must have room.
begin kill -o "$scratch/kill" --json="$temp/kill.json" -e clbench_load_seq --linger 10m \
	--mem-max 120M || bail_out "no recording"
order "run cpus=0-$(($(nproc) - 1)) contexts=$contexts records=1000000000" \
	"rate=$(slower 2500)"
retained=0 torn=0 nr=0
while [ $nr -lt "$kills" ]; do
	sleep "0.$(printf '%03d' "$(random_ms 400)")"
	kill -KILL "$pid"
	wait "$pid" 2>/dev/null
	orphan=$("$ctl" status --json kill)
	case $orphan in
	*'"state":"orphaned"'*'"retained":0}'*) ;;
	*'"state":"orphaned"'*) retained=$((retained + 1)) ;;
	*) break ;;
	esac
	attach kill || break
	case $(cat "/run/kill.attach") in
	*' within a packet'*) torn=$((torn + 1)) ;;
	esac
	nr=$((nr + 1))
done
is $nr "$kills" "the recorder is killed $kills times, and another one goes on"
diag "$nr kills, $retained with retained batches, $torn with a torn packet"
echo "$nr $retained $torn" >"$temp/kills"
order stop
wait_idle 60 "all is produced"
finish kill "$pid"
cp -r "$scratch/kill" "$temp/kill"
