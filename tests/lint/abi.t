#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# libclbench exports what its map lists and its headers declare; what is installed works.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs nm
needs pkg-config
library=$top_builddir/.libs/libclbench.so
[ -e "$library" ] || skip_all "configured without shared libraries"
make_temp
export LC_ALL=C
root=$temp/root
# What the build has set up is not for a program of others.
cc=${CC:-cc}
cxx=${CXX:-c++}

awk '/^CLBENCH_/ { node = $1 } /^\t[a-z0-9_]+;$/ { print substr($1, 1, length($1) - 1) "@@" node }' \
	"$top_srcdir/src/user/libclbench.map" | sort >"$temp/map"
sed 's/@.*//' "$temp/map" >"$temp/names"
nm -D --defined-only "$library" | awk '$2 != "A" { print $3 }' | sort >"$temp/exported"
ok "the map lists symbols" test -s "$temp/map"
is "$(diff "$temp/map" "$temp/exported")" "" "the library exports what the map lists"

# The programs: symbols of the library come from it, and only those that are public.
for program in "$top_builddir"/.libs/clbench*; do
	name=${program##*/}
	nm -D --undefined-only "$program" | sed -n 's/.* \(clb_[^@]*\).*/\1/p' | sort >"$temp/used"
	nm --defined-only "$program" | awk '{ print $3 }' | sort -u >"$temp/own"
	ok "$name uses the library" test -s "$temp/used"
	is "$(comm -23 "$temp/used" "$temp/names")" "" "$name uses what is exported"
	is "$(comm -12 "$temp/own" "$temp/names")" "" "$name has no copy of it"
done

# Not the make that runs the test: its options and its jobs are its own.
ok "make install" env -u MAKEFLAGS -u MAKELEVEL make -C "$top_builddir" install DESTDIR="$root" ||
	exit 1
pc=$(find "$root" -name libclbench.pc)
include=$(PKG_CONFIG_PATH=${pc%/*} pkg-config --variable=includedir libclbench)
libdir=$root$(PKG_CONFIG_PATH=${pc%/*} pkg-config --variable=libdir libclbench)

# Declarations stand at the start of a line, comments and bodies do not.
sed -n '/^static inline/d; /^[A-Za-z]/s/^[^(]*\(clb_[a-z0-9_]*\)(.*/\1/p' \
	"$root$include"/clbench/*.h | sort >"$temp/declared"
is "$(diff "$temp/names" "$temp/declared")" "" "what is exported is declared, and nothing else"

is "$(grep -o 'clb_[a-z0-9_]*' "$top_srcdir/man/libclbench.3" | sort -u | comm -23 "$temp/names" -)" \
	"" "libclbench(3) names all of it"

# alone HEADER: it compiles, with nothing before it, without a word.
alone() {
	printf '#include <%s>\n' "$1" >"$temp/alone.$suffix"
	# shellcheck disable=SC2086 # compiler and standard
	$compiler -Wall -Wextra -Werror -I"$root$include" -fsyntax-only "$temp/alone.$suffix"
}

for header in "$root$include"/clbench/*.h "$root$include"/linux/*.h; do
	header=${header#"$root$include/"}
	compiler="$cc -std=c11 -pedantic" suffix=c
	ok "$header compiles alone as C11" alone "$header"
	if ! command -v "${cxx%% *}" >/dev/null; then
		skip "$header compiles alone as C++17" "no C++ compiler"
		continue
	fi
	compiler="$cxx -std=c++17" suffix=cc
	ok "$header compiles alone as C++17" alone "$header"
done

# flags ARG...: what pkg-config says of what is installed.
flags() {
	PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_PATH=${pc%/*}${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH} \
		pkg-config "$@" libclbench
}

# The command that libclbench(3) names.
for example in dump follow; do
	# shellcheck disable=SC2046 # a list
	ok "$example.c is built with pkg-config" "$cc" -Wall -Wextra -Werror \
		-o "$temp/$example" "$top_srcdir/doc/example/$example.c" $(flags --cflags --libs)
done
readelf -d "$temp/dump" >"$temp/dynamic"
ok "it needs the library by its soname" grep -q 'NEEDED.*\[libclbench\.so\.0\]' "$temp/dynamic"

python3 "$top_srcdir/tests/make_trace.py" "$temp/trace" || bail_out "no trace"
LD_LIBRARY_PATH=$libdir "$temp/dump" "$temp/trace" >"$temp/dumped" 2>"$temp/err"
is "$?/$(cat "$temp/err")" 0/ "dump reads a trace"
"$top_builddir/clbench-ctl" show --json "$temp/trace" | python3 -c '
import json, sys
for line in sys.stdin:
    record = json.loads(line)
    print(record["ts_ns"], record["event"],
          *(f"{name}={value}" for name, value in record["fields"].items()))' >"$temp/shown"
ok "there are records" test -s "$temp/shown"
is "$(diff "$temp/shown" "$temp/dumped")" "" "it prints them as show does"
python3 "$top_srcdir/tests/make_trace.py" --cut 1000 "$temp/torn" || bail_out "no trace"
LD_LIBRARY_PATH=$libdir "$temp/dump" "$temp/torn" >/dev/null 2>"$temp/err"
is $? 1 "it fails on a torn one"
ok "and says why" grep -qE "torn: packet [0-9]+ at byte [0-9]+ is cut off" "$temp/err"

# shellcheck disable=SC2046 # a list
if [ -e "$libdir/libclbench.a" ]; then
	ok "the archive has all that it needs" "$cc" -o "$temp/static" \
		"$top_srcdir/doc/example/follow.c" $(flags --cflags) "$libdir/libclbench.a" \
		$(pkg-config --libs libnl-3.0 libnl-genl-3.0)
else
	skip "the archive has all that it needs" "configured without static libraries"
fi
done_testing
