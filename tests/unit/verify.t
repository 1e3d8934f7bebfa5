#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# clbench-ctl verify: damage, gaps and sums that do not agree are never complete;
# --repair saves what is sound.
#
# VERIFY_ROUNDS, VERIFY_SEED: how many bytes are changed at random, and which.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"
# shellcheck source=tests/sanitize.sh
. "$top_srcdir/tests/sanitize.sh"

ctl=${CLBENCH_CTL:-$top_builddir/clbench-ctl}
[ -x "$ctl" ] || skip_all "no clbench-ctl"
ctl=$(realpath "$ctl")
source=$(realpath "$top_srcdir")
tools=$source/tests
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
cd "$temp" || bail_out "no temporary folder"
export TZ=UTC LC_ALL=C PYTHONDONTWRITEBYTECODE=1 PYTHONUTF8=1 PYTHONPATH="$tools"

# verify ARG...: sets out, err and status.
verify() {
	out=$("$ctl" verify "$@" 2>"$temp/err")
	status=$?
	err=$(cat "$temp/err")
}

# says STATUS TEXT NAME ARG...: the exit status, and all of what is said.
says() {
	wanted_status=$1
	text=$2
	name=$3
	shift 3
	verify "$@"
	is "$status $out$err" "$wanted_status $text" "$name"
}

# complains STATUS WORDS NAME ARG...: nothing on stdout, one sentence with WORDS.
complains() {
	wanted_status=$1
	words=$2
	name=$3
	shift 3
	verify "$@"
	is "$status$out" "$wanted_status" "$name: status $wanted_status"
	case $err in
	*"
"*) fail "$name: one sentence" || diag "$err" ;;
	"clbench-ctl: "*"$words"*) pass "$name: one sentence" ;;
	*) fail "$name: one sentence" || diag "$err" ;;
	esac
}

# make_bad CODE: makes the trace "bad"; CODE may change it before it is written.
make_bad() {
	rm -rf bad
	python3 - <<END || bail_out "no trace"
from make_trace import *
trace = Trace('bad', offset_ns=1763716502123456789)
put_begin(trace, 1000)
trace.put(1000, 'no_fields')
trace.packet()
trace.put(2000, 'pagecache_miss', (1, 2, 3, 4))
trace.put(2500, 'pagecache_add', (1, 2, 3, 4))
trace.packet()
def lose(ts, count, cause=0):
    trace.put(ts, 'clbench_discarded', (cause, count, ts - 10, ts))
    trace.discarded += count
def packets():
    "Offsets of the packets, and of the end."
    at = [0]
    while at[-1] < len(trace.stream):
        at.append(at[-1] + struct.unpack_from('<Q', trace.stream, at[-1] + 44)[0] // 8)
    return at
$1
trace.write()
END
}

# unaccounted WORDS NAME CODE: a trace that is whole but does not agree.
unaccounted() {
	make_bad "$3"
	verify bad
	case $status$out$err in
	"3UNACCOUNTED: bad: "*"$1"*) pass "$2" ;;
	*) fail "$2" || diag "$status $out$err" ;;
	esac
}

# --- complete
"$tools/make_trace.py" many --records 20000 || bail_out "no trace"
says 0 "COMPLETE: many: 20000 records in 14 packets, 0.029 s, every attempt accounted for" \
	"complete" many
says 0 "" "-q: the exit status tells" -q many
says 0 "" "-q: of JSON, too" -q --json many
make_bad 'put_end(trace, 3000)'
says 0 "COMPLETE: bad: 3 records in 4 packets, 0.000 s, every attempt accounted for" "few records" bad
sed '/metadata_crc32c/d' bad/metadata >metadata
cp metadata bad/metadata
says 0 "COMPLETE: bad: 3 records in 4 packets, 0.000 s, every attempt accounted for" \
	"metadata of before it had a checksum" bad
sed 's/metadata_crc32c/metadata_crc32b/' many/metadata >bad/metadata
says 3 "DAMAGED: bad: the checksum of its metadata is damaged; packets 1-4 can be saved with --repair NEWDIR" \
	"a damaged name of the checksum is not no checksum" bad

# --- incomplete
"$tools/make_trace.py" all || bail_out "no trace"
says 1 "INCOMPLETE: all: 812 of 858 records discarded, all accounted for
  09:13:35.405 .. 09:13:35.405  cpu 0 hardirq  full_refill  812" \
	"incomplete: each loss with its time, CPU, context and cause" all
