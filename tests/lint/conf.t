#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The default configuration is right, also what is commented out in it, and every key is documented.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
make_temp
conf=$top_srcdir/etc/clbenchd.conf
page=$top_srcdir/man/clbenchd.conf.5
source=$top_srcdir/src/user/clbenchd

# right FILE: the daemon takes it, without a word.
right() {
	is "$("$top_builddir/clbenchd" --check-config --config "$1" 2>&1)/$?" /0 "$2"
}

# Words with capitals are for people.
sed -n 's/^#*\(\[.*\]\)$/\1/p; s/^#*\([a-z_]* = .*\)/\1/p' "$conf" |
	sed 's/NAME/name/g' >"$temp/all.conf"
sed -n 's/^\t{ "\([a-z_]*\)", "[a-z_]*", KIND_.*/\1/p' "$source/plan.c" >"$temp/table"
sed -n 's/.*strcmp(name, "\([a-z_]*\)").*/\1/p' "$source/conf.c" >"$temp/rest"

right "$conf" "the default configuration"
right "$temp/all.conf" "with all that is commented out in it"
is "$(sed 's/^mem_max = .*/mem_max = much/' "$temp/all.conf" >"$temp/wrong.conf"
	"$top_builddir/clbenchd" -C -c "$temp/wrong.conf" 2>&1 | sed 's/.*conf, line \([0-9]*\):.*/\1/')" \
	"$(grep -n '^mem_max' "$temp/all.conf" | cut -d: -f1)" "a wrong one is refused with its line"
ok "the table of keys is found" test "$(wc -l <"$temp/table")" -ge 18
ok "the other keys are found" test "$(wc -l <"$temp/rest")" -ge 4
sort "$temp/table" "$temp/rest" >"$temp/keys"
is "$(sed -n 's/^\([a-z_]*\) = .*/\1/p' "$temp/all.conf" | sort -u | comm -23 "$temp/keys" -)" "" \
	"the default configuration names every key"
is "$(sed -n 's/^\.It Cm \([a-z_]*\) No = .*/\1/p' "$page" | sort | diff "$temp/keys" -)" "" \
	"clbenchd.conf(5) describes every key, and no other"
done_testing
