# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid, guest are set by lib.sh
#
# A slow session beside one at full speed, and beside one whose owner is stopped.
#
# CLBENCH_LOAD_SLOW: records of the slow session, 1,000 a second.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
produce_once

# Messages that the kernel had no room for in the sockets of a process.
drops() {
	find "/proc/$1/fd" -lname 'socket:*' -printf '%l\n' | tr -dc '0-9\n' |
		awk 'FNR == NR { mine[$1] = 1; next }
			$10 in mine { drops += $9; found++ }
			END { print found ? drops + 0 : "no socket" }' - /proc/net/netlink
}

begin stopped --json="$temp/stopped.json" -e clbench_load_seq --mem-max 4M ||
	bail_out "no stopped session"
stopped=$pid
begin fast --json="$temp/fast.json" -e clbench_load_seq --mem-max 64M ||
	bail_out "no fast session"
fast=$pid
begin slow --json="$temp/slow.json" -e clbench_load_types || bail_out "no slow session"
slow=$pid
python3 "$guest/viewer.py" slow >"$temp/slow.seen" 2>"$temp/slow.viewer" &
viewer=$!
ok "a viewer joins" wait_until 20 grep -q joined "$temp/slow.viewer"

kill -STOP "$stopped"
order "run cpus=0-1 contexts=$(all_contexts) records=100000000"
order "types records=${CLBENCH_LOAD_SLOW:-5000} rate=1000"
ok "the slow records are produced" wait_until 120 grep -q 'types idle' "$control"
order stop
is "$(drops "$slow")" 0 "the slow session's reader has missed no message"
finish slow "$slow"
wait "$viewer"
is $? 0 "the viewer sees the last batch"
kill -CONT "$stopped"
finish fast "$fast"
finish stopped "$stopped"
