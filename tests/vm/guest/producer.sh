# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the parts that use clbench_load share; sourced by them. Their traces and
# files go to the folder that the host sees, which judges them.

temp=$VM_OUT/files
# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"

control=/sys/kernel/debug/clbench_load/control

produce_once() {
	load_once
	[ -e "$control" ] || insmod "$top_builddir/tests/kernel/module/clbench_load.ko" ||
		bail_out "clbench_load does not load"
}

is_idle() {
	! grep -q busy "$control"
}

# wait_idle SECONDS NAME: a point; what clbench_load was told to push is pushed.
wait_idle() {
	ok "$2" wait_until "$1" is_idle || diag "$(cat "$control")"
}

# order WORD...: gives clbench_load a command.
order() {
	echo "$*" >"$control" || bail_out "clbench_load refuses: $*"
}

# slower RATE: records a second and lane, RATE where nobody needs patience, and less on
# machines that are slow to look or to go on reading.
slower() {
	echo "${CLBENCH_LOAD_RATE:-$((2 * $1 / (patience + 1)))}"
}

# The contexts that this kernel lets us produce in.
all_contexts() {
	if { echo "run cpus=0 contexts=nmi records=0" >"$control"; } 2>/dev/null; then
		echo task,softirq,hardirq,nmi
	else
		echo task,softirq,hardirq
	fi
}

# finish NAME PID: ends the recording; NAME.json, .status and .lanes tell about it.
finish() {
	"$ctl" status --json >"$temp/$1.status"
	cp "$control" "$temp/$1.lanes"
	end "$2"
	is $? 0 "$1: the recording ends well"
}
