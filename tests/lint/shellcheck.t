#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# No shell script makes shellcheck speak.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs shellcheck

# Known by their first line, or, to be sourced, by the one that tells shellcheck.
# A tarball has no .ci.
scripts() {
	for folder in check demo .ci completion debian src systemd tests; do
		[ ! -e "$top_srcdir/$folder" ] ||
			find "$top_srcdir/$folder" -type f ! -name '*.[cho]' -exec grep -lIE -m 1 \
				'^#!.*[ /](busybox sh|(ba|da)?sh)|^# shellcheck shell=' {} +
	done | sort
}

check() {
	# The shell of busybox has what dash has.
	if head -n 1 "$1" | grep -q busybox; then
		shellcheck -s dash "$1"
	else
		(cd "$top_srcdir" && shellcheck -x "$1")
	fi
}

# shellcheck disable=SC2046 # names without blanks
each_clean check $(scripts)
