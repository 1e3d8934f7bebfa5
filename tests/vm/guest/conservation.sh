# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid are set by lib.sh
#
# Five million numbered records on both CPUs and in all contexts, three times a
# third: with room for all, with too little, and with lists that must grow.
#
# CLBENCH_LOAD_RECORDS: how many in all.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
produce_once

contexts=$(all_contexts)
lanes=$(($(echo "$contexts" | tr , ' ' | wc -w) * $(nproc)))
records=$((${CLBENCH_LOAD_RECORDS:-5000000} / 3 / lanes + 1))
run="run cpus=0-$(($(nproc) - 1)) contexts=$contexts records=$records"

# How many records the load has produced so far, by its own count.
produced() {
	awk '$1 == "lane" { n += $4 } END { print n + 0 }' "$control"
}

produced_enough() {
	[ "$(produced)" -ge $((records * lanes * 2 / 5)) ]
}

begin room --json="$temp/room.json" -e clbench_load_seq \
	--nr-node 2 --node-nr-composed 65536 --mem-max 200M || bail_out "phase 1 does not begin"
order "$run"
wait_idle 300 "room: all is produced"
finish room "$pid"

# The reader is stopped until two fifths are produced: far more than memory holds.
# Then it can keep up, and the lists must recover.
begin short --json="$temp/short.json" -e clbench_load_seq --mem-max 4M ||
	bail_out "phase 2 does not begin"
kill -STOP "$pid"
order "$run" rate=$(($(slower 60000) / lanes))
ok "short: two fifths are produced while the reader is stopped" wait_until 300 produced_enough
kill -CONT "$pid"
wait_idle 300 "short: all is produced"
finish short "$pid"

begin growth --json="$temp/growth.json" -e clbench_load_seq --nr-node 2 --mem-max 200M ||
	bail_out "phase 3 does not begin"
order "$run"
wait_idle 600 "growth: all is produced"
finish growth "$pid"

# A burst while the reader is stopped, then a trickle: lists must grow, and give
# back what they do not need any more.
memory_now() {
	"$ctl" status --json shrink | sed 's/.*"memory":{"now_bytes":\([0-9]*\).*/\1/'
}

has_shrunk() {
	[ "$(memory_now)" -lt $((grown / 3)) ]
}

begin shrink --json="$temp/shrink.json" -e clbench_load_types --mem-max 64M ||
	bail_out "phase 4 does not begin"
kill -STOP "$pid"
order types records=60000 rate=200000 cpus=0
wait_idle 300 "shrink: a burst is produced"
grown=$(memory_now)
kill -CONT "$pid"
order types records=1000000 rate=$(($(slower 60000) / 3)) cpus=0
ok "shrink: memory is given back" wait_until 100 has_shrunk
diag "shrink: $grown bytes, then $(memory_now)"
order stop
finish shrink "$pid"
