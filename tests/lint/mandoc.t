#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# mandoc has nothing to say about any manual page.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs mandoc

# Which pages of others are installed here is no remark about ours; but ours are.
check() {
	mandoc -T lint -W style "$1" 2>&1 |
		grep -v -e 'referenced manual not found' -e 'outdated mandoc.db lacks'
	sed -n 's/^\.Xr \(clbench[^ ]*\) \([1-8]\).*/\1.\2/p' "$1" | while read -r page; do
		[ -e "${1%/*}/$page" ] || echo "it refers to $page, which is not there"
	done
}

# shellcheck disable=SC2046
each_clean check $(find "$top_srcdir/man" -name '*.[1-8]' | sort)
