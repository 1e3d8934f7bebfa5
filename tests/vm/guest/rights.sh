# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Who may do what: root, a plain user, one with CAP_PERFMON, another namespace.

# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"
load_once

# Where plain users reach the programs and may write.
world=$temp/world
header=$world/clbench.h
chmod 711 "$temp"
mkdir -m 1777 "$world"
cp "$ctl" "$guest"/*.py "$top_srcdir/src/kernel/uapi/linux/clbench.h" "$world"
[ ! -e "${ctl%/*}/libclbench.so.0" ] || cp "${ctl%/*}/libclbench.so.0" "$world"
chmod a+rx "$world"/*

nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups -- env LD_LIBRARY_PATH="$world" "$@"
}

perfmon() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps +perfmon \
		--ambient-caps +perfmon -- env LD_LIBRARY_PATH="$world" "$@"
}

rights() {
	python3 "$world/rights.py" "$@"
}

theirs=$world/clbench-ctl
needed='CAP_PERFMON or CAP_SYS_ADMIN is needed; run it as root'

# Once it was loaded, the numbers of its groups are there for anybody to join.
rmmod clbench
nobody python3 "$world/rights.py" early "$world/go0" "$world/stop0" >"$temp/early" 2>&1 &
stranger=$!
wait_until 30 test -e "$world/go0" || diag "$(cat "$temp/early")"
load || bail_out "the module does not load while strangers listen"
capture "$ctl" record -q -o "$temp/private" -e sched,pagecache -- cat /proc/version
is "$status" 0 "and records"
: >"$world/stop0"
wait "$stranger"
points cat "$temp/early"

# Who joins again and again may be in the way before Linux 6.8, and does no other harm.
groups=$(rights family | cut -d ' ' -f 2-)
rmmod clbench
# shellcheck disable=SC2086 # numbers
nobody python3 "$world/rights.py" siege "$world/go3" "$world/stop3" $groups >"$temp/siege" 2>&1 &
stranger=$!
wait_until 30 test -e "$world/go3" || diag "$(cat "$temp/siege")"
load
is $? 0 "the module loads though strangers batter its groups"
capture "$ctl" list
case $status/$err in
0/) pass "and can be used, or says why not" ;;
1/*"strangers were in the module's groups when it was loaded; unload it, and load it again")
	pass "and can be used, or says why not"
	is "$(uname -r | sed 's/^6\.[1-7]\..*/before/')" before "which it must from Linux 6.8 on" ;;
*) fail "and can be used, or says why not" || diag "$status/$err" ;;
esac
diag "list ends with $status"
: >"$world/stop3"
wait "$stranger"
points cat "$temp/siege"
rmmod clbench
load || bail_out "the module does not load again"

begin rights -e block || bail_out "no recording"

refuses 1 "$needed" "a plain user may not list" nobody "$theirs" list
refuses 1 "$needed" "a plain user may not list as JSON" nobody "$theirs" list --json
refuses 1 "$needed" "a plain user may not see the status" nobody "$theirs" status
refuses 1 "$needed" "a plain user may not mark" nobody "$theirs" mark text
refuses 125 "$needed" "a plain user may not record" nobody "$theirs" record -o "$world/t" true
ok "a plain user may ask for help" nobody "$theirs" --help

capture perfmon "$theirs" list
is "$status/$err/$(grep -c '^pagecache_miss ' "$temp/out")" 0//1 "CAP_PERFMON is enough to list"
capture perfmon "$theirs" status
is "$status/$err/$(grep -c '^rights ' "$temp/out")" 0//1 "CAP_PERFMON is enough to see the status"
capture perfmon "$theirs" mark 'by CAP_PERFMON'
is "$status/$err/$out" 0// "CAP_PERFMON is enough to mark"
refuses 125 'CAP_SYS_ADMIN is needed' "CAP_PERFMON is not enough to record" \
	perfmon "$theirs" record -o "$world/t" -e block true
ok "a refused recording leaves no directory" test ! -e "$world/t"

points nobody python3 "$world/rights.py" refused "$header" "a plain user"
points perfmon python3 "$world/rights.py" refused "$header" "CAP_PERFMON alone" \
	SUBSCRIBE ACK UNSUBSCRIBE
points nobody python3 "$world/rights.py" join "a plain user"
points perfmon python3 "$world/rights.py" join "CAP_PERFMON alone"
points rights borrowed "$header"

refuses 1 'this network namespace cannot see clbench; run on the host' \
	"in another network namespace status says why it cannot" unshare -n "$ctl" status
refuses 125 'this network namespace cannot see clbench; run on the host' \
	"in another network namespace record says why it cannot" \
	unshare -n "$ctl" record -o "$temp/elsewhere" true
ok "and leaves no directory" test ! -e "$temp/elsewhere"

# All groups in a namespace of one's own, while the session lives and works.
# shellcheck disable=SC2046 # numbers
nobody unshare -Urn python3 "$world/rights.py" listen "$header" "$world/go1" "$world/stop" \
	$(rights family) >"$temp/listen" 2>&1 &
listener=$!
rights hear "$world/go2" "$world/stop" >"$temp/hear" 2>&1 &
root_listener=$!
both_listen() {
	[ -e "$world/go1" ] && [ -e "$world/go2" ]
}
wait_until 30 both_listen || diag "$(cat "$temp/listen" "$temp/hear")"
for _ in 1 2 3; do
	"$ctl" record -q -o "$temp/heard" -e sched,pagecache -- cat /proc/version >"$temp/out"
	"$ctl" mark heard
	rm -r "$temp/heard"
done
ok "the session lived through all of this" "$ctl" status rights
end "$pid"
is $? 0 "and ends well"
: >"$world/stop"
wait "$listener" "$root_listener"
points cat "$temp/listen"
points cat "$temp/hear"

is "$("$ctl" show -e clbench_mark "$temp/rights" | grep -c 'by CAP_PERFMON')" 1 \
	"the mark by CAP_PERFMON stands in the trace"
capture "$ctl" record -q -u nobody -e block -o "$world/t" -- id -u
is "$status/$out" "0/$(id -u nobody)" "with -u COMMAND runs as that user"
is "$(stat -c '%U %a' "$world/t" "$world/t/stream" "$world/t/metadata" | paste -sd ' ')" \
	"nobody 750 nobody 640 nobody 640" "and owns the trace, others do not read it"
ok "that user may show it, without any rights" nobody "$theirs" show "$world/t"
