#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# The trace reader under sanitizers: its parts, and traces that were damaged.
#
# FUZZ_ROUNDS, FUZZ_SEED: how many traces, and which.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"
# shellcheck source=tests/sanitize.sh
. "$top_srcdir/tests/sanitize.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT
export PYTHONDONTWRITEBYTECODE=1 TZ=UTC

user=$top_srcdir/src/user
sources="$user/chunks.c $user/counts_json.c $user/crc32c.c $user/events.c $user/json.c $user/metadata.c
	$user/metadata_check.c $user/metadata_events.c $user/metadata_layout.c $user/metadata_lex.c
	$user/metadata_parse.c $user/metadata_parser.c $user/out.c $user/packet.c $user/session.c
	$user/read_at.c $user/record.c $user/show.c $user/show_csv.c $user/show_json.c
	$user/show_text.c $user/task_table.c $user/text.c $user/totals.c $user/trace_reader.c
	$user/trace_record.c $user/value.c $user/value_print.c $user/verify.c
	$user/verify_account.c $user/verify_chunks.c $user/verify_json.c $user/verify_text.c $user/verify_walk.c
	$user/view.c $user/when.c"
find_sanitizer address,undefined || skip_all "no compiler with this sanitizer"
flags="-std=gnu11 -D_GNU_SOURCE $sanitizer -Wall -Wextra -Wshadow -Werror
	-I$user -I$top_srcdir/src/kernel/uapi"

# build NAME
build() {
	# shellcheck disable=SC2086
	"$compiler" $flags "$top_srcdir/tests/reader/$1.c" $sources -o "$temp/$1"
}

"$top_srcdir/tests/make_trace.py" "$temp/trace" || bail_out "no trace"
"$top_srcdir/tests/make_trace.py" "$temp/chunks" --records 99 --chunks 2 || bail_out "no trace"
"$top_srcdir/tests/make_trace.py" "$temp/old" --records 100 --old || bail_out "no trace"
mkdir "$temp/damaged"
ok "the parts compile without a warning" build unit || bail_out "does not compile"
"$temp/unit" "$temp/trace/metadata" "$temp/chunks" "$temp/old" >"$temp/out" 2>&1
status=$?
relay_points "$temp/out"
is $status 0 "the sanitizers have no complaint"

ok "the fuzzer compiles without a warning" build fuzz || bail_out "does not compile"
"$temp/fuzz" "$temp/trace" "$temp/damaged" "${FUZZ_ROUNDS:-1500}" "${FUZZ_SEED:-1}" >"$temp/out" 2>&1
status=$?
sed 's/^/# /' "$temp/out"
is $status 0 "damaged traces are refused with a reason, and do no harm"

done_testing
