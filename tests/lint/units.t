#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# systemd understands our units, and finds the daemon well confined.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs systemd-analyze
make_temp

# What is to be executed is not installed here.
sed -E 's,^(ExecStart(Pre)?=\+?)@.*,\1/bin/true,' \
	"$top_srcdir/systemd/clbenchd.service.in" >"$temp/clbenchd.service"
cp "$top_srcdir/systemd/clbenchd.socket" "$temp"

plan 3
for unit in clbenchd.service clbenchd.socket; do
	is "$(systemd-analyze --man=no verify "$temp/$unit" 2>&1)" "" "$unit is understood"
done
# Tenths; what is left is what it cannot do without: two capabilities, netlink,
# the first namespaces.
ok "the daemon's exposure is at most 1.6" systemd-analyze --offline=yes --threshold=16 \
	security "$temp/clbenchd.service"
exit 0