says 1 "" "-q: incomplete" all -q

# --- unfinished
"$tools/make_trace.py" cut --records 20000 --cut 60189 || bail_out "no trace"
says 3 "UNFINISHED: cut: no clbench_end after packet 2; \`clbench-ctl attach record-4711 -o cut\` goes on while the session lives" \
	"unfinished: what goes on with it" cut
: >cut/stream
says 3 "UNFINISHED: cut: no packet in its stream; \`clbench-ctl attach record-4711 -o cut\` goes on while the session lives" \
	"an empty stream" cut

# --- unaccounted
unaccounted "packet 2 is missing: packet 3 stands at byte 88" "a packet that is missing" \
	'put_end(trace, 3000); at = packets(); del trace.stream[at[1]:at[2]]'
unaccounted "packets 1-2 are missing: packet 3 stands at byte 0" "the first packets are missing" \
	'put_end(trace, 3000); at = packets(); del trace.stream[:at[2]]'
unaccounted "stands behind packet 3" "two packets have changed places" \
	'put_end(trace, 3000); at = packets(); s = trace.stream
trace.stream = s[:at[1]] + s[at[2]:at[3]] + s[at[1]:at[2]] + s[at[3]:]'
unaccounted "stands behind packet 2" "a packet comes twice" \
	'put_end(trace, 3000); at = packets(); s = trace.stream; trace.stream = s[:at[2]] + s[at[1]:]'
unaccounted "pagecache_miss has 1 records, its clbench_total tells 2" "a total that is wrong" \
	'trace.counts[6] += 1; put_end(trace, 3000)'
unaccounted "pagecache_add has no clbench_total" "a total that is missing" \
	'trace.counts[7] = 0; put_end(trace, 3000)'
unaccounted "clbench_end tells 1" "an end that counts otherwise" \
	'trace.put(3000, "clbench_total", (6, 1, 0, 0, 0, 0, 0, 0, b"pagecache_miss"))
trace.put(3000, "clbench_total", (7, 1, 0, 0, 0, 0, 0, 0, b"pagecache_add"))
trace.put(3000, "clbench_total", (41, 1, 0, 0, 0, 0, 0, 0, b"no_fields"))
trace.put(3000, "clbench_end", (1, 0, 0, 0, 0)); trace.packet()'
unaccounted "pagecache_miss has two clbench_total" "a total that comes twice" \
	'trace.put(3000, "clbench_total", (6, 1, 0, 0, 0, 0, 0, 0, b"pagecache_miss")); put_end(trace, 3000)'
unaccounted "packet 4 at byte 443 tells 0 discarded records, those up to it add up to 5" \
	"a loss that the packet does not know" \
	'trace.put(3000, "clbench_discarded", (0, 5, 1, 2)); trace.packet(); put_end(trace, 3000)'
unaccounted "tells 5 discarded records, those up to it add up to 0" "a loss that no record tells" \
	'trace.discarded = 5; trace.packet(); put_end(trace, 3000)'
unaccounted "5 records are told lost by full_cap one by one, 0 by clbench_total" \
	"a loss of another cause" 'lose(3000, 5); put_end(trace, 3000)'
unaccounted "packet 5 at byte " "a packet behind the end" \
	'put_end(trace, 3000); trace.packet()'
unaccounted "follows clbench_end" "two ends" 'put_end(trace, 3000); put_end(trace, 4000)'
unaccounted "has records behind clbench_end" "records behind the end" \
	'trace.put(3000, "clbench_end", (3, 0, 0, 0, 0)); put_end(trace, 3000)'
unaccounted "the first record is no clbench_begin" "no clbench_begin" '
trace = Trace("bad"); trace.packet(end=1000); trace.put(1000, "no_fields"); put_end(trace, 1000)'
unaccounted "packet 2 is missing" "a packet is missing, and there is no end" \
	'at = packets(); del trace.stream[at[1]:at[2]]'

