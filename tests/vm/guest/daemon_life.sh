# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # ctl, temp and others are set by what is sourced
#
# The daemon's life: reloads, ends, hand-overs, deaths. Part of daemon.sh.

# place NAME: uuid and chunk, which tell whether it is the same session and file.
place() {
	"$ctl" status --json "$1" | python3 -c 'import json, sys
told, = json.load(sys.stdin)["sessions"]
print(told["uuid"], told["trace"]["chunk"], told["trace"]["dir"])'
}

has_session() {
	"$ctl" status "$1" >/dev/null 2>&1
}

lacks_session() {
	! has_session "$1"
}

# section NAME [LINE...]: a session that starts with the daemon.
section() {
	printf '[session %s]\nstart_at_boot = yes\nevents = clbench_load_seq\nnr_node = 64\noutput = %s\n' "$1" "$1"
	shift
	[ $# = 0 ] || printf '%s\n' "$@"
}

# ------------------------------------------------------------- reload

section boot >"$conf"
begins "the daemon begins"
ok "a section's session starts with it" wait_until 20 has_session boot
start hand -o hand
order push records=1000
boot=$(place boot) hand=$(place hand)
capture "$ctl" set boot --keep 7
is "$status" 0 "its session is set by hand"
{
	section boot "flush_period = 33"
	section fresh
} >"$conf"
reload_daemon
is "$("$ctl" status --json boot | grep -o '"flush_period_ms":[0-9]*')" '"flush_period_ms":33' \
	"a changed section is applied"
ok "a new one's session starts" wait_until 20 has_session fresh
is "$(place boot)/$(place hand)" "$boot/$hand" "sessions go on where they were"
before=$(said 'changed$')
capture "$ctl" set boot --keep 7
reload_daemon
is "$(said 'changed$')" $((before + 1)) "a section that did not change changes nothing"
is "$(trace_of boot keep)" 7 "what was set by hand stays"
printf '[session boot]\nkeep = lots\n' >"$conf"
reload_daemon
is "$(said "line 2: keep = lots is no number; the one before stays")" 1 "a wrong file is refused"
is "$(place boot)/$(place hand)" "$boot/$hand" "and what is recorded stays as it was"
ok "also what only the file knows" has_session fresh
{
	section boot "flush_period = 33" "window = 3"
} >"$conf"
order push records=1000
reload_daemon
is "$(said 'session boot: window takes effect when it is started anew')" 1 \
	"what cannot change is told"
ok "a session whose section is gone ends" wait_until 20 lacks_session fresh
is "$(place boot)/$(place hand)" "$boot/$hand" "and no other"
cp -r "$traces/fresh" "$temp/whole/fresh"

# ----------------------------------------------------- handed over, killed

order push records=1000
kill -USR1 "$daemon"
wait "$daemon"
is $? 0 "it hands over"
is "$("$ctl" status --json | grep -o '"state":"orphaned"' | wc -l)" 2 "its sessions wait"
order push records=1000
begins "the next one begins"
is "$(place boot)/$(place hand)" "$boot/$hand" "and goes on in the same chunks"
is "$(trace_of boot keep)" 7 "as they were set"
end_daemon KILL
order push records=1000
begins "another one begins after a death"
is "$(place boot)/$(place hand)" "$boot/$hand" "and goes on in the same chunks, too"
capture "$ctl" set hand --keep 3
is "$status/$err" "0/clbench-ctl: session hand is set and records 1 event" \
	"it knows what the session records"
clock=$(grep offset_s "$traces/hand/000001/metadata")
"$ctl" set hand -e clbench_load_seq,block 2>/dev/null
"$ctl" set hand -e clbench_load_seq 2>/dev/null
is "$(grep offset_s "$traces/hand/000001/metadata")" "$clock" \
	"and when its clock began, should the metadata be written anew"

# begin_change EVENT: as if a daemon had died between the request and the kernel.
begin_change() {
	end_daemon KILL
	python3 - "$home/sessions/session-hand.json" "$1" <<-'END'
	import json, sys
	with open(sys.argv[1], 'r+', encoding='ascii') as file:
	    state = json.load(file)
	    state['before'] = dict(state['options'])
	    state['options']['events'] = [sys.argv[2]]
	    file.seek(0)
	    json.dump(state, file)
	    file.truncate()
	END
}

is_settled() {
	! grep -q '"before"' "$home/sessions/session-hand.json"
}

before=$(said 'session hand: changed')
begin_change sched_migrate_task
begins "one begins after a death in the midst of a change"
ok "it makes the change" wait_until 20 says_now 'session hand: changed' "$before"
ok "and remembers that" is_settled
is "$("$ctl" status --json hand | grep -c '"sched_migrate_task"')" 1 \
	"the kernel records what was asked for" || diag "$("$ctl" status --json hand)"
"$ctl" set hand -e clbench_load_seq 2>/dev/null
begin_change nosuch
begins "one begins after a death in the midst of a change that cannot be"
ok "it says so" wait_until 20 says_now 'session hand: cannot be changed: no event or group "nosuch"' 0
ok "and forgets it" wait_until 20 is_settled
capture "$ctl" set hand --keep 4
is "$status/$err" "0/clbench-ctl: session hand is set and records 1 event" "what was before stays"

# At the very moment that a session begins.
python3 "$guest/daemon_hostile.py" early "$socket" "$home/sessions" "$daemon" 2>&1 | sed 's/^/# /'
wait "$daemon"
is $? 0 "it hands over a session that begins"
begins "the next one begins"
ok "and has that session" wait_until 20 has_session early
order push records=1000
stop early
is "$(said 'cannot go on with')" 0 "nothing was in its way" || diag "$(grep 'cannot go on' "$log")"

# ------------------------------------------------------- nobody came in time

start short -o short --linger 1s
end_daemon KILL
ok "a session whose time is over ends" wait_until 20 lacks_session short
start_daemon
is "$(said "session short: it ended while no daemon ran; see clbench-ctl verify $traces/short")" 1 \
	"the next daemon tells of it, once"
end_daemon KILL
start_daemon
is "$(said 'session short: it ended')" 1 "and no later one"
is "$(place boot)/$(place hand)" "$boot/$hand" "the others go on"

# ------------------------------------------------------- its directory is there

for second in $(seq 0 20); do
	taken=$traces/again-$(date -d "$second seconds" +%Y%m%d-%H%M%S)
	mkdir -p "$taken" && : >"$taken/file"
done
capture "$ctl" start again -e clbench_load_seq
is "$status" 0 "where a directory of this second is there, a later one is made" ||
	diag "$err"
capture "$ctl" stop again
is "$status" 0 "which is another"
rm -r "$traces"/again-*

# ------------------------------------------------------------------ the end

kill -STOP "$daemon"
order push records=20000
kill -TERM "$daemon"
kill -CONT "$daemon"
wait "$daemon"
is $? 0 "SIGTERM ends it"
ok "and all sessions" no_session
is "$(ls "$home/sessions")" "" "nothing of them is remembered"
for name in boot hand; do
	cp -r "$traces/$name" "$temp/whole"
done
: >"$conf"
