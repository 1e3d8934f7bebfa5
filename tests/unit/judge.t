#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# tests/judge.py accepts what is right and nothing else.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
tests=$(realpath "$top_srcdir/tests")
export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$tests"

"$tests/make_trace.py" "$temp/all" || bail_out "no trace"
"$tests/make_trace.py" "$temp/many" --records 20000 || bail_out "no trace"
ok "a trace of everything" "$tests/judge.py" "$temp/all" --crc
ok "a trace of many records" "$tests/judge.py" "$temp/many" --crc
# shellcheck disable=SC2016
count='/pagecache|block/ { records += $1 } /packets/ { packets = $1 }
	/lost/ { print records, (packets > 10), $1 }'
is "$("$tests/judge.py" "$temp/many" | awk "$count")" "20000 1 0" "it counts"

"$tests/make_trace.py" "$temp/chunks" --records 20000 --chunks 3 || bail_out "no chunks"
"$tests/make_trace.py" "$temp/old" --records 200 --old || bail_out "no trace"
ok "a directory of chunks" "$tests/judge.py" "$temp/chunks" --crc
is "$("$tests/judge.py" "$temp/chunks" | awk "$count")" "20000 1 30" "it counts all of them"
ok "a chunk alone" "$tests/judge.py" "$temp/chunks/000002" --crc
is "$("$tests/judge.py" "$temp/chunks/000002" | awk "$count")" "6667 0 20" "it counts only that one"
ok "a trace from before there were chunks" "$tests/judge.py" "$temp/old" --crc
python3 - "$temp/other" <<'END' || bail_out "no chunks"
import sys
from make_trace import write_changed
write_changed(sys.argv[1])
END
ok "chunks of different events" "$tests/judge.py" "$temp/other" --crc
cp -r "$temp/chunks" "$temp/later"
rm -r "$temp/later/000001"
ok "chunks without the first" "$tests/judge.py" "$temp/later" --crc

cat >"$temp/same.py" <<'END'
import sys
from judge import Stream
stream = Stream(sys.argv[1])
for name, event in stream.by_name.items():
    records = [(ts, cpu, context, tid, *event.fixed.unpack_from(payload)) for
               _, ts, number, cpu, context, tid, payload in stream.records() if number == event.id]
    assert list(stream.fixed(name)) == records, name
END
ok "the fast path reads the same" python3 "$temp/same.py" "$temp/all"
ok "the fast path reads the same of many" python3 "$temp/same.py" "$temp/many"
ok "the fast path reads the same of chunks" python3 "$temp/same.py" "$temp/chunks"

# rejects WORDS NAME CODE: CODE makes a trace that has a fault.
rejects() {
	python3 - "$temp/bad" <<END || bail_out "$2: no trace"
import sys
from make_trace import *
trace = Trace(sys.argv[1])
put_begin(trace, 1000)
trace.put(1000, 'no_fields')
$3
trace.write()
END
	said=$("$tests/judge.py" "$temp/bad" --crc)
	status=$?
	case $said in
	"FAIL: "*"$1"*) is $status 1 "$2" ;;
	*) fail "$2" || diag "$said" ;;
	esac
}
rejects "number 4" "a packet that is missing" 'trace.packet(); trace.seq += 1; put_end(trace, 1000)'
rejects "number 1" "a packet that comes twice" 'trace.packet(); trace.seq -= 2; put_end(trace, 1000)'
rejects "times" "a packet older than the one before" \
	'trace.packet(end=2000); trace.end = 1500; put_end(trace, 1500)'
rejects "size or time" "a record older than the one before" \
	'trace.put(3000, "no_fields"); trace.last = 0; trace.put(2000, "no_fields"); put_end(trace, 3000)'
rejects "records" "a record behind the end of its packet" \
	'trace.put(3000, "no_fields"); trace.last = 0; trace.packet(end=2000); put_end(trace, 3000)'
rejects "records" "a packet that begins before its first record" \
	'trace.packet(); trace.begin = 1000; trace.put(2000, "no_fields"); put_end(trace, 2000)'
rejects "size" "a packet that is cut off" 'put_end(trace, 2000); del trace.stream[-1]'
rejects "record at byte" "a record that is cut off" \
	'trace.put(2000, "no_fields"); del trace.records[-1]; trace.packet()'
rejects "crc32c" "a bit that was flipped" 'put_end(trace, 2000); trace.stream[-1] ^= 1'
rejects "magic" "what is no packet" 'trace.packet(); trace.stream += bytes(100)'
rejects "uuid" "a packet of another trace" \
	'trace.packet(); trace.uuid = bytes(16); put_end(trace, 2000); trace.uuid = bytes(range(16))'
rejects "are there" "a total that is wrong" \
	'trace.counts[41] += 1; put_end(trace, 2000)'
