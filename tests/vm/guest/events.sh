# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Each built-in event occurs, with its fields and its context, and what list,
# status, mark, show and babeltrace2 tell fits to it.

# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"
load_once
mount_scratch

events() {
	python3 "$guest/events.py" "$@"
}

of_list() {
	"$ctl" list --json | events list
}
points of_list

every=pagecache_miss,pagecache_add,pagecache_delete
every=$every,block_bio_queue,block_rq_issue,block_rq_complete,sched_migrate_task
sync
begin all -e all --json="$temp/all.json" || bail_out "no recording"
all_pid=$pid
begin beside -e pagecache_delete || bail_out "no recording"
ok "each event is made to happen" events drive "$scratch" "$temp/plan"
of_status() {
	"$ctl" status --json | events status all "$all_pid" clbench-ctl "$every"
}
points of_status
is "$("$ctl" status | head -n 1 | sed 's/.*, //')" "2 sessions" "status counts the sessions"
sync
# What was read ahead may still be on its way.
is_still() {
	read -r reads writes <"/sys/block/${VM_DISK##*/}/inflight" && [ "$reads$writes" = 00 ]
}
ok "the disk comes to rest" wait_until 60 is_still
end "$pid"
is $? 0 "the session beside it ends"
end "$all_pid"
is $? 0 "the session of all events ends"
points events judge "$temp/all" "$temp/plan"
points events summary "$temp/all" "$temp/all.json"
points events beside "$temp/all" "$temp/beside" "$temp/plan"
ok "babeltrace2 reads the same as show, record by record" \
	python3 "$top_srcdir/tests/agree.py" --ctl "$ctl" "$temp/all"

# Marks: text of all kinds.
begin marks -e sched || bail_out "no recording"
long=$(printf '%1024s' x | tr ' ' y)
set -- 'plain' 'äöü – ✓ 𝄞' 'two
lines' '"quotes" \ and '\''tick' "$(printf 'tab\tbell\007escape\033[31m')" \
	"$(printf 'not UTF-8: \377\200\303')" ' blanks ' '-' "$long"
marked=
hex=
for text; do
	"$ctl" mark -- "$text" || marked="$marked $?"
	hex="$hex $(printf %s "$text" | od -An -v -tx1 | tr -d ' \n')"
done
is "$marked" "" "marks of all kinds are taken"
refuses 2 'at most 1024 fit' "a mark of 1025 bytes is refused" "$ctl" mark "${long}z"
refuses 1 'see clbench-ctl status' "a mark into a session that is not is refused" \
	"$ctl" mark -s nobody text
end "$pid"
# shellcheck disable=SC2086 # one word each
points events marked "$temp/marks" $hex
is "$("$ctl" show -e clbench_mark "$temp/marks" | wc -l)" $# "show prints a line for each mark"
is "$("$ctl" show --json -e clbench_mark "$temp/marks" | python3 -c 'import json, sys
print(json.loads(sys.stdin.readlines()[5])["fields"]["text"])')" 'not UTF-8: \xff\x80\xc3' \
	"show --json tells bytes that are no UTF-8 as such"
ok "babeltrace2 reads the same marks as show" \
	python3 "$top_srcdir/tests/agree.py" --ctl "$ctl" "$temp/marks"
refuses 1 'no session took it' "without a session there is nothing to mark" "$ctl" mark text
is "$("$ctl" status)" "$("$ctl" status | sed 's/no session$//')no session" \
	"without a session status says so"
