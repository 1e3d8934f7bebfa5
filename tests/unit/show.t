#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# clbench-ctl show: every form, every option, every complaint.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

ctl=${CLBENCH_CTL:-$top_builddir/clbench-ctl}
[ -x "$ctl" ] || skip_all "no clbench-ctl"
ctl=$(realpath "$ctl")
tools=$(realpath "$top_srcdir/tests")
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
cd "$temp" || bail_out "no temporary folder"
export TZ=UTC LC_ALL=C PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1

# The wall clock was 2025-11-21 09:15:02.123456789 UTC when the trace's was 0.
"$tools/make_trace.py" all || bail_out "no trace"
"$tools/make_trace.py" many --records 1000 || bail_out "no trace"

# show ARG...: sets out, err and status.
show() {
	out=$("$ctl" show "$@" 2>"$temp/err")
	status=$?
	err=$(cat "$temp/err")
}

# complains STATUS WORDS NAME ARG...: nothing on stdout, one sentence with WORDS.
complains() {
	wanted_status=$1
	words=$2
	name=$3
	shift 3
	show "$@"
	is "$status" "$wanted_status" "$name: status $wanted_status"
	case $err in
	*"
"*) fail "$name: one sentence" || diag "$err" ;;
	"clbench-ctl: "*"$words"*) pass "$name: one sentence" ;;
	*) fail "$name: one sentence" || diag "$err" ;;
	esac
}

lines() {
	printf '%s\n' "$out" | wc -l
}

# --- text
show all -e block_bio_queue
is "$out" "08:13:33.123456790 [001] t cc1-4720 block_bio_queue: dev=254:16 sector=88240 nr_sector=8 rwbs=RAM" \
	"text: time, CPU, context, task, event, fields; a device as MAJ:MIN"
show all -e no_fields -n 1
is "$out" "08:13:35.270960474 [000] t - no_fields:" "text: nobody, and an event without fields"
show all -e clbench_begin
is "$out" "08:13:33.123456789 [000] t - clbench_begin: session_id=1 nr_cpus=2 nr_node=4 node_nr_composed=512 mem_max=16777216 flush_period_ms=100 window=8 chunk=1 discarded=0 session=record-4711 module_version=0.1.0 kernel_release=6.1.0-synthetic" \
	"text: clbench's own records have no task"
show all -e clbench_discarded
is "$out" "09:13:35.405178280 [000] h - clbench_discarded: cause=full_refill count=812 first_ts_ns=82713281720991 last_ts_ns=82713281721490
09:13:35.405178280 [000] ? - clbench_discarded: cause=200 count=0 first_ts_ns=82713281721491 last_ts_ns=82713281721491" \
	"text: an enumeration by its label, an unknown value as number; the packet's own wall clock"
show all -e last_compact
is "$(printf '%s\n' "$out" | sed -n '13p;17p;21,24p')" \
	'08:13:35.270952456 [003] t \xffé\x1b[1m-53 last_compact: event=3
08:13:35.270956460 [003] t \xe2\x80\xaeé中😀-54 last_compact: event=4
08:13:35.270960463 [003] t renamed-50 last_compact: event=7
08:13:35.270960463 [002] t ?-50 last_compact: event=8
08:13:35.270960463 [003] s exactly16bytes.!-50 last_compact: event=9
08:13:35.270960463 [65535] n ?-4294967295 last_compact: event=10' \
	"text: names hold per CPU, context and thread up to the next; bytes that cannot be printed as \\xNN"
show all
is "$(lines)" 86 "text: every record"

python3 - <<END
import sys
sys.path.insert(0, '$tools')
from make_trace import Trace, put_begin
trace = Trace('anew')
for ts in 1000, 3000:
    put_begin(trace, ts)
    trace.put(ts, 'last_compact', (1,), tid=50)
    trace.put(ts, 'clbench_task', (50, 40, b'name'), tid=50)
    trace.put(ts, 'last_compact', (2,), tid=50)
    trace.packet()
trace.write()
END
show anew -e last_compact
is "$(printf '%s\n' "$out" | cut -d ' ' -f 4 | tr '\n' ' ')" "?-50 name-50 ?-50 name-50 " \
	"text: a chunk defines its tasks anew, also where one stands behind another"

