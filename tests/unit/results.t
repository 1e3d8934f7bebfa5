#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The results of the rings get into the README's table, and what stood there stays.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
mkdir "$temp/tests"
cp "$top_srcdir/tests/results" "$temp/tests"
export CLBENCH_BUILD="$temp/build"

results() {
	env -u GIT_DIR GIT_CEILING_DIRECTORIES="$temp" "$temp/tests/results" "$@"
}

# What comes and goes is the day.
shown() {
	results show | sed 's/| [0-9]*-[0-9]*-[0-9]* |/| DAY |/'
}

cat >"$temp/README.md" <<-'EOF'
	# A tool
	| no | result |
	<!-- results: written by tests/results -->
	| ring | kernel | date | commit | passed | failed | skipped | min:s |
	|---|---|---|---|---|---|---|---|
	| long | 6.1 | 2026-01-02 | abcdef1 | 9 | 8 | 7 | 6:05 |
	| uml | 7.3 | 2026-01-02 | abcdef1 | 1 | 2 | 3 | 4:05 |
	<!-- end of results -->
	| no | result |
EOF
cp "$temp/README.md" "$temp/before"

is "$(results show | sed -n 's/^| \([a-z]*\) .*/\1/p' | paste -sd ' ')" "ring long uml" \
	"the table is shown, and nothing else"
results write
is "$(cat "$temp/README.md")" "$(cat "$temp/before")" "without a result, nothing changes"

results note uml 7.4 11 0 1 125
results note sid 7.2 5 0 0 3600
results write
is "$(shown | tail -n +3)" "| long | 6.1 | DAY | abcdef1 | 9 | 8 | 7 | 6:05 |
| uml | 7.4 | DAY | tarball | 11 | 0 | 1 | 2:05 |
| sid | 7.2 | DAY | tarball | 5 | 0 | 0 | 60:00 |" \
	"a ring that ran has its new row in its place, a new one comes behind, the others stay"
is "$(results show | grep -c "| $(date +%F) |")" 2 "with the day"
is "$(grep -v '^| [lus]' "$temp/README.md")" "$(grep -v '^| [lus]' "$temp/before")" \
	"what is around the table stays"
refused=$(results note uml 7.4 2>&1)
is "$?/${refused%% *}" 2/usage: "a result that is not whole is refused"

done_testing
