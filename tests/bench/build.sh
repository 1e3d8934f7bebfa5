#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Builds the load of the benchmark for the configured kernel: build.sh FOLDER
set -e

mkdir -p "$1"
cp "$top_srcdir/tests/bench/Kbuild" "$top_srcdir/tests/bench/clbench_bench.c" "$1"
# shellcheck disable=SC2086 # a list of variables
make -s -C "$CLBENCH_KERNEL_DIR" M="$(cd "$1" && pwd)" CC="$CLBENCH_KERNEL_CC" \
	$CLBENCH_KERNEL_MAKEFLAGS modules >&2