# --- times
TZ=Asia/Kolkata show all -e block_bio_queue
is "${out%% *}" 13:43:33.123456790 "time: local by default"
TZ=Asia/Kolkata show all -e block_bio_queue --time utc
is "${out%% *}" 08:13:33.123456790Z "time: utc"
show all -e block_bio_queue --time raw
is "${out%% *}" 82711.000000001 "time: raw"
show all -e block_bio_queue --time=rel
is "${out%% *}" +0.000000001 "time: relative to the first record of the trace"

# --- JSON
show --json all -e block_bio_queue
is "$out" '{"ts_ns":82711000000001,"time":"2025-11-22T08:13:33.123456790Z","cpu":1,"context":"task","tid":4720,"tgid":4719,"comm":"cc1","event":"block_bio_queue","fields":{"dev":"254:16","sector":88240,"nr_sector":8,"rwbs":"RAM"}}' \
	"json: as agreed"
show --json all -e every_type -n 2
is "$(printf '%s\n' "$out" | tail -n 1)" '{"ts_ns":82713147503676,"time":"2025-11-22T08:13:35.270960465Z","cpu":1,"context":"task","tid":8,"tgid":null,"comm":null,"event":"every_type","fields":{"f_u8":255,"f_u16":65535,"f_u32":4294967295,"f_u64":18446744073709551615,"f_s8":127,"f_s16":32767,"f_s32":2147483647,"f_s64":9223372036854775807,"f_device":"4095:1048575","f_enum":"q\"u\\o,te*/","f_enum_s8":5,"f_text":"12345","f_text1":"x","f_string":"a\"b\\c,d\\x01\\x0a\\x7f\\x80😀\\xed\\xa0\\x80","f_string2":"\\xc0\\xaf"}}' \
	"json: every type at its limits"
cat >read_json.py <<'END'
import json, sys
print(sum(1 for line in sys.stdin if list(json.loads(line)) == [
    'ts_ns', 'time', 'cpu', 'context', 'tid', 'tgid', 'comm', 'event', 'fields']))
END
is "$("$ctl" show --json all | python3 read_json.py)" 86 "json: every line is an object with the same keys"

# --- CSV
cat >read_csv.py <<'END'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline='', encoding='utf-8'), strict=True))
print(len(rows), {len(row) for row in rows}, rows[int(sys.argv[2])])
END
"$ctl" show --csv all -e every_type >out.csv
is "$(python3 read_csv.py out.csv 2)" "5 {22} ['82713147503676', '2025-11-22T08:13:35.270960465Z', '1', 'task', '8', '', '', '255', '65535', '4294967295', '18446744073709551615', '127', '32767', '2147483647', '9223372036854775807', '4095:1048575', 'q\"u\\\\o,te*/', '5', '12345', 'x', 'a\"b\\\\c,d\\\\x01\\\\x0a\\\\x7f\\\\x80😀\\\\xed\\\\xa0\\\\x80', '\\\\xc0\\\\xaf']" \
	"csv: reads back"
"$ctl" show --csv all -e sched_migrate_task >out.csv
is "$(python3 read_csv.py out.csv 0)" "4 {12} ['ts_ns', 'time', 'cpu', 'context', 'tid', 'tgid', 'comm', 'field_tid', 'prio', 'orig_cpu', 'dest_cpu', 'reason']" \
	"csv: a field named as a column before it gets field_"
"$ctl" show --csv all -e first_extended >out.csv
is "$(python3 read_csv.py out.csv 0)" "2 {9} ['ts_ns', 'time', 'cpu', 'context', 'tid', 'tgid', 'comm', 'field_ts_ns', 'field_time']" \
	"csv: all such fields"
is "$(tr -cd '\r' <out.csv | wc -c)" 2 "csv: lines end as RFC 4180 says"
complains 2 "--csv" "csv without -e" all --csv
complains 2 "--csv" "csv with two events" all --csv -e 'pagecache_*'
complains 2 "--csv and --json" "csv and json" all --csv --json -e no_fields

