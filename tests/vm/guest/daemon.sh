# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, temp and others are set by what is sourced
#
# What the daemon does for whom, with which rights, and what it refuses.
#
# Traces that are whole go to $temp/whole, for tests/vm/host/daemon.py.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
# shellcheck source=tests/vm/guest/clbenchd.sh
. "$guest/clbenchd.sh"
install_daemon
traces=$home/traces
mkdir -p "$temp/whole"
useradd -M -G clbench member
useradd -M stranger

# Where everybody reaches the program.
world=/run/world
mkdir -m 755 "$world"
cp "$ctl" "$world"
[ ! -e "${ctl%/*}/libclbench.so.0" ] || cp "${ctl%/*}/libclbench.so.0" "$world"
chmod a+rx "$world"/*

# as USER ARG...: clbench-ctl, without any capability.
as() {
	as_user=$1
	shift
	setpriv --reuid "$as_user" --regid "$as_user" --init-groups --inh-caps=-all -- \
		env LD_LIBRARY_PATH="$world" "$world/clbench-ctl" "$@"
}

# start ARG...: the daemon begins to record.
start() {
	"$ctl" start --nr-node 64 "$@" -e clbench_load_seq >"$temp/start.out" 2>&1 && return
	bail_out "start $*: $(cat "$temp/start.out")"
}

# stop NAME [DIR]: ends it; its trace, which is DIR, must be complete.
stop() {
	capture "$ctl" stop "$1"
	is "$status/$(tail -n 1 "$temp/err" | cut -d : -f 1)" 0/COMPLETE "$1 is complete at its end" ||
		diag "$err"
	cp -r "$traces/${2:-$1}" "$temp/whole/$1"
}

# ------------------------------------------------------- nobody there

for command in "start x" "set x --keep 1" "rotate x"; do
	# shellcheck disable=SC2086
	refuses 1 'the daemon is not running; systemctl start clbenchd' \
		"${command%% *} without a daemon" "$ctl" $command
done
for command in "tail x" "status" "stop x" "mark x" "list"; do
	# shellcheck disable=SC2086
	capture as member $command
	is "$status/$(grep -c '^clbench-ctl: .*[a-z]$' "$temp/err")/$(wc -l <"$temp/err")" 1/1/1 \
		"a member's ${command%% *} without daemon and module says why" || diag "$err"
done
# fails WORDS NAME ARG...: the daemon does not begin, and says why in one sentence.
fails() {
	fails_words=$1 fails_name=$2
	shift 2
	capture "$clbenchd" "$@"
	case $status/$out/$err in
	"1//clbenchd: "*"$fails_words"*) is "$(wc -l <"$temp/err")" 1 "$fails_name" ;;
	*) fail "$fails_name" || diag "$status: $out$err" ;;
	esac
}
fails 'it is not installed for kernel' "the daemon without the module says why it does not begin"
ok "and leaves no socket" test ! -e "$socket"
produce_once
fails 'cannot become user nosuch: there is none; make the user' "an unknown user" --user nosuch
fails 'cannot listen at /nosuch/socket: No such file or directory; make its folder' \
	"a socket without a folder" --socket /nosuch/socket
fails 'cannot make /nosuch/sessions: No such file or directory; make it' \
	"a state that cannot be" --state /nosuch/sessions

# ----------------------------------------------------------- its rights

begins "the daemon begins"
of_process() {
	sed -n "s/^$1:[[:space:]]*//p" "/proc/$daemon/status" | tr '\t' ' '
}
uid=$(id -u clbench) gid=$(id -g clbench)
is "$(of_process Uid)/$(of_process Gid)" "$uid $uid $uid $uid/$gid $gid $gid $gid" "it is user clbench"
is "$(of_process Groups)" "$gid " "and in no other group"
for set in CapEff CapPrm; do
	is "$(of_process "$set")" 0000000000201000 "$set: CAP_SYS_ADMIN and CAP_NET_ADMIN, no more"
done
for set in CapInh CapBnd CapAmb; do
	is "$(of_process "$set")" 0000000000000000 "$set: nothing"
done
is "$(of_process NoNewPrivs)" 1 "nor won by exec"
is "$(stat -c '%a %U:%G' "$socket")" "660 root:clbench" "the socket is its group's"
fails 'another clbenchd runs; stop that one first' "a second daemon does not begin"
ok "nor does it disturb the first" "$ctl" status

# ------------------------------------------------------------ who may what

capture "$ctl" start one -e clbench_load_seq -o one
is "$status/$err" "0/clbench-ctl: recording 1 event on $(nproc) CPUs into $traces/one (session one)" \
	"root starts a session"
capture as member start two -e clbench_load_seq
is "$status/$(echo "$err" | grep -c "recording 1 event .* into $traces/two-[0-9]*-[0-9]* (session two)")" \
	0/1 "so does a member of the group, without capabilities" || diag "$err"
capture as member status
is "$status/$(grep -c '^one \|^two ' "$temp/out")" 0/2 "a member sees the status" || diag "$err"
capture as member list
is "$status/$(grep -c '^clbench_load_seq ' "$temp/out")" 0/1 "and the events" || diag "$err"
capture as member mark 'by a member'
is "$status/$err" 0/ "and marks"
capture as member set two --keep 5
is "$status/$err" "0/clbench-ctl: session two is set and records 1 event" "and sets"
is "$(trace_of two keep)" 5 "which holds"
capture as member rotate two
is "$status/$(echo "$err" | grep -c '/000001 is closed; session two goes on in chunk 2$')" 0/1 \
	"and rotates" || diag "$err"
