#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# clbench-ctl show and babeltrace2 tell the same of every record.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

ctl=${CLBENCH_CTL:-$top_builddir/clbench-ctl}
[ -x "$ctl" ] || skip_all "no clbench-ctl"
command -v babeltrace2 >/dev/null || skip_all "no babeltrace2"
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
export PYTHONDONTWRITEBYTECODE=1

agree() {
	"$top_srcdir/tests/agree.py" --ctl "$ctl" "$1"
}

"$top_srcdir/tests/make_trace.py" "$temp/all" || bail_out "no trace"
"$top_srcdir/tests/make_trace.py" "$temp/many" --records 20000 || bail_out "no trace"
is "$(agree "$temp/all" 2>&1)" "86 records agree" "a trace of everything"
is "$(agree "$temp/many" 2>&1)" "20006 records agree" "a trace of many records"
"$top_srcdir/tests/make_trace.py" "$temp/chunks" --records 20000 --chunks 3 || bail_out "no trace"
is "$(agree "$temp/chunks" 2>&1)" "20020 records agree" "a directory of chunks"
is "$(agree "$temp/chunks/000002" 2>&1)" "6674 records agree" "a later chunk alone"
is "$(babeltrace2 "$temp/chunks" 2>&1 >/dev/null | sed -n 's/.*discarded \([0-9]*\) events.*/\1/p' | tr '\n' ' ')" \
	"10 20 " "babeltrace2 tells each loss of the chunks, once"
babeltrace2 "$temp/many" 2>&1 >/dev/null | grep . >"$temp/said"
is "$(cat "$temp/said")" "" "babeltrace2 has nothing to complain about"

# Does the comparison see what it is to see? show reads a copy that says otherwise.
cat >"$temp/other" <<END
#!/bin/sh
exec "$(realpath "$ctl")" show --json "$temp/other.trace"
END
chmod +x "$temp/other"
differs() {
	"$top_srcdir/tests/make_trace.py" "$temp/other.trace" || bail_out "no trace"
	sed -i "$2" "$temp/other.trace/metadata"
	if "$top_srcdir/tests/agree.py" --ctl "$temp/other" "$temp/all" >"$temp/said"; then
		fail "it sees $1"
	else
		pass "it sees $1"
	fi
}
differs "another name of a field" 's/ _ino;/ _inode;/'
differs "another label" 's/"full_refill" = 1/"full_cap" = 1/'
differs "another sign" 's/int8_t _f_s8/uint8_t _f_s8/'
differs "another name of an event" 's/"no_fields"/"no_field"/'
"$top_srcdir/tests/make_trace.py" "$temp/other.trace" --records 10
if "$top_srcdir/tests/agree.py" --ctl "$temp/other" "$temp/all" >"$temp/said"; then
	fail "it sees another time"
else
	pass "it sees another time"
fi

done_testing
