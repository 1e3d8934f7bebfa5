#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Every file that git knows is in the tarball, but for those that are git's and CI's.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs git
git -C "$top_srcdir" ls-files >/dev/null 2>&1 || skip_all "not a git checkout"
make_temp

plan 2
# Not the make that runs the test: its options and its jobs are its own.
ok "make distdir" env -u MAKEFLAGS -u MAKELEVEL make -C "$top_builddir" \
	distdir distdir=dist-test ||
	exit 1
(cd "$top_builddir/dist-test" && find . -type f | sed 's,^\./,,' | sort) >"$temp/packed"
chmod -R u+w "$top_builddir/dist-test"
rm -rf "$top_builddir/dist-test"
git -C "$top_srcdir" ls-files | grep -v '^\.' | sort >"$temp/known"
is "$(comm -23 "$temp/known" "$temp/packed")" "" "no file is left out"
exit 0