# --- names of events are the trace's, and may be anything
make_bad 'trace.counts[7] += 1; trace.counts[41] = 0
trace.by_name["pagecache_add"].name = "a\n\x1b[2J"
trace.by_name["no_fields"].name = "\"},\"verdict\":\"complete\",{\"\udcff"; put_end(trace, 3000)'
says 3 'UNACCOUNTED: bad: a\x0a\x1b[2J has 1 records, its clbench_total tells 2
  "},"verdict":"complete",{"\xff has no clbench_total' "names of events drive no terminal" bad
is "$("$ctl" verify --json bad | python3 -c 'import json, sys
d = json.load(sys.stdin)
print(d["verdict"], *d["events"], *d["unaccounted"], sep="\n")')" 'unaccounted
pagecache_miss
a\x0a\x1b[2J
"},"verdict":"complete",{"\xff
a\x0a\x1b[2J has 1 records, its clbench_total tells 2
"},"verdict":"complete",{"\xff has no clbench_total' "json: names of events are keys and nothing else"

# --- damaged: all at once, and what can be saved
"$tools/make_trace.py" damaged --records 20000 --flip 480000 --flip 1920000 --flip 5000000 || bail_out "no trace"
says 3 "DAMAGED: damaged: packet 2 at byte 88: crc does not match (2 more below); packets 1, 3-4, 6-11 and 13-14 can be saved with --repair NEWDIR
  packet 5 at byte 180412: crc does not match
  packet 12 at byte 601122: crc does not match" "damage in three places" damaged
verify --json damaged
is "$(echo "$out" | python3 -c 'import json, sys
d = json.load(sys.stdin)
print(d["verdict"], d["packets"], d["damage"][1], d["unaccounted"])')" \
	"damaged 11 {'packet': 5, 'offset_bytes': 180412, 'what': 'crc'} []" "json: damage"
make_bad 'put_end(trace, 3000); trace.stream += b"more"'
says 3 "DAMAGED: bad: packet 5 at byte 830: it is cut off; packets 1-4 can be saved with --repair NEWDIR" \
	"bytes behind the last packet" bad
make_bad 'put_end(trace, 3000); at = packets(); trace.stream[at[2]:at[2]] = b"x" * 1000'
says 3 "DAMAGED: bad: packet 3 at byte 285: no packet starts here; packets 1-4 can be saved with --repair NEWDIR" \
	"bytes between two packets" bad
make_bad 'put_end(trace, 3000); at = packets(); trace.stream[at[1] + 44 + 2] ^= 255'
says 3 "DAMAGED: bad: packet 2 at byte 88: its size is wrong; packets 1 and 3-4 can be saved with --repair NEWDIR" \
	"a size beyond the stream is no cut" bad
make_bad 'trace.packet(padding=3); trace.stream[-1] = 1; put_end(trace, 3000)'
says 3 "DAMAGED: bad: packet 4 at byte 443: its padding is not 0; packets 1-3 and 5 can be saved with --repair NEWDIR" \
	"padding" bad
make_bad 'trace.put(3000, "no_fields"); trace.records[1] = 42; trace.packet(); put_end(trace, 3000)'
says 3 "DAMAGED: bad: packet 4 at byte 443: the record at byte 531 is of an event that the metadata does not tell; packets 1-3 and 5 can be saved with --repair NEWDIR" \
	"a record of no event" bad
make_bad 'trace.put(3000, "no_fields"); del trace.records[-1]; trace.packet(); put_end(trace, 3000)'
says 3 "DAMAGED: bad: packet 4 at byte 443: the record at byte 531 is cut off; packets 1-3 and 5 can be saved with --repair NEWDIR" \
	"a record that is cut off" bad
make_bad 'trace.packet(); trace.begin = 3000; trace.put(3500, "no_fields"); put_end(trace, 4000)'
says 3 "DAMAGED: bad: packet 5 at byte 531: the record at byte 619 is out of its time; packets 1-4 can be saved with --repair NEWDIR" \
	"a packet that begins before its first record" bad
make_bad 'trace.packet(end=3000); trace.end = 2600; trace.put(2700, "no_fields"); put_end(trace, 3000)'
says 3 "DAMAGED: bad: packet 5 at byte 531: it begins before the packet before it ends; packets 1-4 can be saved with --repair NEWDIR" \
	"a packet that is older than the one before" bad

# --- JSON
cat >keys.py <<'END'
import json, sys
document = json.load(sys.stdin)
assert list(document)[:13] == [
    'schema', 'dir', 'uuid', 'verdict', 'records', 'packets', 'bytes', 'first_ts_ns',
    'last_ts_ns', 'total', 'events', 'losses', 'damage'], list(document)
counts = ['attempted', 'delivered', 'discarded', 'excluded', 'filtered']
assert all(list(c) == counts for c in [document['total'], *document['events'].values()])
assert all(list(l) == ['cpu', 'context', 'cause', 'count', 'first_ts_ns', 'last_ts_ns']
           for l in document['losses'])
assert all(list(d) == ['packet', 'offset_bytes', 'what'] for d in document['damage'])
print(document['verdict'], document['records'], document['total']['attempted'])
END
for wanted in "complete 20000 20000 many" "incomplete 46 858 all" "unfinished 0 0 cut" \
	"damaged 15049 15049 damaged"; do
	dir=${wanted##* }
	is "$("$ctl" verify --json "$dir" | python3 keys.py)" "${wanted% *}" "json: keys and sums of $dir"
done
is "$("$ctl" verify --json all | python3 -c 'import json, sys
d = json.load(sys.stdin)
print(d["losses"][0], d["events"]["pagecache_miss"]["discarded"]["full_refill"])')" \
	"{'cpu': 0, 'context': 'hardirq', 'cause': 'full_refill', 'count': 812, 'first_ts_ns': 82713281720991, 'last_ts_ns': 82713281721490} 812" \
	"json: losses"

# --- repair
verify damaged --repair saved
is "$status $err" "3 clbench-ctl: wrote packets 1, 3-4, 6-11 and 13-14 to saved" \
	"repair: says what was saved, the status is the verdict"
is "$(stat -c %a saved saved/stream saved/metadata | tr '\n' ' ')" "750 640 640 " "repair: the modes of a trace"
cat >same.py <<'END'
import struct, sys
def packets(name):
    data, at = open(name, 'rb').read(), 0
    while at < len(data):
        size = struct.unpack_from('<Q', data, at + 44)[0] // 8
        yield data[at:at + size]
        at += size
old = list(packets('damaged/stream'))
assert list(packets('saved/stream')) == [p for i, p in enumerate(old) if i not in (1, 4, 11)]
assert open('damaged/metadata').read() == open('saved/metadata').read()
END
ok "repair: packets and metadata are unchanged" python3 same.py
verify saved
is "$status ${out%%;*}" "3 UNACCOUNTED: saved: packet 2 is missing: packet 3 stands at byte 88
  packet 5 is missing: packet 6 stands at byte 120311
  packet 12 is missing: packet 13 stands at byte 480924
$(printf '%s\n' "$out" | tail -n +4)" "repair: the gaps are told"
verify saved --repair saved2
ok "repair: of what was saved is the same" diff -r saved saved2
if command -v babeltrace2 >/dev/null; then
	babeltrace2 saved >babeltrace.out 2>/dev/null
	is "$? $(wc -l <babeltrace.out)" "0 $("$ctl" show saved 2>/dev/null | wc -l)" \
		"repair: babeltrace2 reads as many records as show"
else
	skip "repair: babeltrace2 reads as many records as show" "no babeltrace2"
fi
is "$("$tools/judge.py" saved --crc)" "FAIL: packet 2 at byte 88: number 3" \
	"repair: only the gap is wrong for the judge"
"$tools/make_trace.py" torn --records 20000 --cut 100000 || bail_out "no trace"
verify torn --repair whole
says 3 "UNFINISHED: whole: no clbench_end after packet 2; \`clbench-ctl attach record-4711 -o whole\` goes on while the session lives" \
	"repair: a torn packet is left out" whole
ok "repair: and the judge accepts the rest" "$tools/judge.py" whole --crc
make_bad 'put_end(trace, 3000); trace.stream += b"more"'
verify bad --repair more -q
is "$status$out$err" 3 "repair: -q"
says 0 "COMPLETE: more: 3 records in 4 packets, 0.000 s, every attempt accounted for" \
	"repair: complete, if nothing was missing" more
verify many --repair copy
ok "repair: a sound trace is copied" diff -r many copy
mkdir empty
verify -q many --repair empty
ok "repair: into an empty directory" diff -r many empty
complains_repair() {
	verify -q "$2" --repair "$3"
	case $status$out$err in
	"4clbench-ctl: "*"$4"*) pass "repair: $1" ;;
	*) fail "repair: $1" || diag "$status $out$err" ;;
	esac
}
complains_repair "refuses a directory that is not empty" many copy "exists and is not empty"
complains_repair "refuses the trace itself" many many "exists and is not empty"
ln -s elsewhere link
complains_repair "refuses a symbolic link" many link "Not a directory"
complains_repair "nothing to save" cut nothing "has no sound packet"
ok "repair: nothing is left behind" test ! -e nothing
rm -rf bad
cp -r many bad
sed 's/uint32_t crc32c/uint64_t crc32c/' many/metadata >bad/metadata
says 3 "DAMAGED: bad: line 76 of its metadata is not what clbench writes; nothing can be saved" \
	"metadata that cannot be read is damage" bad
complains_repair "not without metadata" bad nothing "line 76 of its metadata"
sed 's/synthetic/sYnthetic/' many/metadata >bad/metadata
says 3 "DAMAGED: bad: the checksum of its metadata does not match; packets 1-14 can be saved with --repair NEWDIR" \
	"metadata that was changed" bad

# --- complaints
complains 2 "unknown option" "an option that is none" many --no-such
complains 2 "more than one" "two directories" many all
complains 2 "needs a value" "--repair without NEWDIR" many --repair
complains 4 "No such file" "a directory that is not there" nowhere
complains 4 "Not a directory" "a file" many/stream
rm -rf empty
mkdir empty
complains 4 "not a clbench trace" "an empty directory" empty
cp many/metadata empty
complains 4 "not a clbench trace" "a trace without stream" empty
printf '/* CTF 1.8 */\ntrace { major = 1; };\nenv { tracer_name = "lttng-modules"; };\n' >empty/metadata
: >empty/stream
complains 4 "written by lttng-modules" "a trace of another tracer" empty
python3 - <<'END'
from make_trace import crc32c
text = open('many/metadata').read().replace('clbench_format = 1', 'clbench_format = 2')
digits = text.split('metadata_crc32c = "')[1][:8]
zeroed = text.replace(digits, '00000000')
open('empty/metadata', 'w').write(text.replace(digits, f'{crc32c(zeroed.encode()):08x}'))
END
complains 4 "newer clbench" "a trace of a newer clbench" empty
complains 4 "name the directory" "no trace here"
cp -r many clbench-20250102-000000
says 0 "COMPLETE: clbench-20250102-000000: 20000 records in 14 packets, 0.029 s, every attempt accounted forclbench-ctl: verifying clbench-20250102-000000" \
	"the newest trace is judged, and named"
verify --help
is "$status $(printf '%s\n' "$out" | head -n 1)" "0 usage: clbench-ctl verify [-q] [--json] [--repair NEWDIR] [DIR]" "--help"

# --- chunks
# make_chunks CODE: makes the directory of chunks "bad", of three with 5 losses
# each. CODE may set before[N], called before chunk N is opened; ends[N], what its
# end says of the next, None for no end; shift[N], what its total says too much.
make_chunks() {
	rm -rf bad
	python3 - <<END || bail_out "no chunks"
from make_trace import *
trace = Trace('bad', offset_ns=1763716502123456789)
before, shift, ends, nr = {}, {}, {}, 3
def end(n, ts, next_chunk):
    "As put_end(), but totals say shift[n] more."
    lost = trace.discarded - trace.base
    trace.put(ts, 'clbench_total', (6, 10, 0, lost + shift.get(n, 0), 0, 0, 0, 0, b'pagecache_miss'))
    trace.put(ts, 'clbench_end', (10, lost, 0, 0, next_chunk))
    trace.packet()
$1
for n in range(1, nr + 1):
    if n in before:
        before[n]()
    trace.open_chunk(n)
    ts = n * 1000
    put_begin(trace, max(ts, trace.end + 1))
    for i in range(10):
        trace.put(ts + 100 + i, 'pagecache_miss', (1, 2, i, 4))
    trace.packet()
    trace.discarded += 5
    trace.put(ts + 200, 'clbench_discarded', (1, 5, ts + 190, ts + 200))
    trace.packet(end=ts + 300)
    if ends.get(n, True) is not None:
        end(n, ts + 300, ends.get(n, n % nr and n + 1))
    trace.write()
END
}

# chunks STATUS TEXT NAME CODE: the verdict of all of them begins with TEXT.
chunks() {
	make_chunks "$4"
	judged "$1" "$2" "$3"
}

# judged STATUS TEXT NAME: what is said of "bad" begins with TEXT.
judged() {
	verify bad
	case $status$out$err in
	"$1$2"*) pass "chunks: $3" ;;
	*) fail "chunks: $3" || diag "$status $out$err" ;;
	esac
}

