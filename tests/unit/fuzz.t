#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What fuzzing has found, and what it has reached, does no harm: the fuzz targets,
# under sanitizers, on the corpora of tests/fuzz and the inputs that they began with.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"
# shellcheck source=tests/sanitize.sh
. "$top_srcdir/tests/sanitize.sh"

find_sanitizer address,undefined || skip_all "no compiler with this sanitizer"
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
corpora=$top_srcdir/tests/fuzz/corpus

ok "the targets compile without a warning" "$top_srcdir/tests/fuzz/build" replay "$temp/build" ||
	bail_out "do not compile"
mkdir "$temp/files"
PYTHONDONTWRITEBYTECODE=1 "$top_srcdir/tests/fuzz/seeds.py" "$temp/seeds" || bail_out "no seeds"
for corpus in "$corpora"/*/; do
	target=$(basename "$corpus")
	set -- "$corpus"* "$temp/seeds/$target"/*
	TMPDIR=$temp/files "$temp/build/$target" "$@" >"$temp/out" 2>"$temp/err"
	status=$?
	is "$status/$(grep -c '^# ' "$temp/out")" "0/$#" \
		"$target: none of the inputs does harm" ||
		diag "$(tail -n 1 "$temp/out"): $(head -n 20 "$temp/err")"
	is "$(ls "$temp/files")" "" "$target: nothing is left behind"
	rm -rf "$temp"/files/*
done
done_testing
