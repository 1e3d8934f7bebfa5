# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, temp are set by lib.sh
#
# What the parts that run clbenchd share; sourced by them behind lib.sh.

clbenchd=$top_builddir/clbenchd
[ ! -x "$top_builddir/.libs/clbenchd" ] || clbenchd=$top_builddir/.libs/clbenchd
[ -x "$clbenchd" ] || bail_out "no $clbenchd"
# Where the daemon has its files; as a package makes it.
home=/var/lib/clbench
conf=/etc/clbench/clbenchd.conf
# shellcheck disable=SC2034
socket=/run/clbench/clbenchd.sock
# Not in the host's folder: 6.12's 9p can hang who reads there what grows ("No submit").
log=/run/clbenchd.log

# The user and group clbench, the folders of a package, an empty configuration.
install_daemon() {
	id clbench >/dev/null 2>&1 || useradd -r -U -M -d "$home" -s /bin/false clbench ||
		bail_out "no user clbench"
	mkdir -p "$home" /run/clbench "${conf%/*}"
	chown clbench:clbench "$home"
	chmod 750 "$home"
	: >"$conf"
	: >"$log"
}

# said WORDS: how often the daemon said so.
said() {
	grep -c -e "$1" "$log"
}

# says_now WORDS BEFORE: has it said so again since it was said BEFORE times?
says_now() {
	[ "$(said "$1")" -gt "$2" ]
}

is_up() {
	says_now ' is ready' "$1" || ! kill -0 "$daemon" 2>/dev/null
}

# start_daemon: its process in daemon; returns when it is ready. Not in a subshell,
# so not behind ok, either.
start_daemon() {
	start_before=$(said ' is ready')
	"$clbenchd" >>"$log" 2>&1 &
	daemon=$!
	wait_until 30 is_up "$start_before"
	says_now ' is ready' "$start_before" && return
	diag "no daemon: $(tail -n 5 "$log")"
	return 1
}

# begins NAME: a point; it starts.
begins() {
	start_daemon
	is $? 0 "$1" || bail_out "no daemon"
}

# end_daemon SIGNAL: its exit status.
end_daemon() {
	kill "-$1" "$daemon"
	wait "$daemon" 2>/dev/null
}

# reload_daemon: returns when the configuration was read, or refused.
reload_daemon() {
	reload_before=$(said 'was read again\|the one before stays')
	kill -HUP "$daemon"
	wait_until 20 says_now 'was read again\|the one before stays' "$reload_before"
}

# trace_of NAME WHAT: a member of "trace" in the session's status.
trace_of() {
	"$ctl" status --json "$1" | python3 -c 'import json, sys
told, = json.load(sys.stdin)["sessions"]
print(json.dumps((told["trace"] or {}).get(sys.argv[1])))' "$2"
}
