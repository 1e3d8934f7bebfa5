#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The module's own clist, compiled for user space, under each sanitizer.
#
# CLIST_OBJECTS, CLIST_STEPS, CLIST_SEED: see clist_test.c.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT

# build COMPILER FLAGS PROGRAM; FLAGS is a list.
build() {
	# shellcheck disable=SC2086
	"$1" -std=gnu11 -O1 -g -Wall -Wextra -Werror $2 \
		-I"$top_srcdir/tests/clist" -I"$top_srcdir/src/kernel/include" \
		"$top_srcdir"/tests/clist/clist_*.c "$top_srcdir/src/kernel/clist.c" \
		"$top_srcdir/src/kernel/clist_read.c" -pthread -o "$3"
}

# The first compiler that can build and run a program with these flags.
compiler_for() {
	echo 'int main(void) { return 0; }' >"$temp/probe.c"
	for compiler in ${CC:+"${CC%% *}"} gcc clang; do
		# shellcheck disable=SC2086
		"$compiler" $1 "$temp/probe.c" -o "$temp/probe" 2>/dev/null &&
			setarch -R "$temp/probe" 2>/dev/null && echo "$compiler" && return
	done
	return 1
}

# try NAME FLAGS OBJECTS STEPS: each of the program's points becomes one of ours.
try() {
	compiler=$(compiler_for "$2") || {
		skip "$1: clist in user space" "no compiler with this sanitizer"
		return
	}
	ok "$1: clist compiles without a warning" build "$compiler" "$2" "$temp/clist_test" ||
		return
	# The thread sanitizer does not know all places of a randomised process.
	setarch -R "$temp/clist_test" "${CLIST_OBJECTS:-$3}" "${CLIST_STEPS:-$4}" \
		"${CLIST_SEED:-$(date +%s)}" >"$temp/out" 2>&1
	status=$?
	while IFS= read -r line; do
		case $line in
		'ok '*) pass "$1: ${line#* - }" ;;
		'not ok '*) fail "$1: ${line#* - }" ;;
		1..*) ;;
		*) echo "# ${line#\# }" ;;
		esac
	done <"$temp/out"
	is $status 0 "$1: it ends well, and the sanitizer has no complaint"
}

command -v setarch >/dev/null || skip_all "no setarch"
try plain "" 2000000 100000
try address+undefined "-fsanitize=address,undefined -fno-sanitize-recover=all" 800000 40000
try thread "-fsanitize=thread" 800000 30000
done_testing
