#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The syzkaller description of the family says what the specification says.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
export PYTHONDONTWRITEBYTECODE=1
python3 -c 'import yaml' 2>/dev/null || skip_all "no python3-yaml"
make_temp

python3 "$top_srcdir/tests/lint/syz.py" "$top_srcdir/src/kernel/clbench.yaml" \
	"$top_srcdir/doc/clbench.syz.txt" >"$temp/points" 2>"$temp/err"
while IFS= read -r line; do
	case $line in
	"ok "*) pass "${line#ok }" ;;
	*)
		line=${line#not ok }
		fail "${line%% # *}" || diag "${line#* # }" ;;
	esac
done <"$temp/points"
is "$tap_count/$(cat "$temp/err")" 3/ "it was compared to its end"
done_testing
