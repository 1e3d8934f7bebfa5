# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid, scratch are set by lib.sh
#
# A trace with every event that there is, and with losses.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
produce_once
mount_scratch

begin every --json="$temp/every.json" -e all --mem-max 4M || bail_out "no recording"

# Files: misses, additions, deletions, block requests.
dd if=/dev/urandom of="$scratch/file" bs=64k count=64 conv=fsync 2>/dev/null
echo 3 >/proc/sys/vm/drop_caches
cat "$scratch/file" >/dev/null
rm "$scratch/file"
# Tasks that move.
for cpu in 0 1 0 1; do
	taskset -c "$cpu" true
	sleep 0.01 &
done
"$ctl" mark 'quoted "text", comma	tab'
# Every type of field; numbers in every context; turns.
order types records=3000
order pingpong cpus=0,1 turns=2000
order "run cpus=0-1 contexts=$(all_contexts) records=1000"
wait_idle 300 "all is produced"
# More than fits while nobody reads.
kill -STOP "$pid"
order "run cpus=0-1 contexts=$(all_contexts) records=20000"
wait_idle 300 "too much is produced"
kill -CONT "$pid"
finish every "$pid"
