#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# gcc -fanalyzer has nothing to say about user space.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
# By name: what an analyzer says differs from one version to the next.
needs gcc-12
make_temp
# Names in quotes that awk can split at.
export LC_ALL=C

# Where gcc 12 takes for lost what a function stores in its caller's structure,
# by FILE:FUNCTION. All others may not leak, and these are under the sanitizers
# of tests/unit/ and tests/full/clang.t, whose analyzers follow such stores.
stores="
	clbenchd/closed.c:add_folder
	clbenchd/conf.c:add
	clbenchd/conf.c:set_string
	clbenchd/control.c:queue
	clbenchd/plan.c:add_events
	nl_parse.c:put
	verify.c:add_damage
	verify_chunks.c:judge_chunk
	"

analyze="gcc-12 -std=gnu11 -O2 -fanalyzer -fdiagnostics-plain-output -fdiagnostics-path-format=none
	-Wall -Wextra $CLBENCH_CPPFLAGS -S -o /dev/null"

# Remarks, but for leaks in one of $stores; anything else that is said counts.
remarks() {
	said "$1" | awk -v file="${1#"$top_srcdir/src/user/"}" -v stores="$stores" '
		BEGIN {
			for (n = split(stores, list); n; n--)
				known[list[n]] = 1
		}
		/: In function / {
			split($0, part, "\047")
			place = file ":" part[2]
			next
		}
		/\[-Wanalyzer-malloc-leak\]$/ && known[place] { next }
		{ print place ": " $0 }'
}

cat >"$temp/defect.c" <<'EOF'
#include <stdlib.h>

void defect(int *number);

void defect(int *number)
{
	free(number);
	free(number);
}
EOF

cd "$top_builddir" || exit 1
# shellcheck disable=SC2086 # a list
{ user_sources; echo "$temp/defect.c"; } | in_parallel $analyze
bites remarks "$temp/defect.c" analyzer-double-free
# shellcheck disable=SC2046
each_clean remarks $(user_sources)
