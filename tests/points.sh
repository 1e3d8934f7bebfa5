# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What automake's driver wrote about each point of the tests; sourced by ./check.

# points_forget FOLDER: what an earlier run left, which may have run other tests.
points_forget() {
	[ ! -d "$1" ] || find "$1" \( -name '*.trs' -o -name '*.log' \) -delete
}

# points_count FOLDER: sets passed, failed and skipped.
points_count() {
	local result
	passed=0
	failed=0
	skipped=0
	while read -r result _; do
		case $result in
		PASS | XFAIL) passed=$((passed + 1)) ;;
		SKIP) skipped=$((skipped + 1)) ;;
		*) failed=$((failed + 1)) ;;
		esac
	done < <(find "$1" -name '*.trs' -exec sed -n 's/^:test-result: //p' {} +)
}

# The names of all points that failed, one a line.
points_failed() {
	find "$1" -name '*.log' -exec grep -hE '^(FAIL|ERROR|XPASS): ' {} +
}

# The reasons of all skips, of points and of whole tests, that are not known.
points_unknown_skips() {
	find "$1" -name '*.trs' | while read -r trs; do
		grep -q '^:test-result: SKIP' "$trs" || continue
		grep -ioE '^(ok|1\.\.0).*# *skip.*' "${trs%.trs}.log" |
			sed -E 's/.*# *skip[a-z]* *//I' |
			grep -vxFf <(lines_of tests/skip-reasons) | sed "s,^,${trs#"$1"/}: ,"
	done
}

# How many points passed in a virtual machine.
points_of_machines() {
	find "$1" -path '*/tests/vm/*.trs' -exec grep -h '^:test-result: PASS' {} + | wc -l
}
