#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# CLBENCH_FUZZ_SECONDS, 60 by default, of new inputs for each fuzz target find nothing.
# An input that does harm is told in base64; put it into tests/fuzz/corpus with the fix.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

seconds=${CLBENCH_FUZZ_SECONDS:-60}
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
command -v clang >/dev/null || skip_all "no clang"
fuzz=$top_srcdir/tests/fuzz

ok "the targets compile without a warning" "$fuzz/build" fuzzer "$temp/build" ||
	bail_out "do not compile"
PYTHONDONTWRITEBYTECODE=1 "$fuzz/seeds.py" "$temp/seeds" || bail_out "no seeds"

# As libFuzzer writes it: "stat::number_of_executed_units: 4711".
stat() {
	sed -n "s/^stat::$1: *//p" "$temp/log"
}

for corpus in "$fuzz"/corpus/*/; do
	target=$(basename "$corpus")
	mkdir -p "$temp/new/$target" "$temp/files"
	# A hung target is harm, too; so is one that takes all memory.
	TMPDIR=$temp/files "$temp/build/$target" -max_total_time="$seconds" -timeout=30 \
		-rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$temp/harm-" -max_len=4096 \
		"$temp/new/$target" "$corpus" "$temp/seeds/$target" >"$temp/log" 2>&1
	status=$?
	diag "$target: $(stat number_of_executed_units) inputs, $(sed -n 's/^#[0-9]*.*DONE *//p' "$temp/log")"
	is "$status" 0 "$target: no input does harm" || {
		diag "$(grep -a -A 20 -e ERROR -e 'runtime error' "$temp/log" | head -n 40)"
		for harm in "$temp"/harm-*; do
			[ -e "$harm" ] && diag "base64 of ${harm##*/}:" && diag "$(base64 "$harm")"
		done
		rm -f "$temp"/harm-*
	}
	# However slow it is here: it begins with all that is known.
	ok "$target: inputs were tried" \
		test "$(stat number_of_executed_units)" -ge "$(find "$corpus" -type f | wc -l)"
	rm -rf "$temp/files"
done
done_testing