rejects "clbench_end says" "a loss that the end does not know" \
	'trace.put(2000, "clbench_discarded", (0, 5, 1, 2)); put_end(trace, 2000)'
rejects "5 in sum" "a loss that no record tells" 'trace.packet(); trace.discarded = 5; trace.packet()'
rejects "lost" "a sum of losses that falls" \
	'trace.discarded = 5; trace.packet(); trace.discarded = 0; put_end(trace, 2000)'

rejects "behind the end" "a packet behind the end" 'put_end(trace, 2000); trace.packet()'
rejects "by cause" "a loss of another cause" 'trace.discarded = 5
trace.put(2000, "clbench_discarded", (0, 5, 1, 2)); put_end(trace, 2000)'
rejects "no clbench_begin" "no clbench_begin" '
trace = Trace(sys.argv[1]); trace.packet(end=1000); trace.put(1000, "no_fields"); put_end(trace, 1000)'

# rejects_chunks WORDS NAME CODE [AFTER]: CODE sets what each seam does: before[N], called
# before chunk N begins; ends[N], the chunk that the end of chunk N names; base[N],
# how many losses too much its begin tells; names[N], its number there. AFTER runs
# when all is written.
rejects_chunks() {
	rm -rf "$temp/bad"
	python3 - "$temp/bad" <<END || bail_out "$2: no chunks"
import os, sys
from make_trace import *
trace = Trace(sys.argv[1])
before, ends, base, names = {}, {1: 2, 2: 3, 3: 0}, {}, {}
$3
for n in range(1, 4):
    before.get(n, lambda: None)()
    trace.open_chunk(n)
    trace.base += base.get(n, 0)
    trace.chunk = names.get(n, n)
    put_begin(trace, max(n * 1000, trace.end + 1))
    trace.base -= base.get(n, 0)
    trace.discarded += 5
    trace.put(n * 1000 + 100, 'clbench_discarded', (1, 5, 1, 2))
    trace.put(n * 1000 + 200, 'pagecache_miss', (1, 2, 3, 4))
    trace.packet()
    if ends[n] is not None:
        put_end(trace, n * 1000 + 300, ends[n])
    trace.write()
$4
END
	said=$("$tests/judge.py" "$temp/bad" --crc)
	status=$?
	case $said in
	"FAIL: "*"$1"*) is $status 1 "$2" ;;
	*) fail "$2" || diag "$said" ;;
	esac
}
rejects_chunks "chunk 3 is behind chunk 2, whose end names None" "a chunk in the middle has no end" \
	'ends[2] = None'
rejects_chunks "chunk 3 is behind chunk 2, whose end names 0" "a chunk behind the last" 'ends[2] = 0'
rejects_chunks "chunk 3 is behind chunk 2, whose end names 4" "an end that names another" 'ends[2] = 4'
rejects_chunks "chunk 3 is behind chunk 1, whose end names 2" "a chunk is missing" '' \
	'import shutil; shutil.rmtree(sys.argv[1] + "/000002")'
rejects_chunks "chunk 2 says that it is chunk 7" "a chunk of another number" 'names[2] = 7'
rejects_chunks "chunk 2: packet 4 at byte 0: number 5" "packets are missing between two" \
	'before[2] = lambda: setattr(trace, "seq", trace.seq + 1)'
rejects_chunks "chunk 3: packet 7 at byte 0: number 6" "a packet number comes twice" \
	'before[3] = lambda: setattr(trace, "seq", trace.seq - 1)'
rejects_chunks "chunk 3: packet 7 at byte 0: times" "a chunk older than the one before" \
	'before[3] = lambda: setattr(trace, "end", trace.end - 1)'
rejects_chunks "chunk 2: packet 4 at byte 0: 7 lost, 5 before it" "losses between two chunks" \
	'before[2] = lambda: setattr(trace, "discarded", 7)'
rejects_chunks "10 were lost" "a begin that knows of other losses" 'base[3] = 1'
rejects_chunks "its metadata is of another session" "chunks of two sessions" \
	'before[2] = lambda: setattr(trace, "uuid", bytes(16))'
rejects_chunks "chunk 2: packet 4 at byte 0: opens no chunk" "a chunk without its empty packet" '
real = put_begin
def put_begin(trace, ts):
    trace.packet = (lambda **more: None) if trace.chunk == 2 else trace.packet
    real(trace, ts)
    trace.__dict__.pop("packet", None)'
rejects_chunks "by cause" "totals that are not the losses" '
real = trace.put
def put(ts, name, values=(), **more):
    if name == "clbench_total" and trace.chunk == 2:
        values = [v + (i == 3) for i, v in enumerate(values[:-1])] + [values[-1]]
    real(ts, name, values, **more)
trace.put = put'

done_testing
