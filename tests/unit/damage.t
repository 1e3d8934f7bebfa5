#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# A trace that is cut or has a bit flipped anywhere is shown up to there, and told.
#
# DAMAGE_STEP: only every so many bytes (default: 1).

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

ctl=${CLBENCH_CTL:-$top_builddir/clbench-ctl}
[ -x "$ctl" ] || skip_all "no clbench-ctl"
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
export PYTHONDONTWRITEBYTECODE=1

"$top_srcdir/tests/make_trace.py" "$temp/trace" --records 3 || bail_out "no trace"

cat >"$temp/damage.py" <<'END'
"""usage: damage.py CTL TRACE WHAT: cut or flip the file WHAT at every byte."""
import os, struct, subprocess, sys
ctl, trace, mode, name = sys.argv[1:]
path = os.path.join(trace, name)
with open(path, 'rb') as file:
    whole = file.read()

def show():
    done = subprocess.run([ctl, 'show', '--time', 'raw', trace], capture_output=True, timeout=60)
    return done.returncode, done.stdout.splitlines(), done.stderr.decode()

def bounds():
    """Where each packet ends, and how many lines are shown up to there."""
    at, ends = 0, {}
    while at < len(whole):
        at += struct.unpack_from('<Q', whole, at + 44)[0] // 8
        ends[at] = None
    return ends

status, lines, said = show()
assert (status, said) == (0, ''), said
ends = bounds() if name == 'stream' else {}
for end in ends:
    with open(path, 'wb') as file:
        file.write(whole[:end])
    status, shown, said = show()
    assert (status, said) == (0, ''), (end, status, said)
    ends[end] = len(shown)
step = int(os.environ.get('DAMAGE_STEP', 1))
for at in range(0, len(whole), step if name == 'stream' else 13 * step):
    data = bytearray(whole)
    if mode == 'cut':
        if at in ends:
            continue
        del data[at:]
    else:
        data[at] ^= 1 << at % 8
    with open(path, 'wb') as file:
        file.write(data)
    status, shown, said = show()
    if status == 0:
        # Another name, say, or an event less, but none that is there.
        assert name == 'metadata' and not said and len(shown) == len(lines), at
        continue
    good = max((n for end, n in ends.items() if end <= at), default=0)
    assert status == 1 and said.startswith('clbench-ctl: ') and said.count('\n') == 1, (at, said)
    assert name == 'metadata' or shown == lines[:good], (at, good, len(shown))
END

damage() {
	rm -rf "$temp/copy"
	cp -r "$temp/trace" "$temp/copy"
	ok "$3" python3 "$temp/damage.py" "$ctl" "$temp/copy" "$1" "$2"
}
damage cut stream "a stream cut at any byte: the whole packets, one sentence, status 1"
damage flip stream "a stream with a flipped bit in any byte: the packets before, one sentence, status 1"
damage cut metadata "metadata cut at many bytes: one sentence, or no matter"
damage flip metadata "metadata with a flipped bit in many bytes: one sentence, or no matter"

done_testing
