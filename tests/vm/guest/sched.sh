# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, guest are set by lib.sh
#
# Migrations are recorded, all of them, while tasks are woken and moved all the time
# and other sessions start, change and stop.
#
# CLBENCH_HOPS: how often each of four tasks moves.

# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"
load_once

ok "migrations are recorded under load" "$ctl" record -q -s hops -e sched --mem-max 64M \
	-o "$temp/hops" -- python3 "$guest/sched.py" load "${CLBENCH_HOPS:-1000}" "$temp/plan"
points python3 "$guest/sched.py" judge "$temp/hops" "$temp/plan"
