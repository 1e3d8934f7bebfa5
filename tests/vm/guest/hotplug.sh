# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, pid, guest are set by lib.sh
#
# CPU 1 goes offline and comes back while records fall on it.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
[ -e /sys/devices/system/cpu/cpu1/online ] || skip_all "no CPU can go offline"
produce_once
note_memory

# The last CPU number 1 is or is not there.
cpu1() {
	echo "$1" >/sys/devices/system/cpu/cpu1/online
}
cpu1 1 2>/dev/null || bail_out "CPU 1 cannot be switched"

# Lanes count from 1 again.
renew() {
	order "run cpus=0 contexts=task records=0"
	wait_until 10 is_idle
}

# push CPU RECORDS: from a task there, which the kernel may have to move.
# shellcheck disable=SC2016 # for the shell there
push() {
	taskset -c "$1" sh -c 'echo "push records=$2 contexts=task,softirq,hardirq" >"$1"' \
		push "$control" "$2" 2>/dev/null
}

# Records pushed on CPU 1, or on all.
pushed() {
	awk -v cpu="$1" '$1 == "lane" && (cpu == "" || $2 == cpu) { n += $4 } END { print n + 0 }' \
		"$control"
}

more_than() {
	[ "$(pushed "$1")" -gt "$2" ]
}

renew
begin hotplug --json="$temp/hotplug.json" -e clbench_load_seq || bail_out "no recording"
(
	while [ ! -e "$temp/enough" ]; do
		push 1 2000
		push 0 500
	done
) &
pusher=$!
cycles=0
while [ $cycles -lt "${CLBENCH_HOTPLUGS:-6}" ]; do
	wait_until 20 more_than 1 "$(pushed 1)" || break
	cpu1 0 || break
	wait_until 20 more_than "" "$(pushed)" || break
	cpu1 1 || break
	cycles=$((cycles + 1))
done
wait_until 20 more_than 1 "$(pushed 1)"
is $cycles "${CLBENCH_HOTPLUGS:-6}" "CPU 1 goes and comes back while it records"
: >"$temp/enough"
wait "$pusher"
finish hotplug "$pid"

cpu1 0
renew
begin late --json="$temp/late.json" -e clbench_load_seq --nr-node 64 || bail_out "no recording"
push 0 2000
ok "late: nothing yet on CPU 1" test "$(pushed 1)" = 0
cpu1 1
push 1 5000
ok "late: then there is" test "$(pushed 1)" -gt 0
finish late "$pid"

renew
begin away --json="$temp/away.json" -e clbench_load_seq --nr-node 100 --flush-period 10s ||
	bail_out "no recording"
push 0 2000
push 1 3000
cpu1 0
push 0 1000
finish away "$pid"
ok "away: CPU 1 is still away" grep -q 0 /sys/devices/system/cpu/cpu1/online
begin alone --json="$temp/alone.json" -e clbench_load_seq || bail_out "no recording"
cpu1 1
end "$pid"
is $? 0 "a session may see no record at all"
memory_back 600 "hotplug" 1
