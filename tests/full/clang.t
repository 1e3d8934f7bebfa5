#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# clang and its analyzer have nothing to say about user space.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
# By name: what an analyzer says differs from one version to the next.
needs clang-14
make_temp

# What scan-build turns on, and more. Not these:
#   optin.performance.Padding   members stand in the order in which people read them
#   security.insecureAPI        strcpy() at all, however well its room is known, and
#                               memcpy() because C11 has a memcpy_s() that glibc has not;
#                               what of it is to be avoided everywhere is named
checkers=core,deadcode,nullability,optin.portability,unix,valist
for word in UncheckedReturn bcmp bcopy bzero decodeValueOfObjCType getpw gets mkstemp mktemp \
	rand vfork; do
	checkers=$checkers,security.insecureAPI.$word
done
checkers=$checkers,security.FloatLoopCounter

common="clang-14 -std=gnu11 $CLBENCH_CPPFLAGS"
cat >"$temp/both" <<EOF
$common -O2 -fsyntax-only -Wall -Wextra -Wmissing-prototypes -Wshadow -Wstrict-prototypes \
	-Wunreachable-code-aggressive "\$1"
$common --analyze --analyzer-output text -Xclang -analyzer-checker=$checkers "\$1"
EOF

cat >"$temp/defect.c" <<'EOF'
#include <stdlib.h>

int defect(int unused);

int defect(int unused)
{
	int *number = malloc(sizeof(*number));

	free(number);
	return *number;
}
EOF

cd "$top_builddir" || exit 1
{ user_sources; echo "$temp/defect.c"; } | in_parallel sh "$temp/both"
bites said "$temp/defect.c" unused-parameter
bites said "$temp/defect.c" unix.Malloc
# shellcheck disable=SC2046
each_clean said $(user_sources)
