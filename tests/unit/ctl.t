#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The command line of clbench-ctl, as far as it needs no kernel module.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

ctl=$top_builddir/clbench-ctl
[ -x "$ctl" ] || bail_out "no $ctl"
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
cd "$temp" || exit 1

# run ARG...: sets status, out, err.
run() {
	"$ctl" "$@" >"$temp/out" 2>"$temp/err"
	status=$?
	out=$(cat "$temp/out")
	err=$(cat "$temp/err")
}

# usage WORDS ARG...: a usage error: status 2, nothing on stdout, one sentence
# with WORDS on stderr that tells where to read on.
usage() {
	words=$1
	shift
	run "$@"
	case $status/$out/$err in
	2//"clbench-ctl: "*"$words"*"; see clbench-ctl "*--help)
		if [ "$(wc -l <"$temp/err")" = 1 ]; then
			pass "usage: $* ($words)"
			return
		fi ;;
	esac
	fail "usage: $* ($words)" || diag "status $status, stdout '$out', stderr '$err'"
}

usage 'no command'
usage 'unknown command bogus' bogus
usage 'unknown option --bogus' --bogus
usage 'unknown option -x' -x list
for command in attach list mark record rotate set show start status stop tail; do
	usage 'unknown option --bogus' "$command" --bogus
done
usage 'unknown option -x' record -qx
usage 'unknown option -x' record --json -qx
usage 'put -- before a COMMAND' record make -j8
usage 'in whole ms' record --linger 3x
usage 'in whole ms' record --linger 1us
usage 'in whole ms' record --linger ''
usage '--sync takes no value' record --sync=1
usage 'must be pause or stop' record --on-full=wait
usage 'must be pause or stop' attach --on-full= x
usage 'name one session' attach
usage 'name one session' attach -o x a b
usage 'name a session' stop
usage '--nr-node needs a value' record -q --nr-node
usage '--event needs a value' record -e
usage '--strict takes no value' record --strict=3
usage '--quiet takes no value' record --quiet=3
usage '--help takes no value' list --help=3
usage 'from 2 to 65536' record --nr-node 1
usage 'from 2 to 65536' record --nr-node 0
usage 'from 2 to 65536' record --nr-node=65537
usage 'from 2 to 65536' record --nr-node 99999999999999999999
usage 'from 2 to 65536' record --nr-node ''
usage 'from 16 to 65536' record --node-nr-composed 15
usage 'from 1 to 1024' record --window 0
usage 'from 1 to 1024' record --window 1025
usage 'more than 0' record --mem-max 0
usage 'is too much' record --mem-max 99999999999999999999G
usage 'k, M or G' record --mem-max 1T
usage 'k, M or G' record --mem-max -- -1
usage 'from 1ms to 60s' record --flush-period 0
usage 'from 1ms to 60s' record --flush-period 61s
usage 'from 1ms to 60s' record --flush-period 1.5
usage 'more than 0' record --duration 0
usage 'is too long' record --duration 999999d
usage 'us, ms, s, m, h or d' record --duration 1y
usage 'more than 0' record --max-size 0k
usage 'session name' record -s a/b
usage 'session name' record -s ''
usage 'session name' record -s 12345678901234567890123456789012
usage 'directory' record -o ''
usage 'COMMAND is empty' record ''
usage 'name the session' start
usage 'name the session' set --keep 3
usage 'nothing to set' set nightly
usage 'name one session' rotate
usage 'name one session' rotate a b
usage 'session name' start a/b
usage 'session name' rotate ''
usage 'runs no COMMAND' start nightly -- make
usage 'without /' start nightly -o a/b
usage 'without /' start nightly -o ..
usage 'directory' start nightly -o ''
usage 'the operand' start -s nightly x
usage 'runs no COMMAND' start -u me x
usage '--quiet' start -q x
usage 'status --json' start --json x
usage 'while the session lives' set x --nr-node 3
usage 'while the session lives' set x --window 3
usage 'while the session lives' set x -o y
usage 'unknown option --rotate-size' record --rotate-size 1G
usage 'from 0 to 1000000' start x --keep -1
usage 'k, M or G' start x --rotate-size 1T
usage 'is too much' start x --keep-size 9999999999G
usage 'us, ms, s, m, h or d' set x --keep-age 1w
usage 'no TEXT' mark
usage 'more than one TEXT' mark a b
usage 'TEXT is empty' mark ''
usage 'at most 1024 fit' mark "$(printf '%1025s' x)"
usage 'no session name' mark -s '' text
run record -u 'no such user' true
is "$status/$out/$err" '2//clbench-ctl: no user "no such user": unknown; see getent passwd' \
	"an unknown user is a usage error"

for command in '' list mark record rotate set show start status; do
	# shellcheck disable=SC2086
	run $command --help
	case $status/$err/$out in
	"0//usage: clbench-ctl"*"$command"*) pass "--help of '$command' is on stdout" ;;
	*) fail "--help of '$command' is on stdout" || diag "$status, $err" ;;
	esac
done
run --version
is "$status/$err/${out%% [0-9]*}" "0//clbench-ctl" "--version is on stdout"
run --help
for command in attach list mark record rotate set show start status stop tail; do
	case $out in
	*"  $command "*) pass "--help names $command" ;;
	*) fail "--help names $command" ;;
	esac
done

"$ctl" record --help 2>"$temp/err" | :
is "$(cat "$temp/err")" "" "a closed pipe ends it quietly"
if [ -c /dev/full ]; then
	"$ctl" --help >/dev/full 2>"$temp/err"
	is "$?/$(grep -c 'standard output' "$temp/err")" 1/1 "a full device is an error"
else
	skip "a full device is an error" "no /dev/full"
fi

if [ -d /sys/module/clbench ]; then
	skip "without the module there is one sentence" "the module is loaded"
else
	for command in status 'mark text'; do
		# shellcheck disable=SC2086
		run $command
		is "$status/$out/$err" "1//clbench-ctl: cannot reach the module: clbench is not loaded; run \`modprobe clbench\` as root" \
			"without the module '$command' says so and what to do"
	done
fi
is "$(ls)" "err
out" "none of it has left a file"
done_testing