# --- which records
show all -e block
is "$(lines)" 3 "-e: a group"
show all -e 'pagecache_[am]*,clbench_mark' -e sched
is "$(lines)" 11 "-e: globs, names and groups, repeated"
show -n 5 many
is "$(lines)" 5 "-n: so many"
show many -n 0
is "$out$err$status" 0 "-n: none"
show -n 3 -e block_bio_queue many
is "$(lines)" 3 "-n: counts what -e chose"
show --from +0.0005 --to +0.001 --time rel many
is "$(printf '%s\n' "$out" | awk '$1 < 0.0005 || $1 > 0.001' | wc -l)" 0 "--from, --to: seconds after the first record"
first=$("$ctl" show --json many | sed -n '1p;101p;201p' | sed 's/.*"time":"\([^"]*\)".*/\1/')
from=$(printf '%s\n' "$first" | sed -n 2p)
to=$(printf '%s\n' "$first" | sed -n 3p)
show --from "$from" --to "$to" many
is "$(lines)" 101 "--from, --to: RFC 3339, both ends included"
show --from "$(echo "${from#*T}" | tr -d Z)" --to "${to#*T}" many
is "$(lines)" 101 "--from, --to: a time of day, of UTC with Z"
TZ=Asia/Kolkata show --from "$(TZ=Asia/Kolkata date -d "$from" +%H:%M:%S.%N)" --to "$to" many
is "$(lines)" 101 "--from: local time"
show --from 00:00:00 many
is "$(lines)" 1006 "--from: a time of day before the trace is of its first day"
# Two minutes around midnight, local time.
"$tools/make_trace.py" night --records 120 --step 1000000000 --boot 1763769540000000000
show night --from 00:00:00
is "$(printf '%s\n' "$out" | head -n 1 | cut -c 1-6)" 00:00: "--from: a time of day may be of the second day"
show night --to 23:59:59
is "$(printf '%s\n' "$out" | tail -n 1 | cut -c 1-6)" 23:59: "--to: a time of day may be of the first day"
all=$("$ctl" show night | wc -l)
show night --to 00:00:30
[ "$(lines)" -lt "$all" ] && is "$(printf '%s\n' "$out" | tail -n 1 | cut -c 1-6)" 00:00: \
	"--to: a time of day may be of the second day"

# --- complaints
complains 2 "nearest is \"pagecache_miss\"" "an event that is none" all -e pagecache_mis
complains 2 "no event matches \"no_such*\"; name one of the trace's" "a glob that matches nothing" \
	all -e 'no_such*'
for bad in 25:00:00 10:15 2025-02-29T00:00:00Z 2025-11-21T09:15:02+1 +x '' now 10:15:02.; do
	complains 2 "HH:MM:SS" "--from '$bad'" all --from "$bad"
done
complains 2 "local, utc" "--time of no kind" all --time gmt
complains 2 "--time is for text" "--time with --json" all --json --time raw
complains 2 "number" "-n of no number" all -n -1
complains 2 "unknown option" "an option that is none" all --no-such
complains 2 "more than one" "two directories" all many
complains 1 "No such file" "a directory that is not there" nowhere
complains 1 "Not a directory" "a file" all/stream
mkdir empty
complains 1 "not a clbench trace" "an empty directory" empty
mkdir half
cp all/metadata half
complains 1 "not a clbench trace" "a trace without stream" half
mkfifo half/stream
complains 1 "not a clbench trace" "a stream that is a pipe" half

# --- foreign traces
mkdir foreign
: >foreign/stream
printf '\301\037\301\037\021\035\327\165 packets of metadata' >foreign/metadata
complains 1 "not a clbench trace" "metadata in packets" foreign
cat >foreign/metadata <<'END'
/* CTF 1.8 */
typealias integer { size = 8; align = 8; signed = false; } := uint8_t;
trace { major = 1; minor = 8; uuid = "2a6422d0-6cee-11e0-8c08-cb07d7b3a564"; };
env { hostname = "h"; domain = "kernel"; tracer_name = "lttng-modules"; tracer_major = 2; };
END
complains 1 "written by lttng-modules" "a trace of another tracer" foreign
sed 's/clbench_format = 1/clbench_format = 2/' all/metadata >foreign/metadata
complains 1 "newer" "a trace of a newer clbench" foreign
sed 's/uint32_t crc32c/uint64_t crc32c/' all/metadata >foreign/metadata
complains 1 "line 76" "headers that clbench does not write" foreign
cp all/metadata foreign/metadata
complains 1 "no packet" "an empty stream" foreign

# --- a damaged stream
"$tools/make_trace.py" cut --records 5000 --cut 100000
show cut
is "$status" 1 "a cut stream: status 1"
is "$(lines)" "$("$ctl" show --json cut 2>/dev/null | wc -l)" "a cut stream: the same records in each form"
[ "$(lines)" -gt 1000 ] && case $err in
*"packet 3 at byte "*" is cut off after "*) pass "a cut stream: says where" ;;
*) fail "a cut stream: says where" || diag "$err" ;;
esac
"$tools/make_trace.py" cut --records 5000 --flip 800000
show cut
is "$status" 1 "a flipped bit: status 1"
case $err in
*"packet 3 at byte "*"crc does not match"*) pass "a flipped bit: says where" ;;
*) fail "a flipped bit: says where" || diag "$err" ;;
esac

