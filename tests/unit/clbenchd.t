#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# What clbenchd does without a kernel module: a wrong configuration is refused,
# with file, line and what is wrong; its parser is sound under sanitizers.
#
# CLBENCHD_SEED: of the changes by chance.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"
# shellcheck source=tests/sanitize.sh
. "$top_srcdir/tests/sanitize.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
source=$(realpath "$top_srcdir")
clbenchd=$(realpath "$top_builddir/clbenchd")
[ -x "$clbenchd" ] || bail_out "no $clbenchd"
cd "$temp" || bail_out "no temporary folder"
file=$temp/clbenchd.conf
export LC_ALL=C

# run ARG...: sets status, out, err.
run() {
	"$clbenchd" "$@" >"$temp/out" 2>"$temp/err"
	status=$?
	out=$(cat "$temp/out")
	err=$(cat "$temp/err")
}

# good TEXT NAME: the configuration TEXT, for printf, is taken without a word.
good() {
	# shellcheck disable=SC2059
	printf "$1" >"$file"
	run --check-config --config "$file"
	is "$status$out$err" 0 "$2"
}

# bad LINE WHAT TEXT: TEXT is refused for what stands in line LINE.
bad() {
	# shellcheck disable=SC2059
	printf "$3" >"$file"
	run --check-config --config "$file"
	is "$status$out/$err" \
		"2/clbenchd: cannot use the configuration: $file, line $1: $2; see clbenchd.conf(5)" \
		"line $1: $2"
}

good '' "an empty file is a configuration"
good '# nothing\n; but comments\n\n' "so are comments"
good '[daemon]\ntrace_dir = /srv\nmin_free = no\n[session a]\nevents = block,\n  sched\n' \
	"a list of events may go on in the next line"
good '[session a]\nkeep = 1\n[session b]\nkeep = 2\n[session a]\nkeep_age = 1d\n' \
	"a section may come in parts"

nobody='the name of a session is 1 to 31 of letters, digits and _.-'
bad 1 'this is neither [section] nor key = value' 'nonsense\n'
bad 3 'this is neither [section] nor key = value' '[daemon]\nmin_free = no\nnonsense\n'
bad 2 'this is neither [section] nor key = value' '[daemon]\n[session a\nkeep = 3\n'
bad 1 'there is no section []; it is [daemon] or [session NAME]' 'keep = 3\n'
bad 2 'there is no section [sessions]; it is [daemon] or [session NAME]' '[sessions]\nkeep = 3\n'
bad 2 'there is no section [session]; it is [daemon] or [session NAME]' '[session]\nkeep = 3\n'
bad 2 'there is no key "keep" in section [daemon]' '[daemon]\nkeep = 3\n'
bad 2 'trace_dir must be a path from the root' '[daemon]\ntrace_dir = traces\n'
bad 2 'trace_dir must be a path from the root' '[daemon]\ntrace_dir =\n'
for value in 91%% -1 -1%% 5%%%% 1T lots; do
	bad 2 'min_free must be a percentage up to 90%, a size such as 2G, or no' \
		"[daemon]\\nmin_free = $value\\n"
done
bad 2 'on_low_space must be delete or pause' '[daemon]\non_low_space = panic\n'
bad 2 "$nobody" '[session a b]\nkeep = 3\n'
bad 2 "$nobody" '[session ../a]\nkeep = 3\n'
bad 2 "$nobody" '[session 01234567890123456789012345678901]\nkeep = 3\n'
bad 3 'there is no key "colour" in a section of a session' '[session a]\nkeep = 3\ncolour = 3\n'
bad 2 'start_at_boot must be yes or no' '[session a]\nstart_at_boot = maybe\n'
bad 2 'events names no event' '[session a]\nevents = ,,\n'
bad 2 'output "/etc" must be a name of letters, digits and _.-, not a path' \
	'[session a]\noutput = /etc\n'
bad 2 'output ".." must be a name of letters, digits and _.-, not a path' \
	'[session a]\noutput = ..\n'
bad 2 'keep = many is no number' '[session a]\nkeep = many\n'
bad 2 'max_size = 3X is no size such as 64M' '[session a]\nmax_size = 3X\n'
bad 2 'duration = -1 is no time such as 90s, 15m or 12h' '[session a]\nduration = -1\n'
bad 2 'rotate_time must be from 1000000000 to 9223372036854775807 ns' \
	'[session a]\nrotate_time = 5ms\n'
bad 2 'nr_node must be from 2 to 65536' '[session a]\nnr_node = 1\n'
bad 2 'sync must be yes or no, not "perhaps"' '[session a]\nsync = perhaps\n'
bad 2 'on_full must be pause or stop, not "delete"' '[session a]\non_full = delete\n'
bad 3 'there is no key "x" in section [daemon]' '[daemon]\nmin_free = no\nx = 1\nnonsense\n'
bad 2 'the line is too long' "[session a]\\nevents = $(printf '%0500d' 0)\\nkeep = 1\\n"

run --check-config --config "$temp/nosuch"
is "$status/$err" "2/clbenchd: cannot use the configuration: $temp/nosuch: No such file or directory; see clbenchd.conf(5)" \
	"a file that is named must be there"
run --check-config --config "$temp"
is "$status/$(echo "$err" | grep -c "cannot use the configuration: $temp, .*cannot be read")" 2/1 \
	"a folder is no configuration"
# unknown WHAT ARG...: a command line is refused in one sentence.
unknown() {
	unknown_what=$1
	shift
	run "$@"
	is "$status/$out$err" "2/clbenchd: $unknown_what; see clbenchd --help" "$* is refused"
}

unknown "unknown argument $file" --check-config "$file"
unknown 'unknown option --colour=red' --colour=red
unknown 'unknown option -z' -Cz
unknown 'option --config needs a value' --config
unknown 'option -c needs a value' -c
unknown 'option --version takes no value' --version=1
unknown 'option --check-config takes no value' --check-config=yes
run --version
is "$status/$(echo "$out" | grep -c '^clbenchd [0-9].*, protocol [0-9]*, control [0-9]*$')" 0/1 \
	"--version tells its protocols"

if ! find_sanitizer address,undefined; then
	skip "the parser under sanitizers" "no compiler with this sanitizer"
	done_testing
	exit
fi
flags="-std=gnu11 -D_GNU_SOURCE $sanitizer -Wall -Wextra -Wshadow -Werror
	-I$source/src/user -I$source/src/kernel/uapi $(pkg-config --cflags jansson inih)"
libraries=$(pkg-config --libs jansson inih)
# shellcheck disable=SC2086
ok "the parser compiles without a warning" "$compiler" $flags "$source/tests/user/plan.c" \
	"$source/src/user/clbenchd/conf.c" "$source/src/user/clbenchd/plan.c" \
	"$source/src/user/quantity.c" $libraries -o conf
mkdir conf.d
./conf conf.d "${CLBENCHD_SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}" >out 2>err
status=$?
relay_points out
ok "the program ran to its end" sh -c 'tail -n 1 out | grep -q "^1\.\."'
is $status 0 "the sanitizers have no complaint" || diag "$(cat err)"
done_testing
