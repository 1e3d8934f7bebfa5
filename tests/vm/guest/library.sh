# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The example of libclbench that records: what it prints, while it happens.

# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"
load_once

mkdir "$temp/include"
ln -s "$top_srcdir/src/user" "$temp/include/clbench"
ok "follow.c is built" cc -I"$temp/include" -I"$top_srcdir/src/kernel/uapi" -o "$temp/follow" \
	"$top_srcdir/doc/example/follow.c" -L"$top_builddir/.libs" -lclbench \
	-lnl-genl-3 -lnl-3

# printed WORDS: a line of them has been printed.
printed() {
	grep -qxE "$1" "$temp/followed"
}

mkfifo "$temp/input"
"$temp/follow" sched_migrate_task pagecache_add <"$temp/input" >"$temp/followed" 2>"$temp/err" &
pid=$!
exec 3>"$temp/input"
ok "it records" wait_until 30 printed 'clbench_begin .*session=follow .*'
find /usr/lib/python3 -name '*.py' -exec cat {} + >/dev/null 2>&1
ok "it prints an event" wait_until 30 printed 'pagecache_add dev=[0-9]*:[0-9]* ino=[1-9].*'
"$ctl" mark -s follow 'seen at once' || fail "a mark is set"
ok "it prints a mark while it records" wait_until 30 printed 'clbench_mark text=seen at once'
exec 3>&-
wait "$pid"
is "$?/$(cat "$temp/err")" 0/ "it ends with its input"
is "$(tail -n 1 "$temp/followed" | cut -d ' ' -f 1)" clbench_end "and has seen everything"
ok "its session is gone" wait_until 10 no_session

capture "$temp/follow" no_such_event </dev/null
case $status/$err in
1/"follow: cannot record: there is no event of this name") pass "it tells what the kernel refuses" ;;
*) fail "it tells what the kernel refuses" || diag "$status, '$err'" ;;
esac
