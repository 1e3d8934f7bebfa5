# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid are set by lib.sh
#
# All CPUs at once, in all contexts: with room for all, and with too little. Then one record
# after the other, each on the next CPU.
#
# CLBENCH_LOAD_RECORDS: how many in each of the first two parts.
# CLBENCH_LOAD_TURNS: how many in the last.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
# 64 CPUs take turns on the processors that there are: what looks like a stall is a queue. Not on
# the kernel's command line, where the answer looks like one.
echo 1 >/sys/module/rcupdate/parameters/rcu_cpu_stall_suppress
produce_once
insmod "$top_builddir/tests/kernel/module/clbench_many.ko" || bail_out "clbench_many does not load"

cpus=$(nproc)
contexts=$(all_contexts)
lanes=$(($(echo "$contexts" | tr , ' ' | wc -w) * cpus))
records=$((${CLBENCH_LOAD_RECORDS:-500000} / lanes + 1))
run="run cpus=0-$((cpus - 1)) contexts=$contexts records=$records"
echo "$cpus" >"$temp/cpus"

# Whatever the reader and the refiller do, each list has room for its lane from the start.
begin room --json="$temp/room.json" -e clbench_load_seq \
	--node-nr-composed $((records < 2048 ? 2048 : records)) --mem-max 300M ||
	bail_out "phase 1 does not begin"
order "$run"
wait_idle 1000 "room: all is produced"
finish room "$pid"

# Half of it fits while the reader is stopped.
begin short --json="$temp/short.json" -e clbench_load_seq --node-nr-composed 128 \
	--mem-max $((lanes * records * 20)) || bail_out "phase 2 does not begin"
kill -STOP "$pid"
order "$run"
wait_idle 1000 "short: all is produced while the reader is stopped"
kill -CONT "$pid"
finish short "$pid"

begin turns --json="$temp/turns.json" -e many_1 --mem-max 300M || bail_out "phase 3 does not begin"
take_turns() {
	echo "turns $cpus ${CLBENCH_LOAD_TURNS:-20000}" >/sys/kernel/debug/clbench_many/control
}
ok "turns: all are taken" take_turns
finish turns "$pid"
