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

done_testing