make_chunks ''
says 1 "INCOMPLETE: bad: chunks 1-3: 15 of 45 records discarded, all accounted for
  INCOMPLETE: bad/000001: 5 of 15 records discarded, all accounted for
    09:15:02.123 .. 09:15:02.123  cpu 0 task  full_refill  5
    it is chunk 1 of its session; chunk 2 follows
  INCOMPLETE: bad/000002: 5 of 15 records discarded, all accounted for
    09:15:02.123 .. 09:15:02.123  cpu 0 task  full_refill  5
    it is chunk 2 of its session; chunk 3 follows
  INCOMPLETE: bad/000003: 5 of 15 records discarded, all accounted for
    09:15:02.123 .. 09:15:02.123  cpu 0 task  full_refill  5
    it is chunk 3 of its session, the last" "chunks: one verdict, and that of each" bad
says 1 "INCOMPLETE: bad/000002: 5 of 15 records discarded, all accounted for
  09:15:02.123 .. 09:15:02.123  cpu 0 task  full_refill  5
  it is chunk 2 of its session; chunk 3 follows" "chunks: one alone is a trace" bad/000002
"$tools/make_trace.py" one --records 3000 --chunks 1 || bail_out "no chunks"
says 0 "COMPLETE: one/: chunk 1: 3000 records in 3 packets, 0.004 s, every attempt accounted for
  COMPLETE: one/000001: 3000 records in 3 packets, 0.004 s, every attempt accounted for" \
	"chunks: there may be one, and no word is lost of it" one/
