# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the static gates share; sourced by tests/lint/*.t.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

needs() {
	command -v "$1" >/dev/null || skip_all "no $1"
}

needs_kernel() {
	[ -n "$CLBENCH_KERNEL_DIR" ] || skip_all "configured without kernel"
}

# Sets temp to a folder that goes away with the test.
make_temp() {
	temp=$(mktemp -d) || exit 1
	trap 'rm -rf "$temp"' EXIT
	trap 'exit 1' HUP INT TERM
}

# Sets script to the file NAME of the kernel's scripts. Distributions keep it
# beside the headers that the Makefile includes; fetch-scripts beside build.
kernel_script() {
	kernel_common=$(sed -n 's,^include \(/.*\)/Makefile$,\1,p' "$CLBENCH_KERNEL_DIR/Makefile")
	for script in "$CLBENCH_KERNEL_DIR/scripts" "$CLBENCH_KERNEL_DIR/source/scripts" \
		"$kernel_common/scripts" "${CLBENCH_KERNEL_DIR%/*}/scripts"; do
		script=$script/$1
		[ ! -e "$script" ] || return 0
	done
	skip_all "no $1"
}

# What CLBENCH_CPPFLAGS, which make compiles with, are for.
user_sources() {
	find "$top_srcdir/src/user" -name '*.c' | sort
}

# bites CHECK FILE WORD: one point; CHECK, of a file with a known defect, must
# say WORD. Else it would be clean because the tool is not what we take it for.
bites() {
	lint_said=$("$1" "$2" 2>&1)
	case $lint_said in
	*"$3"*) pass "a known defect is seen: $3" ;;
	*) fail "a known defect is seen: $3" || diag "$lint_said" ;;
	esac
}

# in_parallel COMMAND...: what COMMAND FILE says of each FILE on stdin, on all
# processors, to be asked for with said FILE. After make_temp.
in_parallel() {
	mkdir "$temp/said" || exit 1
	# shellcheck disable=SC2016 # the shell below expands it
	temp=$temp xargs -d '\n' -P "$(nproc)" -n 1 sh -c '
		for file; do :; done
		"$@" >"$temp/saying.$$" 2>&1 || echo "exit status $?" >>"$temp/saying.$$"
		mv "$temp/saying.$$" "$temp/said/$(echo "$file" | tr / =)"' sh "$@"
}

said() {
	cat "$temp/said/$(echo "$1" | tr / =)"
}

# The compiler with all that Kbuild gives it for one of our objects, as a line of
# shell, to be run in $CLBENCH_KERNEL_DIR; what to do and with what is to follow.
kernel_compile() {
	sed -nE '1s/^(saved)?cmd_[^:]* := //p' "$top_builddir/src/kernel/.main.o.cmd" |
		sed 's/ -Wp,-MMD,[^ ]*//; s/ -c -o .*//'
}

# each_clean CHECK FILE...: one point per file; CHECK must succeed without a word.
each_clean() {
	lint_check=$1
	shift
	[ $# -gt 0 ] || skip_all "nothing to check"
	for lint_file; do
		lint_said=$("$lint_check" "$lint_file" 2>&1) && [ -z "$lint_said" ] &&
			pass "${lint_file#"$top_srcdir"/}" && continue
		fail "${lint_file#"$top_srcdir"/}" || diag "$lint_said"
	done
	done_testing
}
