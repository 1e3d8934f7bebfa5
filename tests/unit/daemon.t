#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# clbench-ctl gets on with every daemon: right, wrong, silent, hostile. It is compiled
# with sanitizers if a compiler has them.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
flags="-std=gnu11 -D_GNU_SOURCE -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
	-I$top_builddir -I$top_srcdir/src/user -I$top_srcdir/src/kernel/uapi
	$(pkg-config --cflags jansson libnl-3.0 libnl-genl-3.0)"
libraries=$(pkg-config --libs jansson libnl-3.0 libnl-genl-3.0)

# What automake compiles clbench-ctl of, and nothing of other programs.
sources=$(awk '/_SOURCES = / { ours = /^(libclbench_la|clbench_ctl)_/ } ours && /\.c( |$)/ { print $1 }' \
	"$top_srcdir/src/user/Makefile.inc")

compile() {
	compiler=$1
	# shellcheck disable=SC2086
	set -- $sources
	for source; do
		shift
		set -- "$@" "$top_srcdir/$source"
	done
	# shellcheck disable=SC2086
	"$compiler" $flags "$@" $libraries -o "$temp/clbench-ctl"
}

ctl=$top_builddir/clbench-ctl
for compiler in ${CC:+"${CC%% *}"} gcc clang; do
	if compile "$compiler" >/dev/null 2>"$temp/err"; then
		ctl=$temp/clbench-ctl
		break
	fi
done
[ "$ctl" = "$temp/clbench-ctl" ] || diag "without sanitizers: $(head -n 3 "$temp/err")"
[ -x "$ctl" ] || bail_out "no $ctl"

# Leaks of a program that ends are none.
mkdir "$temp/folder"
chmod 755 "$temp"
ASAN_OPTIONS=detect_leaks=0:exitcode=99 UBSAN_OPTIONS=exitcode=99 PYTHONDONTWRITEBYTECODE=1 \
	PYTHONPATH="$top_srcdir/tests" python3 "$top_srcdir/tests/unit/daemon.py" "$ctl" "$temp/folder"