cat >chunk_keys.py <<'END'
import json, sys
d = json.load(sys.stdin)
keys = ['dir', 'uuid', 'verdict', 'records', 'packets', 'bytes', 'first_ts_ns', 'last_ts_ns',
        'total', 'events', 'losses', 'damage', 'late', 'unaccounted']
assert list(d) == ['schema'] + keys + ['first_chunk', 'last_chunk', 'chunks'], list(d)
assert all(list(c) == keys + ['chunk', 'next_chunk'] for c in d['chunks']), list(d['chunks'][0])
for key in 'records', 'packets', 'bytes', 'late':
    assert d[key] == sum(c[key] for c in d['chunks']), key
assert d['losses'] == sum((c['losses'] for c in d['chunks']), [])
assert d['events']['pagecache_miss'] == d['total']
assert d['total']['attempted'] == sum(c['total']['attempted'] for c in d['chunks'])
assert d['first_ts_ns'] == d['chunks'][0]['first_ts_ns']
assert d['last_ts_ns'] == d['chunks'][-1]['last_ts_ns']
print(d['verdict'], d['records'], d['total']['discarded']['full_refill'], d['first_chunk'],
      d['last_chunk'], [(c['dir'], c['chunk'], c['next_chunk']) for c in d['chunks']])
END
is "$("$ctl" verify --json bad | python3 chunk_keys.py)" \
	"incomplete 30 15 1 3 [('bad/000001', 1, 2), ('bad/000002', 2, 3), ('bad/000003', 3, 0)]" \
	"chunks: json has the sums, and each of them"
