#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# How fast verify reads a warm trace of 1 GB, on one processor; the best of five.
#
# VERIFY_PACKETS: how many packets of 60 kB.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

ctl=$top_builddir/clbench-ctl
[ -x "$ctl" ] || skip_all "no clbench-ctl"
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
packets=${VERIFY_PACKETS:-17000}
[ "$(df -Pk "$temp" | awk 'NR == 2 { print $4 }')" -gt $((packets * 60 + 100000)) ] ||
	skip_all "no room for the trace"

user=$top_srcdir/src/user
"${CC:-cc}" -std=gnu11 -O2 -D_GNU_SOURCE -I"$user" -I"$top_srcdir/src/kernel/uapi" \
	"$top_srcdir/tests/bench/make_stream.c" "$user/packet.c" "$user/crc32c.c" \
	-o "$temp/make_stream" || bail_out "does not compile"
PYTHONDONTWRITEBYTECODE=1 "$top_srcdir/tests/make_trace.py" "$temp/trace" --records 1 ||
	bail_out "no metadata"
"$temp/make_stream" "$packets" >"$temp/trace/stream" || bail_out "no trace"
ok "the trace is complete" "$ctl" verify "$temp/trace"

bytes=$(stat -c %s "$temp/trace/stream")
for _ in 1 2 3 4 5; do
	start=$(date +%s%N)
	taskset -c 0 "$ctl" verify -q "$temp/trace"
	echo $(($(date +%s%N) - start))
done | sort -n | head -n 1 | awk -v bytes="$bytes" \
	'{ printf "# %.2f GB in %.3f s: %.2f GB/s\n", bytes / 1e9, $1 / 1e9, bytes / $1 }'
done_testing
