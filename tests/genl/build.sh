#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Builds the fuzzer, and with "kcov", for a kernel that has it, a clbench that tells kcov where
# it is: build.sh FOLDER [kcov]
set -e

fuzz=$top_srcdir/tests/genl
mkdir -p "$1"
exec 9>"$1/lock"
flock 9
PYTHONDONTWRITEBYTECODE=1 python3 "$fuzz/gen-table" "$top_srcdir/src/kernel/clbench.yaml" >"$1/table.h"
${CC:-cc} -std=gnu11 -D_GNU_SOURCE -O2 -Wall -I"$top_srcdir/src/kernel/uapi" -I"$1" \
	"$fuzz"/*.c -o "$1/fuzz_genl"

if [ "$2" != kcov ] || ! grep -qs '^CONFIG_KCOV=y' "$CLBENCH_KERNEL_DIR/include/config/auto.conf"; then
	exit 0
fi
rm -rf "$1/kcov"
cp -r "$top_srcdir/src/kernel" "$1/kcov"
# The build folder may be the same.
find "$1/kcov" \( -name '*.o' -o -name '*.ko' -o -name '*.mod*' -o -name '.*.cmd' -o \
	-name 'Module.symvers' \) -delete
# Kbuild takes the variable from its command line: of all that is built here.
# shellcheck disable=SC2086 # a list of variables
env -u MAKEFLAGS -u MAKELEVEL make -s -C "$CLBENCH_KERNEL_DIR" M="$(cd "$1/kcov" && pwd)" \
	CC="$CLBENCH_KERNEL_CC" $CLBENCH_KERNEL_MAKEFLAGS KCOV_INSTRUMENT=y modules >&2
