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

# Of what was attempted so far, the per cent that were discarded.
discarded_share() {
	"$ctl" status | awk -v name="$1" '$1 == name {
		for (i = 4; i <= NF && $i !~ /^[0-9]+$/; i++) { }
		if ($(i + 1)) share = $(i + 4) * 100 / $(i + 1)
	} END { printf "%d\n", share }'
}

begin room --json="$temp/room.json" -e clbench_load_seq \
	--nr-node 2 --node-nr-composed 65536 --mem-max 200M || bail_out "phase 1 does not begin"
order "$run"
ok "room: all is produced" wait_until 300 is_idle
finish room "$pid"

# Slow enough for a reader to keep up, but it is stopped until a quarter is lost,
# and again when it is less.
begin short --json="$temp/short.json" -e clbench_load_seq --mem-max 4M ||
	bail_out "phase 2 does not begin"
order "$run" rate=$((${CLBENCH_LOAD_RATE:-160000} / lanes))
while ! is_idle; do
	if [ "$(discarded_share short)" -lt 25 ]; then
		kill -STOP "$pid"
	else
		kill -CONT "$pid"
	fi
	sleep 0.05
done
kill -CONT "$pid"
pass "short: all is produced"
finish short "$pid"

begin growth --json="$temp/growth.json" -e clbench_load_seq --nr-node 2 --mem-max 200M ||
	bail_out "phase 3 does not begin"
order "$run"
ok "growth: all is produced" wait_until 300 is_idle
finish growth "$pid"
