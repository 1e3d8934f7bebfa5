# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid are set by lib.sh
#
# Two tasks on two CPUs hand a token back and forth, a record per turn.
#
# CLBENCH_LOAD_TURNS: how many.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
clocks=/sys/devices/system/clocksource/clocksource0
clock=$(sed -n 's/.* clocksource=\([a-z_]*\).*/\1/p' /proc/cmdline)
grep -qw "$clock" $clocks/available_clocksource || skip_all "no clocksource $clock"
produce_once

cp $clocks/current_clocksource "$temp/clocksource"
is "$(cat "$temp/clocksource")" "$clock" "the kernel uses the clock that it was told to"
begin turns --json="$temp/turns.json" -e clbench_load_turn || bail_out "no recording"
order "pingpong cpus=0,1 turns=${CLBENCH_LOAD_TURNS:-100000}"
wait_idle 300 "all turns are taken"
finish turns "$pid"