is "$("$ctl" verify --json many | python3 -c 'import json, sys
d = json.load(sys.stdin)
print(d["chunk"], d["next_chunk"], "chunks" in d)')" "1 0 False" "chunks: json of a trace that is the only one"
says 1 "" "chunks: -q" -q bad
rm -r bad/000001
verify bad
is "$status $(echo "$out" | sed -n 1,3p)" "1 INCOMPLETE: bad: chunks 2-3: 10 of 30 records discarded, all accounted for
  chunk 1 is not here
  INCOMPLETE: bad/000002: 5 of 15 records discarded, all accounted for" "chunks: the first was removed"
mkdir bad/000001
: >bad/000001/metadata
judged 1 "INCOMPLETE: bad: chunks 2-3: " "the first is being removed"
rm -r bad/000002
judged 1 "INCOMPLETE: bad: chunk 3: 5 of 15 records discarded, all accounted for
  chunks 1-2 are not here
" "only the last is left"
make_chunks ''
mkdir bad/000004
: >bad/000004/stream
judged 1 "INCOMPLETE: bad: chunks 1-3: " "one that nothing was written to is none yet"

chunks 3 "UNFINISHED: bad: chunk 3 has no clbench_end
" "the last has no end" 'ends[3] = None'
chunks 3 "UNFINISHED: bad: chunk 4 follows chunk 3 and is not here
" "the last is not the last" 'ends[3] = 4'
make_chunks ''
rm -r bad/000002
judged 3 "UNACCOUNTED: bad: chunk 2 is missing
  INCOMPLETE: bad/000001" "one is missing in the middle"
