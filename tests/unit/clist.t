#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The module's own clist, compiled for user space, under each sanitizer.
#
# CLIST_OBJECTS, CLIST_STEPS, CLIST_SEED: see clist_test.c.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"
# shellcheck source=tests/sanitize.sh
. "$top_srcdir/tests/sanitize.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT

# build PROGRAM: with what find_sanitizer found.
build() {
	# shellcheck disable=SC2086
	"$compiler" -std=gnu11 $sanitizer -Wall -Wextra -Werror \
		-I"$top_srcdir/tests/clist" -I"$top_srcdir/src/kernel/include" \
		"$top_srcdir"/tests/clist/clist_*.c "$top_srcdir/src/kernel/clist.c" \
		"$top_srcdir/src/kernel/clist_read.c" -pthread -o "$1"
}

# try NAME SANITIZERS OBJECTS STEPS: each of the program's points becomes one of ours.
try() {
	find_sanitizer "$2" || {
		skip "$1: clist in user space" "no compiler with this sanitizer"
		return
	}
	ok "$1: clist compiles without a warning" build "$temp/clist_test" || return
	# The thread sanitizer does not know all places of a randomised process.
	setarch -R "$temp/clist_test" "${CLIST_OBJECTS:-$3}" "${CLIST_STEPS:-$4}" \
		"${CLIST_SEED:-$(date +%s)}" >"$temp/out" 2>&1
	status=$?
	relay_points "$temp/out" "$1: "
	is $status 0 "$1: it ends well, and the sanitizer has no complaint"
}

command -v setarch >/dev/null || skip_all "no setarch"
try plain "" 2000000 100000
try address+undefined address,undefined 800000 40000
try thread thread 800000 30000
done_testing