for command in "start x" "set one --keep 1" "rotate one" "stop one" "status" "list" "mark x" \
	"tail one"; do
	# shellcheck disable=SC2016,SC2086 # a sentence, words
	refuses 1 'you are not in group clbench; `adduser stranger clbench`' \
		"a stranger may not ${command%% *}" as stranger $command
done
order push records=1000
is "$(find "$traces/one" -printf '%m %y %U:%G\n' | sort -u | paste -sd ,)" \
	"640 f $uid:$gid,750 d $uid:$gid" "traces are for the user and his group"
two=$(basename "$(trace_of two dir | tr -d '"')")
capture as member stop two
is "$status/$(tail -n 1 "$temp/err" | cut -d : -f 1)" 0/COMPLETE "a member stops it" || diag "$err"
cp -r "$traces/$two" "$temp/whole/two"

# ------------------------------------------------------------- what is refused

refuses 1 'the daemon has a session of this name; stop it, or choose another name' \
	"no two sessions of one name" "$ctl" start one
refuses 1 "$traces/one exists and is not empty; choose another with -o" \
	"no trace in the place of another" "$ctl" start again -o one
refuses 2 'must be a name below the daemon'"'"'s directory' "no trace elsewhere" \
	"$ctl" start again -o /tmp/x
refuses 2 'must be a name below the daemon'"'"'s directory' "nor in a folder of a folder" \
	"$ctl" start again -o one/x
refuses 2 'must be a name below the daemon'"'"'s directory' "nor above" "$ctl" start again -o ..
refuses 2 'no event or group "nosuch"' "no event that there is not" "$ctl" start again -e nosuch
refuses 2 'must be 1 to 31 of the characters' "no name with a slash" "$ctl" start a/b
refuses 2 'cannot be changed while the session lives' "no other window while it records" \
	"$ctl" set one --window 4
refuses 2 'no event or group "nosuch"' "set to an event that there is not" "$ctl" set one -e nosuch
refuses 1 'the daemon has no such session' "set of what is not there" "$ctl" set nosuch --keep 1
refuses 1 'the daemon has no such session' "rotate of what is not there" "$ctl" rotate nosuch
refuses 1 'it ended or never was' "stop of what is not there" "$ctl" stop nosuch
is "$(find "$traces" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort | paste -sd ' ')" "one $two" "none of these leaves anything"
order push records=1000
stop one

# ------------------------------------------------- events that come and go

delivered() {
	"$ctl" status --json "$1" | grep -q "\"$2\":{\"attempted\":$3,\"delivered\":$3,"
}
start change -o change --flush-period 20
as member tail change -e clbench_load_seq >"$temp/tail" 2>"$temp/tail.err" &
viewer=$!
wait_until 20 grep -q following "$temp/tail.err"
order push records=1000
ok "what is recorded is delivered" wait_until 20 delivered change clbench_load_seq 1000
capture "$ctl" set change -e clbench_load_seq,clbench_load_types
is "$status/$err" "0/clbench-ctl: session change is set and records 2 events" "an event is added"
order types records=1000
wait_until 20 is_idle
ok "it is recorded" wait_until 20 delivered change clbench_load_types 1000
order push records=500
capture "$ctl" set change -e clbench_load_types
is "$status/$err" "0/clbench-ctl: session change is set and records 1 event" "another is removed"
order push records=1000
order types records=1000
wait_until 20 is_idle
ok "what is left is recorded" wait_until 20 delivered change clbench_load_types 2000
ok "what is removed is not" delivered change clbench_load_seq 1500
"$ctl" rotate change 2>/dev/null
is "$(grep -c 'name = "clbench_load_seq"' "$traces/change/000001/metadata")/$(grep -c \
	'name = "clbench_load_types"' "$traces/change/000001/metadata")" 1/1 "the metadata has both"
stop change
wait "$viewer"
is "$?/$(grep -c clbench_load_seq: "$temp/tail")" 0/1500 "a member's tail has seen the same" ||
	diag "$(cat "$temp/tail.err")"

# --------------------------------------------- the daemon dies while one waits

is_asked() {
	[ "$(grep -c "$socket" /proc/net/unix)" -ge 2 ]
}
start wait -o wait --linger 10m
for command in "rotate wait" "set wait --keep 2" "start another"; do
	kill -STOP "$daemon"
	# shellcheck disable=SC2086
	"$ctl" $command >"$temp/out" 2>"$temp/err" &
	asker=$!
	wait_until 20 is_asked
	end_daemon KILL
	wait "$asker"
	status=$? out=$(cat "$temp/out") err=$(cat "$temp/err")
	says 1 'the daemon ended before it answered; see journalctl -u clbenchd' \
		"${command%% *} when the daemon dies"
	begins "and another one goes on"
done
as member tail wait >"$temp/tail" 2>"$temp/tail.err" &
viewer=$!
wait_until 20 grep -q following "$temp/tail.err"
end_daemon KILL
start_daemon
order push records=1000
stop wait
wait "$viewer"
is "$?/$(tail -n 1 "$temp/tail.err")" \
	"1/clbench-ctl: cannot read session wait: the daemon has gone; tail it again when it is back" \
	"tail when the daemon dies"
end_daemon TERM
is $? 0 "the daemon ends well"
refuses 1 'the daemon is not running; systemctl start clbenchd' "then there is none" \
	"$ctl" rotate wait
ok "nothing is left in the kernel" no_session

for part in life room hostile; do
	# shellcheck source=/dev/null
	. "$guest/daemon_$part.sh"
done
