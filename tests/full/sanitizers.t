#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# User space as it is installed, but with sanitizers, and under valgrind: none has a
# complaint about what the unit tests let it do, leaks included.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

# Those that start clbench-ctl or clbenchd of the build folder. The others compile
# what they try themselves, with sanitizers.
programs='agree clbenchd completion ctl damage show verify'

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
source=$(realpath "$top_srcdir")

# make_tree NAME OPTION...: user space, built in $temp/NAME.
make_tree() {
	mkdir "$temp/$1" && cd "$temp/$1" || return
	shift
	# The tests' own variables are make's for another folder.
	env -u MAKEFLAGS -u MAKELEVEL "$source/configure" --quiet --without-kernel \
		--enable-werror --disable-shared "$@" &&
		env -u MAKEFLAGS -u MAKELEVEL make -s -j"$(nproc)"
}

# try_tests NAME FOLDER: the unit tests pass with the programs of FOLDER, and nothing
# has complained into $temp/complaints.
try_tests() {
	for test in $programs; do
		rm -rf "$temp/complaints"
		mkdir "$temp/complaints"
		env top_srcdir="$source" top_builddir="$2" "$source/tests/unit/$test.t" \
			>"$temp/log" 2>"$temp/err"
		if grep -q '^1\.\.0' "$temp/log"; then
			skip "$1: $test.t" "$(sed -n 's/^1\.\.0 # SKIP //p' "$temp/log")"
			continue
		fi
		is "$(grep -c '^not ok' "$temp/log")/$(grep -c '^1\.\.[1-9]' "$temp/log")" 0/1 \
			"$1: $test.t passes" || diag "$(grep -A 5 '^not ok' "$temp/log" | head -n 20)"
		is "$(find "$temp/complaints" -type f -size +0 | wc -l)" 0 \
			"$1: $test.t: no complaint" ||
			diag "$(find "$temp/complaints" -type f -size +0 -exec head -n 30 {} + | head -n 60)"
	done
}

# --- address and undefined
export ASAN_OPTIONS="log_path=$temp/complaints/asan:exitcode=99:detect_leaks=1"
export UBSAN_OPTIONS="log_path=$temp/complaints/ubsan:exitcode=99:print_stacktrace=1"
export LSAN_OPTIONS=exitcode=99
if ok "address,undefined: it builds" make_tree address --enable-sanitizer=address,undefined; then
	# Else silence would mean nothing.
	# shellcheck disable=SC2016 # expanded there
	ok "address,undefined: the programs have it" \
		sh -c 'nm "$1" | grep -q __asan_init' sh "$temp/address/clbenchd"
	try_tests address,undefined "$temp/address"
fi

# --- threads: clist has its own test, tests/unit/clist.t
PYTHONDONTWRITEBYTECODE=1 "$source/tests/make_trace.py" "$temp/trace" --records 3000 ||
	bail_out "no trace"
if ok "thread: it builds" make_tree thread --enable-sanitizer=thread; then
	# shellcheck disable=SC2046,SC2086 # words
	ok "thread: a program of libclbench compiles" ${CC:-cc} -std=gnu11 -Wall -Wextra -Werror -g \
		-fsanitize=thread -I"$source/src/user" -I"$source/src/kernel/uapi" \
		"$source/tests/reader/threads.c" "$temp/thread/.libs/libclbench.a" \
		$(pkg-config --libs libnl-3.0 libnl-genl-3.0) -o "$temp/threads"
	ok "thread: threads read with libclbench" env TSAN_OPTIONS=exitcode=99 \
		setarch -R "$temp/threads" "$temp/trace"
fi

# --- valgrind
if ! command -v valgrind >/dev/null; then
	skip "valgrind" "no valgrind"
	done_testing
	exit
fi
if ok "valgrind: it builds" make_tree plain CFLAGS='-g -O1'; then
	# As the build folder, but the programs are scripts around those there.
	mkdir "$temp/wrapped"
	for program in clbench-ctl clbenchd; do
		cat >"$temp/wrapped/$program" <<-END
			#!/bin/sh
			exec valgrind -q --error-exitcode=99 --leak-check=full \\
				--errors-for-leak-kinds=definite --child-silent-after-fork=yes \\
				--log-file=$temp/complaints/valgrind.%p $temp/plain/$program "\$@"
		END
		chmod +x "$temp/wrapped/$program"
	done
	ln -s "$temp/plain/config.h" "$temp/wrapped/config.h"
	VERIFY_ROUNDS=10 DAMAGE_STEP=11 try_tests valgrind "$temp/wrapped"
fi
done_testing
