#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# How cost and memory grow with busy lists, CPUs, registered events and viewers. Tables and plots
# are left in tests/bench/scale of the build folder; doc/scale/README.md explains them.
#
# CLBENCH_SCALE: the parts, "merge events viewers idle lists" is all.
# CLBENCH_SCALE_CPUS: of the machine with many, 64.
# CLBENCH_SCALE_VIEWERS: how many at a time, "0 1 2 4 8 16 32 64".
#
# shellcheck disable=SC2016 # for awk

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"

results=$top_builddir/tests/bench/scale
bench=$top_srcdir/tests/bench
kernel=$top_srcdir/src/kernel
mkdir -p "$results" || bail_out "no $results"
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT

# show FILE: a table as remarks, in columns.
show() {
	column -t -s "$(printf '\t')" "$results/$1" | while IFS= read -r show_line; do
		diag "$show_line"
	done
}

# holds FILE NAME PROGRAM: awk finds nothing wrong with a table. PROGRAM prints what is.
holds() {
	holds_wrong=$(awk -F '\t' "/^#/ { next }
		$3" "$results/$1" 2>&1)
	is "$holds_wrong" "" "$2"
}

# For awk: is a further from b than a part of it?
far='function far(a, b, part) { return a > b * (1 + part) || a < b * (1 - part) }
'

# ------------------------------------------------------------------------------ merge

# The module's own code, with nothing in the place of each kernel header that is not there.
build_merge() {
	mkdir -p "$temp/include/linux"
	sed -n 's,^#include <linux/\([a-z_0-9]*\.h\)>.*,\1,p' \
		"$kernel"/*.[ch] "$kernel"/include/clbench/*.h | sort -u | while read -r merge_header; do
		case $merge_header in
		# What the C library needs of them is not the kernel's own.
		errno.h | netlink.h | types.h) continue ;;
		esac
		[ -e "$kernel/uapi/linux/$merge_header" ] || : >"$temp/include/linux/$merge_header"
	done
	(cd "$kernel" && ${CC:-gcc} -std=gnu11 -O2 -g -Wall -Wextra -Werror -Wno-sign-compare \
		-Wno-unused-parameter -include "$bench/scale_shim.h" -I"$temp/include" \
		-I"$top_srcdir/tests/clist" -I"$bench" -Iinclude -Iuapi -I. \
		"$bench/scale_merge.c" "$bench/scale_shim.c" "$top_srcdir/tests/clist/clist_shim.c" \
		clist.c clist_read.c list.c merge.c packet.c record.c -o "$temp/scale_merge")
}

# merge_row PATTERN LISTS: a row of merge.tsv, per record.
merge_row() {
	rm -f "$temp"/cg*
	valgrind -q --tool=callgrind --collect-atstart=no --cache-sim=yes --I1=32768,8,64 \
		--D1=32768,8,64 --LL=16777216,16,64 --callgrind-out-file="$temp/cg" \
		"$temp/scale_merge" 16384 2 "$2" "$1" >"$temp/out" 2>"$temp/err" || return
	awk -v made="$(cat "$temp/out")" '
		/^desc: Trigger/ { what = $NF }
		/^totals:/ && what {
			ir[what] += $2
			d1[what] += $6 + $7
			ll[what] += $9 + $10
			what = ""
		}
		END {
			split(made, m, " ")
			n = m[3]
			printf "%s\t%d\t%.1f\t%.1f\t%.1f\t%.2f\t%.2f\t%.3f\t%.3f\n", m[2], m[1], n / m[4],
				(ir["produce"] - ir["loop"]) / n, ir["merge"] / n,
				(d1["produce"] - d1["loop"]) / n, d1["merge"] / n,
				(ll["produce"] - ll["loop"]) / n, ll["merge"] / n
		}' "$temp"/cg.* >>"$results/merge.tsv"
}

part_merge() {
	if ! command -v valgrind >/dev/null || ! [ -e /usr/include/valgrind/callgrind.h ]; then
		skip "merge: instructions per record" "no valgrind"
		return
	fi
	ok "merge: the module's code compiles in user space" build_merge || return
	printf '#pattern\tlists\trun\tproduce\tmerge\tproduce_d1\tmerge_d1\tproduce_ll\tmerge_ll\n' \
		>"$results/merge.tsv"
	merge_failed=
	for merge_pattern in turns random bursts stretches one; do
		for merge_lists in 1 2 4 8 16 64 256 1024; do
			merge_row $merge_pattern $merge_lists ||
				merge_failed="$merge_failed$merge_pattern $merge_lists: $(cat "$temp/err") "
		done
	done
	is "$merge_failed" "" "merge: all records come out, none late, of 1 to 1024 lists"
	show merge.tsv
	holds merge.tsv "merge: a producer's instructions do not depend on the number of lists" \
		"$far"' { if (!one) one = $4; if (far($4, one, 0.02)) print $1, $2, $4, one }'
	# The levels between 2 and 16 lists are the measure: flushes are long, lists few.
	holds merge.tsv "merge: twice the lists cost the same again, up to 1024" \
		"$far"' $1 == "turns" { cost[$2] = $5 }
		END {
			step = (cost[16] - cost[2]) / 3
			if (!step || far((cost[1024] - cost[16]) / 6, step, 0.2) ||
			    far((cost[64] - cost[16]) / 2, step, 0.2))
				print step, (cost[64] - cost[16]) / 2, (cost[1024] - cost[16]) / 6
		}'
	holds merge.tsv "merge: a list that is merged in stretches costs no more among 64 than alone" \
		"$far"' $1 == "stretches" && $2 <= 64 {
			if ($2 == 1) one = $5
			if (far($5, one, 0.05)) print $2, $5, one
		}'
	holds merge.tsv "merge: 255 silent lists add less than 5 % to a flush of 16,384 records" \
		"$far"' $1 == "one" && $2 <= 256 {
			if ($2 == 1) one = $5
			if (far($5, one, 0.05)) print $2, $5, one
		}'
}

# ---------------------------------------------------------------------------- machines

build_viewers() {
	"${CC:-gcc}" -std=gnu11 -O2 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$top_srcdir/src/user" \
		-I"$kernel/uapi" "$bench/scale_viewers.c" -L"$top_builddir/.libs" -lclbench \
		-o "$results/scale_viewers"
}

# machine PART [OPTION OF run...]: a point; the part ends well in a virtual machine.
machine() {
	machine_part=$1
	shift
	machine_out=$results/$machine_part.out
	rm -rf "$machine_out"
	mkdir -p "$machine_out"
	"$top_srcdir/tests/vm/run" --kernel "$vm_folder" --out "$machine_out" "$@" -- \
		"$bench/scale.sh" "$machine_part" "$top_builddir/tests/kernel/module" \
		"$results/scale_viewers" >"$machine_out/guest" 2>&1
	is $? 0 "$machine_part: the virtual machine ends well" ||
		diag "$(tail -n 40 "$machine_out/guest")"
}

# table FILE HEAD FROM [AWK]: a table out of what a machine has left, per record.
table() {
	{
		printf '#%s\n' "$2"
		awk -F '\t' -v OFS='\t' "${4:-1}" "$3"
	} >"$results/$1"
	show "$1"
}

counted="--mem 1536 --icount shift=0,sleep=off --timeout 1800"

part_events() {
	# shellcheck disable=SC2086 # a list
	machine events $counted || return
	out=$results/events.out
	table events.tsv 'registered	event	produce	merge	trace' "$out/events.cost" \
		'{ print $1, $2, sprintf("%.1f", $4 / $3), sprintf("%.1f", $5 / $3), $6 }'
	holds events.tsv "events: nothing was lost" '$5 != "complete"'
	holds events.tsv "events: a producer's instructions do not depend on how many are registered" \
		"$far"' { if (!one) one = $3; if (far($3, one, 0.03)) print $1, $2, $3, one }'
	# Ids above 30 need a longer header.
	holds events.tsv "events: neither do the session thread's, but for a longer header" \
		"$far"' { if (!one) one = $4; if (far($4, one, 0.2)) print $1, $2, $4, one }'
	table list.tsv 'registered	register	list_ms	list_status	listed	listed_fields' \
		"$out/events.list"
	holds list.tsv "events: list tells each of 1, 10, 100, 1000" \
		'$4 || $5 != $1 || $6 != $1'
	table subscribe.tsv 'events	record_ms	status	metadata_bytes	said' "$out/events.subscribe"
	holds subscribe.tsv "events: a session takes up to 256, and says that it takes no more" '
		$1 <= 256 ? $3 || !$4 : $3 != 125 || $4 || !/a session records up to 256 events/'
	is "$(cat "$out/events.quarters")" 1000 "events: four sessions record all of 1000 events"
}

part_viewers() {
	# shellcheck disable=SC2086
	machine viewers $counted || return
	out=$results/viewers.out
	table viewers.tsv 'kind	viewers	produce	thread	trace	resent' "$out/viewers.cost" \
		'{ print $1, $2, sprintf("%.1f", $4 / $3), sprintf("%.1f", $5 / $3), $6, $7 }'
	holds viewers.tsv "viewers: the owner loses nothing, and needs nothing again" \
		'$5 != "complete" || $6 != "0"'
	holds viewers.tsv "viewers: a producer's instructions do not depend on them" \
		"$far"' { if (!one) one = $3; if (far($3, one, 0.03)) print $1, $2, $3, one }'
	# A flush more or less, by chance, is a tenth of it and more.
	holds viewers.tsv "viewers: slow ones cost the session's thread no more than reading ones" '
		$1 == "reading" { cost[$2] = $4 }
		$1 == "slow" && $4 > cost[$2] * 1.25 { print $2, $4, cost[$2] }'
	holds viewers.tsv "viewers: 64 cost the session's thread less than as much again" '
		{ cost[$1, $2] = $4 }
		END {
			if (cost["reading", 64] > 2 * cost["reading", 0]) print cost["reading", 64]
		}'
	printf '#viewers\tkind\tfirst\tseen\tmissed\tsent\tsum\n' >"$results/seen.tsv"
	tr ' ' '\t' <"$out/viewers.seen" >>"$results/seen.tsv"
	is "$(grep -vc '^#' "$results/seen.tsv")" \
		"$(awk -F '\t' '!/^#/ { all += $2 } END { print all + 0 }' "$results/viewers.tsv")" \
		"viewers: all have told what they saw"
	holds seen.tsv "viewers: what each saw and what it was told it missed is all that was sent" \
		'$3 - 1 + $4 + $5 != $6'
	holds seen.tsv "viewers: who reads misses nothing, and all of them see the same" '
		$2 == "reading" {
			if ($5) print
			if (!sum[$1]) sum[$1] = $7
			if ($7 != sum[$1]) print
		}'
	holds seen.tsv "viewers: who does not read misses something" '$2 == "slow" && !$5'
}

many="--cpus ${CLBENCH_SCALE_CPUS:-64} --mem 3072 --timeout 3000 --append nowatchdog"

part_idle() {
	# shellcheck disable=SC2086
	machine idle $many || return
	table idle.tsv \
		'cpus	event	account	memfree	slab	percpu	vmalloc	stacks	account_per_cpu' \
		"$results/idle.out/idle" '{ print $0, sprintf("%.1f", $3 / $1) }'
	holds idle.tsv "idle: each CPU costs the same by the session's own account" \
		"$far"' $2 in each { if (far($9, each[$2], 0.01)) print } { each[$2] = $9 }'
}

part_lists() {
	# shellcheck disable=SC2086
	machine lists $many || return
	holds lists.out/lists "lists: nothing was lost" '$4 != "complete"'
	table lists.tsv 'cpus	ns_per_record' "$results/lists.out/lists" '
		{ ns = $3 / $2; if (!($1 in best) || ns < best[$1]) best[$1] = ns }
		END { for (cpus in best) print cpus, sprintf("%.0f", best[cpus]) | "sort -n" }'
}

# ------------------------------------------------------------------------------- plots

plots() {
	if ! command -v gnuplot >/dev/null; then
		skip "the tables are drawn" "no gnuplot"
		return
	fi
	for plots_name in merge misses events viewers idle lists; do
		plots_table=$plots_name
		[ $plots_name != misses ] || plots_table=merge
		[ -e "$results/$plots_table.tsv" ] || continue
		ok "$plots_name is drawn" gnuplot -e "folder='$results'; name='$plots_name'" \
			"$bench/scale.gp"
	done
}

parts=${CLBENCH_SCALE-merge events viewers idle lists}
case " $parts " in
*" events "* | *" viewers "* | *" idle "* | *" lists "*)
	vm_needs
	"$top_srcdir/tests/kernel/build.sh" "$top_builddir/tests/kernel/module" ||
		bail_out "the load does not build"
	build_viewers || bail_out "the viewers do not build" ;;
esac
for part in $parts; do
	"part_$part"
done
plots
done_testing