chunks 3 "UNACCOUNTED: bad: chunk 2 has no clbench_end, and chunk 3 is there
" "one in the middle has no end" 'ends[2] = None'
chunks 3 "UNACCOUNTED: bad: chunk 1 says that it is the last, and chunk 2 is there
" "one behind the last" 'ends[1] = 0'
chunks 3 "UNACCOUNTED: bad: chunk 1 says that chunk 3 follows
" "an end that names another" 'ends[1] = 3'
chunks 3 "UNACCOUNTED: bad: chunk 3 is of another session than chunk 2
" "chunks of two sessions" 'before[3] = lambda: setattr(trace, "uuid", bytes(16))'
chunks 3 "UNACCOUNTED: bad: chunk 2 begins with packet 6, chunk 1 ends with packet 4
" "packets are missing between two" 'before[2] = lambda: setattr(trace, "seq", trace.seq + 1)'
chunks 3 "UNACCOUNTED: bad: chunk 2 begins with packet 4, chunk 1 ends with packet 4
" "a packet number comes twice" 'before[2] = lambda: setattr(trace, "seq", trace.seq - 1)'
chunks 3 "UNACCOUNTED: bad: chunk 3 begins before chunk 2 ends
" "times go back" 'before[3] = lambda: setattr(trace, "end", trace.end - 1)'
chunks 3 "UNACCOUNTED: bad: chunk 2 begins with 7 discarded records, chunk 1 ends with 5
" "losses between two" 'before[2] = lambda: setattr(trace, "discarded", 7)'
make_chunks ''
mv bad/000003 bad/000004
judged 3 "UNACCOUNTED: bad: chunk 4 says that it is chunk 3
  chunk 3 is missing
" "one in the directory of another"
chunks 1 "INCOMPLETE: bad: chunks 1-3: 15 of 45 " "a loss may be counted before its chunk" \
	'shift.update({1: 2, 2: -2})'
chunks 3 "UNACCOUNTED: bad: 15 records are told lost by full_refill one by one, 17 by clbench_total
" "but in all they are what was counted" 'shift[2] = 2'
rm -r bad/000001
judged 1 "INCOMPLETE: bad: chunks 2-3: 10 of 30 " "which is not known without the first"
make_chunks 'shift[2] = 2; ends[3] = 4'
judged 3 "UNFINISHED: bad: chunk 4 follows" "nor without the last"
chunks 3 "UNACCOUNTED: bad: chunk 2: 10 records are there, clbench_end tells 11
" "the reasons of each" 'real = trace.put
def put(ts, name, values=(), **more):
    if name == "clbench_end" and trace.chunk == 2:
        values = (11, *values[1:])
    real(ts, name, values, **more)
trace.put = put'
# alone WORDS NAME CODE: chunk 2 alone is not accounted for.
alone() {
	make_chunks "$3"
	verify bad/000002
	case $status$out$err in
	"3UNACCOUNTED: bad/000002: "*"$1"*) pass "chunks: alone, $2" ;;
	*) fail "chunks: alone, $2" || diag "$status $out$err" ;;
	esac
}
alone "clbench_begin tells 6 records discarded before it, the packet before it 5" \
	"losses before it" 'real = trace.put
def put(ts, name, values=(), **more):
    if name == "clbench_begin" and trace.chunk == 2:
        values = [6 if f.name == "discarded" else v for f, v in zip(EVENTS[0].fields, values)]
    real(ts, name, values, **more)
