# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, temp and others are set by what is sourced
#
# Peers of the control socket that mean no good, beside a recording that must
# not care. Part of daemon.sh.
#
# CLBENCH_HOSTILE: how many random requests.

seed=${CLBENCH_SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
diag "seed $seed"
start_daemon
start hostile -o hostile
order "run cpus=0-1 contexts=$(all_contexts) records=100000000 rate=200"
for what in garbage halves long deep unknown closes mute crowd lend; do
	points python3 "$guest/daemon_hostile.py" $what "$socket" "$daemon" "$seed" \
		"${CLBENCH_HOSTILE:-1000}"
done
order stop
wait_idle 60 "hostile: all is produced"
ok "the daemon has lived through all of it" kill -0 "$daemon"
cp "$control" "$temp/hostile.lanes"
stop hostile
end_daemon TERM
is $? 0 "and ends well"