# --- packets that are missing
cat >gap.py <<'END'
import struct, sys
with open('many/stream', 'rb') as file:
    data = file.read()
second = struct.unpack_from('<Q', data, 44)[0] // 8
with open('gap/stream', 'wb') as file:
    file.write(data[second:] if sys.argv[1] == 'first' else data[second:] + data[:second])
END
cp -r many gap
python3 gap.py first
show gap
is "$status $err" "1 clbench-ctl: gap: packets are missing (1), all others were shown; see clbench-ctl verify" \
	"missing packets: told at the end"
[ "$(lines)" -gt 1 ] && pass "missing packets: the others are shown"
python3 gap.py behind
show gap
case $err in
*"packet 1 at byte "*": it stands behind packet 2; "*) pass "a packet out of its order ends it" ;;
*) fail "a packet out of its order ends it" || diag "$err" ;;
esac

# --- a directory of chunks
"$tools/make_trace.py" chunks --records 3000 --chunks 3 || bail_out "no trace"
for chunk in 1 2 3; do
	"$ctl" show chunks/00000$chunk || echo "not shown"
done >each
is "$("$ctl" show chunks | cmp - each 2>&1) $(wc -l <each)" " 3020" "chunks: all records of each, in order"
show chunks/000002
is "$status $(lines)" "0 1007" "chunks: a later one alone is shown, its first packet is no gap"
show chunks --time rel -e clbench_begin
is "$(printf '%s\n' "$out" | sed 's/ .*chunk=/ /; s/ session=.*//')" "+0.000000000 1 discarded=0
+0.001517993 2 discarded=10
+0.003002005 3 discarded=30" "chunks: times are relative to the first of all"
show chunks -e sched_migrate_task,block_bio_queue --csv
is "$status" 2 "chunks: csv of two events"
show chunks -e clbench_mark,clbench_begin -n 2
is "$(lines)" 2 "chunks: -n counts over all"
show chunks -e clbench_begin --csv
is "$(printf '%s\n' "$out" | cut -d, -f 1 | tr -d '\r' | tr '\n' ' ')" "ts_ns 1000000000 1001517993 1003002005 " \
	"chunks: one header of csv for all"
# between FROM TO: the same of the directory as by hand.
between() {
	show chunks --time raw --from "$1" --to "$2"
	is "$out" "$(TZ=UTC "$ctl" show chunks --time raw | awk -v from="$3" -v to="$4" '$1 >= from && $1 <= to')" \
		"chunks: --from $1 --to $2"
}
between +0.001 +0.002 1.001 1.002
between +0.002 +0.0025 1.002 1.0025
between +0.004 +0.005 1.004 1.005
between 09:15:03.1255 09:15:03.127 1.002043211 1.003543211
between 2025-11-21T09:15:03.1255Z 09:15:03.127 1.002043211 1.003543211
rm -rf bad
cp -r chunks bad
printf x | dd of=bad/000001/stream bs=1 seek=5000 conv=notrunc 2>/dev/null
show bad --from +0.0029
is "$status $err" "1 clbench-ctl: bad/000001: packet 2 at byte 88: crc does not match; everything before it was shown" \
	"chunks: damage is told, and ends it"
