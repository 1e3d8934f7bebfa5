# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, guest, temp, module are set by lib.sh, guest.sh
#
# The family through clients that are not ours: genl of iproute2 and the kernel's ynl.

# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"

# The family's messages in the monitor's output.
told() {
	grep -c "^Name: clbench" "$temp/monitor"
}

tells() {
	[ "$(told)" -ge "$1" ]
}

# What comes when the family does: the family, and each of its groups; so at the end.
genl ctrl monitor >"$temp/monitor" 2>&1 &
monitor=$!
# Its port is its process's number; has it joined a group?
listens() {
	awk -v port="$monitor" '$2 == 16 && $3 == port && $4 !~ /^0+$/ { found = 1 }
		END { exit !found }' /proc/net/netlink
}
ok "genl ctrl monitor listens" wait_until 60 listens
load_once
ok "it sees the family come" wait_until 30 tells 34
genl ctrl list >"$temp/list"
is "$(grep -c '^Name: clbench$' "$temp/list")" 1 "genl ctrl list has the family"
rmmod clbench
ok "and sees it go" wait_until 30 tells 68
kill "$monitor"
wait "$monitor" 2>/dev/null
genl ctrl list >"$temp/list"
is "$(grep -c '^Name: clbench$' "$temp/list")" 0 "and has it no more when the module is gone"

load_once
insmod "$top_builddir/tests/kernel/module/clbench_load.ko" || bail_out "clbench_load does not load"
export CTL="$ctl"
for part in family policy events refusals session viewer; do
	points python3 "$guest/clients.py" "$part"
done
rmmod clbench_load
ok "no session is left" wait_until 30 no_session
