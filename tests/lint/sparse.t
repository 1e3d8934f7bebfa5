#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# sparse has nothing to say about user space; kbuild.t asks it about the module.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs sparse
make_temp

# Declarations may stand where they are needed. What gcc has built in for SSE 4.2
# is not known to sparse.
cat >"$temp/look" <<EOF
sparse -std=gnu11 -Wno-declaration-after-statement -gcc-base-dir "$(cc -print-file-name=)" \
	'-D__builtin_cpu_supports(name)=0' '-D__builtin_ia32_crc32qi(crc, byte)=0' \
	'-D__builtin_ia32_crc32di(crc, word)=0' $CLBENCH_CPPFLAGS "\$1"
EOF

cat >"$temp/defect.c" <<'EOF'
int *defect = 0;
EOF

cd "$top_builddir" || exit 1
{ user_sources; echo "$temp/defect.c"; } | in_parallel sh "$temp/look"
bites said "$temp/defect.c" "Should it be static"
bites said "$temp/defect.c" "plain integer as NULL"
# shellcheck disable=SC2046
each_clean said $(user_sources)