rm -rf bad
cp -r chunks bad
printf x | dd of=bad/000002/stream bs=1 seek=5000 conv=notrunc 2>/dev/null
show bad --from +0.0031
is "$status $err" "0 " "chunks: one that ends before --from is not read"
show bad --from +0.0029
is "$status" 1 "chunks: one that ends behind --from is"
"$tools/make_trace.py" midnight --records 120 --step 1000000000 --boot 1763769540000000000 --chunks 4
show midnight --from 00:00:00
is "$(printf '%s\n' "$out" | head -n 1 | cut -c 1-6)" 00:00: "chunks: the day is looked for in all of them"
show chunks/
is "$status $(lines)" "0 3020" "chunks: with a slash behind it"
rm -rf bad
cp -r chunks bad
rm -r bad/000001
mkdir bad/000004
: >bad/000004/stream
show bad
is "$status $(lines)" "0 2013" "chunks: those that were removed, or have not begun, are no gap"
cp -r chunks/000001 bad
rm -r bad/000002
show bad
is "$status $err" "1 clbench-ctl: bad: packets are missing (4), all others were shown; see clbench-ctl verify" \
	"chunks: one that is missing between two is a gap"
rm -rf bad
cp -r chunks bad
out=$("$tools/overtake.py" bad 000002 "$ctl" show bad 2>"$temp/err")
is "$? $(lines) $(cat "$temp/err")" \
	"1 2013 clbench-ctl: bad: chunks were removed meanwhile, all others were shown; keep more of them, or show less at once" \
	"chunks: one that is removed meanwhile is told"
rm -rf bad
cp -r chunks bad
out=$("$tools/overtake.py" bad 000003 "$ctl" show bad 2>"$temp/err")
is "$? $(lines) $(grep -c 'bad: chunks were removed meanwhile' "$temp/err")" "1 1007 1" \
	"chunks: also if none is left"
rm -rf bad
cp -r chunks bad
rm -r bad/000002
cp -r chunks/000002 bad/000005
show bad
case $err in
*"bad/000005: packet "*": it stands behind packet "*) pass "chunks: packets of the next must be later ones" ;;
*) fail "chunks: packets of the next must be later ones" || diag "$err" ;;
esac
rm -rf bad
cp -r chunks bad
sed -i 's/00010203-0405/00010203-0406/' bad/000002/metadata
show bad
is "$status $err" "1 clbench-ctl: bad/000002: it is of another session than the chunk before it; everything before it was shown" \
	"chunks: of two sessions"

python3 - <<END
import sys
sys.path.insert(0, '$tools')
from make_trace import write_changed
write_changed('changed')
END
show changed -e no_fields,pagecache_add
is "$status $(lines)" "0 2" "chunks: -e names events that one of them has"
show changed -e no_fields --csv
is "$status $(lines)" "0 2" "chunks: csv of one that the last has"
complains 2 "nearest is" "chunks: an event that none has" changed -e no_such_event
complains 2 'changed: no event or group "no_fild"; the nearest is "no_fields"' \
	"chunks: one of several words that none has" changed -e pagecache_add,no_fild
complains 2 'changed: no event matches "x*"' "chunks: said before the first record" changed -n 1 -e all -e 'x*'

# --- where to
"$ctl" show many 2>err | head -n 1 >head.out
is "$(wc -l <head.out) $(wc -l <err)" "1 0" "a closed pipe ends it quietly"
if [ -c /dev/full ]; then
	"$ctl" show all >/dev/full 2>err
	is "$? $(grep -c 'clbench-ctl: standard output: No space left' err)" "1 1" "a full disk is told"
fi

# --- without DIR
complains 1 "name the directory" "no trace here"
mkdir clbench-20250101-000000 clbench-20991231-2359590 clbench-2099-old
cp -r all clbench-20250102-000000
: >clbench-20260101-000000
show -n 1
is "$status $err" "0 clbench-ctl: showing clbench-20250102-000000" "the newest trace is shown, and named"

done_testing