trace.put = put'
alone "chunk 2 begins with packet 1" "its first packet" 'before[2] = lambda: setattr(trace, "seq", 0)'
alone "chunk 1 begins with packet 5" "its number" 'real = trace.put
def put(ts, name, values=(), **more):
    if name == "clbench_begin" and trace.chunk == 2:
        values = [1 if f.name == "chunk" else v for f, v in zip(EVENTS[0].fields, values)]
    real(ts, name, values, **more)
trace.put = put'
alone "packets 1-5 are missing: packet 6 stands at byte 0" "its empty packet" '
real = trace.write
def write():
    if trace.chunk == 2:
        del trace.stream[:88]
    real()
trace.write = write'
alone "tells 11 discarded records, those up to it add up to 10" "its sums" 'real = trace.packet
def packet(**more):
    if trace.chunk == 2 and trace.seq == 7:
        trace.discarded += 1
    real(**more)
trace.packet = packet'

make_chunks ''
python3 -c 'import sys
for n, at in ((1, 300), (2, 10), (3, 100)):
    with open(f"bad/00000{n}/stream", "r+b") as f:
        f.seek(at)
        f.write(b"x")'
says 3 "DAMAGED: bad: chunk 1 is damaged (2 more below)
  DAMAGED: bad/000001: packet 2 at byte 88: crc does not match; packets 1 and 3-4 can be saved with --repair NEWDIR
    it is a chunk of its session; chunk 2 follows
  DAMAGED: bad/000002: packet 5 at byte 0: it belongs to another trace; packets 6-8 can be saved with --repair NEWDIR
    it is chunk 2 of its session; chunk 3 follows
  DAMAGED: bad/000003: packet 10 at byte 88: it belongs to another trace; packets 9 and 11-12 can be saved with --repair NEWDIR" \
	"chunks: damage" bad
is "$("$ctl" verify --json bad | python3 -c 'import json, sys
print(json.load(sys.stdin)["damage"][0])')" "{'chunk': 1, 'packet': 2, 'offset_bytes': 88, 'what': 'crc'}" \
	"chunks: json tells in which one damage is"
rm bad/000001/metadata
judged 3 "DAMAGED: bad: chunk 1 is damaged (2 more below)
  DAMAGED: bad/000001: there is no file \"metadata\" in it; nothing can be saved
" "one without metadata"
rm bad/00000?/metadata
complains 4 "bad/00000" "chunks: all without metadata" bad
make_chunks ''
complains 2 "bad is a directory of chunks; name one of them with --repair, such as bad/000001" \
	"chunks: --repair" bad --repair new
rm -rf saved
verify -q bad/000002 --repair saved
ok "chunks: --repair of one" diff -r bad/000002 saved
"$tools/make_trace.py" old --records 100 --old || bail_out "no trace"
says 0 "COMPLETE: old: 100 records in 2 packets, 0.000 s, every attempt accounted for" \
	"a trace from before there were chunks" old
is "$("$ctl" verify --json old | python3 -c 'import json, sys
d = json.load(sys.stdin)
print(d["chunk"], d["next_chunk"])')" "1 0" "is the only chunk of its session"

# --- every byte matters
user=$source/src/user
parts="crc32c events metadata_check metadata_events metadata_layout metadata_lex metadata_parse
	metadata_parser packet read_at session task_table trace_reader trace_record verify verify_account
	verify_walk view"
sources=$tools/reader/verify.c
for part in $parts metadata value out text quantity; do
	sources="$sources $user/$part.c"
done
if ! find_sanitizer address,undefined; then
	skip "every byte matters" "no compiler with this sanitizer"
	done_testing
	exit
fi
flags="-std=gnu11 -D_GNU_SOURCE $sanitizer -Wall -Wextra -Wshadow -Werror -I$user
	-I$source/src/kernel/uapi"
make_bad 'for i in range(20): trace.put(3000 + i, "clbench_mark", (b"text",)); trace.packet()
put_end(trace, 4000)'
mkdir work
# shellcheck disable=SC2086
ok "the harness compiles without a warning" "$compiler" $flags $sources -o harness || bail_out "does not compile"
./harness bad work "${VERIFY_ROUNDS:-1000}" "${VERIFY_SEED:-1}" >harness.out 2>&1
status=$?
relay_points harness.out
is $status 0 "the sanitizers have no complaint"

done_testing
