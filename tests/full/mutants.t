#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each patch in tests/mutants breaks one promise of the kernel module, or of the
# programs if it changes these. The test that its "Test:" line names, a file or a
# part of tests/vm/guest, with the variables of its "With:" line, if it has one, must
# see that, and nothing else: what fails must match the expression of its "Breaks:"
# line.
#
# A mutant with a "Needs:" line makes an error that only a kernel with that option
# finds: its complaint must match the expression of the "Says:" line, and what fails
# besides that of the "Breaks:" line, if it has one. A kernel of
# tests/vm/make-kernel meets these only; the others prove the tests, on any kernel.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT

changes_user() {
	grep -q '^+++ b/src/user/' "$1"
}

# build_program NAME: of what automake compiles it and the libraries of; all in one,
# without what it does not use, which may need another program's.
build_program() {
	sources=$(awk -v name="${1//-/_}_SOURCES" '/_SOURCES = / {
			ours = $1 == name || /^libclb/ } ours && /^\t.*\.c( |$)/ { print $1 }' \
		"$temp/source/src/user/Makefile.inc" | sort -u)
	# shellcheck disable=SC2046,SC2086
	(cd "$temp/source" && ${CC:-cc} -std=gnu11 -O2 -D_GNU_SOURCE -ffunction-sections \
		-Wl,--gc-sections -I"$top_builddir" -Isrc/user -I"$top_srcdir/src/kernel/uapi" \
		$(pkg-config --cflags $packages) $sources \
		-o "$temp/build/$1" $(pkg-config --libs $packages))
}

packages='libnl-3.0 libnl-genl-3.0 jansson inih libsystemd libcap-ng'

build_user() {
	build_program clbench-ctl && build_program clbenchd
}

# Makes $temp/source and $temp/build, in which only the mutant is another.
make_mutant() {
	rm -rf "$temp/source" "$temp/build"
	mkdir -p "$temp/source/src" "$temp/build/src"
	ln -s "$top_srcdir/tests" "$temp/source/tests"
	if changes_user "$1"; then
		cp -r "$top_srcdir/src/user" "$temp/source/src/user"
		ln -s "$top_srcdir/src/kernel" "$temp/source/src/kernel"
		ln -s "$top_builddir/src/kernel" "$temp/build/src/kernel"
		patch -s -d "$temp/source" -p1 <"$1" && build_user
		return
	fi
	ln -s "$top_srcdir/src/user" "$temp/source/src/user"
	# libtool's scripts, and what is behind them.
	for file in clbench-ctl clbenchd .libs; do
		[ ! -e "$top_builddir/$file" ] || ln -s "$top_builddir/$file" "$temp/build/$file"
	done
	cp -r "$top_srcdir/src/kernel" "$temp/source/src/kernel"
	# The build folder may be the same.
	find "$temp/source/src/kernel" \( -name '*.o' -o -name '*.ko' -o -name '*.mod*' -o \
		-name '.*.cmd' -o -name 'Module.symvers' \) -delete
	patch -s -d "$temp/source" -p1 <"$1" || return
	cp -r "$temp/source/src/kernel" "$temp/build/src/kernel"
	# shellcheck disable=SC2086 # a list of variables
	env -u MAKEFLAGS -u MAKELEVEL make -s -C "$CLBENCH_KERNEL_DIR" M="$temp/build/src/kernel" CC="$CLBENCH_KERNEL_CC" \
		$CLBENCH_KERNEL_MAKEFLAGS modules
}

kernel_has() {
	grep -qx "$1" "$CLBENCH_KERNEL_DIR/.config" 2>/dev/null
}

# Is the patch for this kernel?
wanted() {
	if [ -n "$needs" ]; then
		kernel_has "$needs=y"
	else
		! kernel_has 'CONFIG_LOCALVERSION="-clbench-.*"'
	fi
}

# on_mutant COMMAND...: as make check would run it, but on the mutant.
on_mutant() {
	# shellcheck disable=SC2086 # variables
	env $with top_srcdir="$temp/source" top_builddir="$temp/build" "$@" >"$temp/log" 2>&1
}

# Runs the test that $1 names.
run_test() {
	if [ "${1%.t}" != "$1" ]; then
		on_mutant "$temp/source/$1"
		return
	fi
	# shellcheck disable=SC2016 # expanded there
	on_mutant sh -c '. "$top_srcdir/tests/vm/vm.sh"; vm_test --timeout 300 -- "$1"' "$1.t" "$1"
}

for patch in "$top_srcdir"/tests/mutants/*.patch; do
	name=$(basename "$patch" .patch)
	test=$(sed -n 's/^Test: //p' "$patch")
	with=$(sed -n 's/^With: //p' "$patch")
	breaks=$(sed -n 's/^Breaks: //p' "$patch")
	needs=$(sed -n 's/^Needs: //p' "$patch")
	says=$(sed -n 's/^Says: //p' "$patch")
	wanted || continue
	if [ -z "$CLBENCH_KERNEL_DIR" ] && ! changes_user "$patch"; then
		skip "$name: the mutant is built" "configured without kernel"
		continue
	fi
	ok "$name: the mutant is built" make_mutant "$patch" || continue
	run_test "$test"
	grep '^not ok' "$temp/log" >"$temp/failed"
	if [ -n "$says" ]; then
		grep -E "$says" "$temp/log" >"$temp/seen"
		breaks="${breaks:+$breaks|}$says"
	else
		grep -E "$breaks" "$temp/failed" >"$temp/seen"
	fi
	if [ -s "$temp/seen" ]; then
		pass "$name: $test sees it"
	else
		fail "$name: $test sees it" || diag "$(tail -n 40 "$temp/log")"
	fi
	is "$(grep -vE "$breaks" "$temp/failed")" "" "$name: and no other promise is broken"
	# A test that did not run has seen nothing.
	ok "$name: $test came to its end" grep -q '^1\.\.[1-9]' "$temp/log"
	diag "$(head -n 5 "$temp/seen")"
done
done_testing
