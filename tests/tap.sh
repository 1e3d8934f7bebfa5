# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The Test Anything Protocol for shell scripts; to be sourced.

tap_count=0
tap_failed=0

# Says in advance how many points there will be; done_testing does it afterwards.
plan() {
	echo "1..$1"
}

done_testing() {
	plan "$tap_count"
}

diag() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $*"
}

fail() {
	tap_count=$((tap_count + 1))
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $*"
	return 1
}

# ok NAME COMMAND [ARG...]: COMMAND succeeds; if not, what it says is shown.
ok() {
	tap_name=$1
	shift
	if tap_output=$("$@" 2>&1); then
		pass "$tap_name"
	else
		fail "$tap_name" || diag "$* failed: $tap_output"
		return 1
	fi
}

# is GOT WANTED NAME
is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3" || diag "got '$1', wanted '$2'"
		return 1
	fi
}

# skip NAME REASON
skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

# Ends the test: nothing of it can run here.
skip_all() {
	echo "1..0 # SKIP $*"
	exit 0
}

# Ends the test: what follows would make no sense.
bail_out() {
	echo "Bail out! $*"
	exit 1
}
