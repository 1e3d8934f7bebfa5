#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# clbench(4) tells every sentence that the module refuses a command with.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
make_temp

# As a reader of the page sees it: in one line, without the marks.
sed 's/^\.It //; s/\\&//g; s/\\(dq/"/g' "$top_srcdir/man/clbench.4" | tr -s '\n ' ' ' >"$temp/page"

# tells SENTENCE: %s and %u stand for any words.
tells() {
	pattern=$(printf '%s\n' "$1" | sed 's/[][\.*^$]/\\&/g; s/%[a-z]*/.*/g')
	grep -q -e "$pattern" "$temp/page"
}

misses() {
	! tells "$1"
}

# String literals one behind another are one.
cat "$top_srcdir"/src/kernel/*.c | tr -s '\n\t ' '   ' | sed 's/" "//g; s/NL_SET_ERR_MSG/\n&/g' |
	sed -n 's/^NL_SET_ERR_MSG[A-Z_]*([^"]*"\(\([^"\\]\|\\.\)*\)".*/\1/p' | sort -u >"$temp/sentences"
ok "there are sentences" test -s "$temp/sentences"
while read -r sentence; do
	ok "$sentence" tells "$sentence"
done <"$temp/sentences"
ok "another one would be missed" misses "the session is made of cheese"
done_testing
