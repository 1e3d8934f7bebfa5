#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# By the kernel's memory model, with its weakest architecture, no order that the
# module relies on is broken, nor is there a data race; and each barrier is needed.

# In the head of tests/model/litmus/NAME.litmus:
#   Code: FILE: TEXT     what it is about; this text stands in FILE
#   Without: SCRIPT      after this change by sed it can be broken
# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

[ -n "$CLBENCH_KERNEL_DIR" ] || skip_all "configured without kernel"
cache=${CLBENCH_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/clbench}
herd=$(command -v herd7) || herd=$cache/herd/herd7
[ -x "$herd" ] || skip_all "no herd7"
# A link in a folder of fetch-kernel, or the whole source.
for lkmm in "${CLBENCH_KERNEL_DIR%/*}/memory-model" "$CLBENCH_KERNEL_DIR/tools/memory-model" \
	"$cache/kernels/$CLBENCH_KERNEL_RELEASE/memory-model"; do
	[ ! -e "$lkmm/linux-kernel.cfg" ] || break
done
cd "$lkmm" 2>/dev/null || skip_all "no memory model of the kernel"
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT

# outcome FILE: "Never", "Sometimes" or "Always" can what FILE asks for be, and
# "race" before that if two of its plain accesses race.
outcome() {
	"$herd" -conf linux-kernel.cfg "$1" >"$temp/log" 2>&1
	sed -n 's/^Flag data-race.*/race/p; s/^Observation [^ ]* \([A-Z][a-z]*\) .*/\1/p' "$temp/log" |
		paste -sd ' '
}

# head_of WORD FILE: what stands behind WORD in FILE's head.
head_of() {
	sed -n "s/^ \* $1: //p" "$2"
}

codes_stand() {
	local code file missing=
	while IFS= read -r code; do
		file=${code%%: *}
		grep -qF -- "${code#"$file": }" "$top_srcdir/$file" || missing+="no '$code'"$'\n'
	done < <(head_of Code "$1")
	[ -z "$missing" ] || { echo "$missing"; return 1; }
}

# The kernel's own tests tell whether this herd7 understands this model.
is "$(outcome litmus-tests/MP+pooncerelease+poacquireonce.litmus)" Never \
	"release and acquire order" || diag "$(cat "$temp/log")"
is "$(outcome litmus-tests/MP+poonceonces.litmus)" Sometimes "nothing does not" ||
	diag "$(cat "$temp/log")"

for litmus in "$top_srcdir"/tests/model/litmus/*.litmus; do
	name=${litmus##*/}
	name=${name%.litmus}
	what=$(codes_stand "$litmus")
	is $? 0 "$name: the code is as it was" || diag "$what"
	is "$(outcome "$litmus")" Never "$name: never" || diag "$(cat "$temp/log")"
	nr=0
	while IFS= read -r script; do
		nr=$((nr + 1))
		sed "/^ \*/!{$script}" "$litmus" >"$temp/without.litmus"
		is "$(outcome "$temp/without.litmus" | sed 's/race //')" Sometimes \
			"$name: needs what $script takes away" || diag "$(cat "$temp/log")"
	done < <(head_of Without "$litmus")
	ok "$name: it could fail" test $nr -gt 0
done
done_testing
