#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The parts of clbench-ctl and clbenchd that need no kernel module, under sanitizers.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"
# shellcheck source=tests/sanitize.sh
. "$top_srcdir/tests/sanitize.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT

find_sanitizer address,undefined || skip_all "no compiler with this sanitizer"
flags="-std=gnu11 -D_GNU_SOURCE $sanitizer -Wall -Wextra -Wshadow -Werror
	-I$top_srcdir/src/user -I$top_srcdir/src/kernel/uapi
	$(pkg-config --cflags inih jansson libnl-3.0 libnl-genl-3.0)"
libraries=$(pkg-config --libs inih jansson libnl-3.0 libnl-genl-3.0)

# build NAME SOURCE...
build() {
	program=$1
	shift
	for source; do
		shift
		set -- "$@" "$top_srcdir/src/user/$source.c"
	done
	# shellcheck disable=SC2086
	"$compiler" $flags "$top_srcdir/tests/user/$program.c" "$@" $libraries -o "$temp/$program"
}

# try NAME SOURCE...: compiles tests/user/NAME.c with files of src/user; each of
# the program's points becomes one of ours.
try() {
	ok "$1 compiles without a warning" build "$@" || return
	mkdir "$temp/$1.d"
	"$temp/$1" "$temp/$1.d" >"$temp/out" 2>"$temp/err"
	status=$?
	relay_points "$temp/out" "$1: "
	tail -n 1 "$temp/out" | grep -q '^1\.\.' || fail "$1: the program ran to its end"
	is $status 0 "$1: the sanitizers have no complaint" || diag "$(cat "$temp/err")"
}

try quantity quantity
try json json text
try select select
try channel channel session
try recorder recorder channel session events child quantity message text
try recording_store clbenchd/recording_store channel session message text
try chunks chunks
try verify_chunks verify_chunks chunks
try chunk_writer clbenchd/chunk_writer chunks trace_writer trace_tail packet read_at crc32c
try stream clbenchd/stream clbenchd/plan events select session quantity
try conf clbenchd/conf clbenchd/plan quantity
try retention clbenchd/retention clbenchd/closed chunks quantity
try trace_writer trace_writer trace_tail packet read_at crc32c
try nl_parse nl_parse session events
try summary summary summary_advice session counts_json json text quantity
try child child quantity message text
done_testing
