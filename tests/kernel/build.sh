#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Builds clbench_load, clbench_many and clbench_fail for the configured kernel, against the
# clbench that was built in top_builddir: build.sh FOLDER
set -e

mkdir -p "$1"
# Tests of one make may want it at the same time.
exec 9>"$1/lock"
flock 9
for file in "$top_srcdir"/tests/kernel/*.[ch] "$top_srcdir/tests/kernel/Kbuild"; do
	# Not built again for a copy that is no newer.
	cmp -s "$file" "$1/${file##*/}" || cp "$file" "$1"
done
# shellcheck disable=SC2086 # a list of variables
env -u MAKEFLAGS -u MAKELEVEL make -s -C "$CLBENCH_KERNEL_DIR" M="$(cd "$1" && pwd)" CC="$CLBENCH_KERNEL_CC" \
	CLBENCH="$top_builddir/src/kernel" $CLBENCH_KERNEL_MAKEFLAGS modules >&2
