# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, home, conf, daemon are set by what is sourced
#
# Three days in minutes: the daemon records numbered records, rotates, and again
# and again at a random moment it is killed, hands over, is reloaded or told to
# record something else.
#
# CLBENCH_DAYS_RECORDS: how many. CLBENCH_LOAD_RATE: how many a second and lane.
# CLBENCH_SEED: of the moments.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
# shellcheck source=tests/vm/guest/clbenchd.sh
. "$guest/clbenchd.sh"
produce_once
install_daemon
mount_scratch
chown clbench:clbench "$scratch"

contexts=$(all_contexts)
lanes=$(($(echo "$contexts" | tr , ' ' | wc -w) * $(nproc)))
records=$((${CLBENCH_DAYS_RECORDS:-1000000} / lanes + 1))
seed=${CLBENCH_SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
diag "seed $seed"

# Sets random to 0 .. $1 - 1; not in a subshell, which would forget the seed.
next_random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	random=$((seed / 65536 % $1))
}

random_sleep() {
	next_random "$1"
	sleep "$((random / 1000)).$(printf '%03d' $((random % 1000)))"
}

# The one session; what changes is what the reload has to carry out.
write_conf() {
	next_random 200
	cat >"$conf" <<-END
		[daemon]
		trace_dir = $scratch/traces
		min_free = no
		[session days]
		start_at_boot = yes
		events = clbench_load_seq
		output = days
		linger = 10m
		mem_max = 128M
		rotate_size = 2M
		flush_period = $((20 + random))ms
	END
}

again() {
	wait "$daemon" 2>/dev/null
	start_daemon
}

# Each ends with a daemon that records.
disturb() {
	next_random 8
	case $random in
	0 | 1)
		kill -KILL "$daemon"
		again ;;
	2)
		# In the middle of a rotation, or of what it brings.
		"$ctl" rotate days >>"$temp/rotate" 2>&1 &
		asker=$!
		random_sleep 300
		kill -KILL "$daemon"
		wait "$asker"
		again ;;
	3 | 4)
		kill -USR1 "$daemon"
		again ;;
	5)
		write_conf
		reload_daemon ;;
	6)
		"$ctl" set days -e clbench_load_seq,clbench_load_types >>"$temp/set" 2>&1
		random_sleep 300
		"$ctl" set days -e clbench_load_seq >>"$temp/set" 2>&1 ;;
	7)
		# In the middle of a change.
		"$ctl" set days -e clbench_load_seq,block >>"$temp/set" 2>&1 &
		asker=$!
		random_sleep 100
		kill -KILL "$daemon"
		wait "$asker"
		again ;;
	esac
}

write_conf
start_daemon || bail_out "no daemon"
is_recording() {
	says_now 'session days: records' 0
}
ok "the daemon starts its session" wait_until 30 is_recording
order "run cpus=0-$(($(nproc) - 1)) contexts=$contexts records=$records" \
	"rate=${CLBENCH_LOAD_RATE:-2500}"
# A slow machine is disturbed no less.
nr=0 least=$((records * lanes / 200000))
until is_idle && [ "$nr" -ge "$least" ]; do
	random_sleep 900
	disturb || break
	nr=$((nr + 1))
done
ok "there is a daemon to the end" kill -0 "$daemon" || diag "$(tail -n 20 "$log")"
ok "which was disturbed again and again" test "$nr" -ge "$least"
diag "$nr times: $(said 'goes on behind') times gone on with, $(said 'was read again') reloads"
"$ctl" status --json days >"$temp/days.status"
cp "$control" "$temp/days.lanes"
capture "$ctl" stop --json days
is "$status" 0 "stop ends the session" || diag "$err"
end_daemon TERM
is $? 0 "the daemon ends well"
is "$(said "goes on behind")" "$(($(said ' is ready') - 1))" "each daemon went on with it"
is "$(said 'recording broke off\|cannot go on\|damaged')" 0 "and none complained" ||
	diag "$(grep 'recording broke off\|cannot go on\|damaged' "$log")"
ok "its trace comes out" cp -r "$scratch/traces/days" "$temp/days"
