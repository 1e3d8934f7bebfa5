#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The formal models of the list and of the window hold in every state that they
# can reach; without any of the rules that matter they fail; and they do reach
# what they are about.
#
# MODEL_FULL: larger ones as well (tests/full/model.t).

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

command -v spin >/dev/null || skip_all "no spin"
temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT

# One entry for each run: what shall come out, name of the point, model, options.
wanted=()
names=()
models=()
options=()

# add WANTED NAME MODEL [-D...]
add() {
	wanted+=("$1")
	names+=("$2")
	models+=("$3")
	options+=("${*:4}")
}

# holds NAME MODEL [-D...]: no state is wrong, and none is one in which all wait.
holds() {
	add holds "$@"
}

# progresses NAME MODEL [-D...]: nor is there a circle without progress.
progresses() {
	add progresses "$@"
}

# mutant COMPLAINT NAME MODEL [-D...]: spin finds the error.
mutant() {
	add "$@"
}

# circle NAME MODEL [-D...]: spin finds one without progress.
circle() {
	add 'non-progress cycle' "$@"
}

# covers NAME MODEL [-D...]: the claim that this never happens is wrong.
covers() {
	add 'assertion violated (0|.reported==0.) ' "$@"
}

# run_one NUMBER, in a folder of its own.
run_one() {
	local flags=(-O2 -DSAFETY -DCOLLAPSE) limits=(-m100000)
	case ${wanted[$1]} in
	holds) ;;
	progresses | non-progress*)
		flags=(-O2 -DNP)
		# A circle in which one process never gets its turn is none.
		limits+=(-l -f)
		;;
	# Soon over: compiling takes longer.
	*) flags[0]=-O0 ;;
	esac
	# Spin cannot leave out states where processes are interrupted.
	case ${options[$1]} in *NESTED*) flags+=(-DNOREDUCE) ;; esac
	mkdir "$temp/$1" && cd "$temp/$1" || return
	# shellcheck disable=SC2086 # a list of options
	spin -a ${options[$1]} "$top_srcdir/tests/model/${models[$1]}" &&
		gcc -w -DMEMLIM=1900 "${flags[@]}" -o pan pan.c &&
		./pan "${limits[@]}"
}

run_all() {
	local i
	for i in "${!names[@]}"; do
		[ "$(jobs -pr | wc -l)" -lt "$(nproc)" ] || wait -n
		run_one "$i" >"$temp/$i.log" 2>&1 </dev/null &
	done
	wait
}

# All states were visited, and none was wrong.
is_whole() {
	grep -q 'errors: 0$' "$1" &&
		! grep -qE 'Search not completed|depth too small|memory bound' "$1"
}

tell_all() {
	local i log
	for i in "${!names[@]}"; do
		log=$temp/$i.log
		case ${wanted[i]} in
		holds | progresses) ok "${names[i]}" is_whole "$log" ;;
		*) ok "${names[i]}" grep -qE "^pan:1: (${wanted[i]})" "$log" ;;
		esac || diag "$(tail -n 40 "$log")"
		diag "$(awk '/^pan:1:/ { complaint = $0 }
			/states, stored/ { states = $1 }
			/elapsed time/ { seconds = $4 }
			/total actual/ { memory = $1 }
			END { print states " states, " memory " MB, " seconds " s " complaint }' "$log")"
	done
}

# shellcheck source=tests/model/clist.sh
. "$top_srcdir/tests/model/clist.sh"
# shellcheck source=tests/model/window.sh
. "$top_srcdir/tests/model/window.sh"
run_all
tell_all
diag "$SECONDS s in all"
done_testing
