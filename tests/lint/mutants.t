#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Each mutant changes the source as it is now, and names a test that there is.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs patch
make_temp

# Only offsets: a patch that is guessed at may break another line.
applies() {
	patch --dry-run --force --fuzz=0 -d "$temp" -p1 <"$1"
}

refused() {
	! applies "$1"
}

is_there() {
	[ -e "$top_srcdir/$1" ] || [ -e "$top_srcdir/tests/vm/guest/$1.sh" ]
}

# Those of a tarball may not be writable, which patch minds.
mkdir "$temp/src"
cp -r "$top_srcdir/src/kernel" "$top_srcdir/src/user" "$temp/src"
chmod -R u+w "$temp/src"
for patch in "$top_srcdir"/tests/mutants/*.patch; do
	name=$(basename "$patch" .patch)
	test=$(sed -n 's/^Test: //p' "$patch")
	ok "$name: it applies" applies "$patch"
	ok "$name: its test, ${test:-none}, is there" is_there "$test"
done
# shellcheck disable=SC2154 # of the last one
sed 's/^-\t/-was\t/' "$patch" >"$temp/stale.patch"
ok "it would not if the source were another" refused "$temp/stale.patch"
done_testing
