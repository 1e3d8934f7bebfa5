#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mandoc has nothing to say about any manual page.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs mandoc

check() {
	mandoc -T lint -W style "$1"
}

# shellcheck disable=SC2046
each_clean check $(find "$top_srcdir/man" -name '*.[1-8]' | sort)
