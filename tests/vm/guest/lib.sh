# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# What the parts that use clbench-ctl share; sourced by them.

ctl=$top_builddir/clbench-ctl
# That is libtool's script, which takes longer here than most commands do.
if [ -x "$top_builddir/.libs/clbench-ctl" ]; then
	ctl=$top_builddir/.libs/clbench-ctl
	export LD_LIBRARY_PATH="$top_builddir/.libs"
fi
# shellcheck disable=SC2034
guest=$top_srcdir/tests/vm/guest
# shellcheck disable=SC2034
judge=$top_srcdir/tests/judge.py
# The system's own python3, which other users reach, too.
export PATH=/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
# No byte code beside the sources.
export PYTHONDONTWRITEBYTECODE=1

if [ -z "$temp" ]; then
	[ -x "$ctl" ] || bail_out "no $ctl"
	temp=$(mktemp -d /run/clbench.XXXXXX) || bail_out "no temporary folder"
fi
cd "$temp" || bail_out "no $temp"

is_loaded() {
	[ -d /sys/module/clbench ]
}

load_once() {
	is_loaded || load || bail_out "the module does not load"
}

# What is a second on a stock kernel may take several on one that looks for errors.
patience=${CLBENCH_VM_PATIENCE:-1}

# wait_until SECONDS COMMAND...: asks again until COMMAND succeeds; fails in the end. It
# has asked once for each second before it does: a machine that was given no time must not
# find that time is over when it goes on.
wait_until() {
	wait_turns=$(($1 * patience))
	wait_end=$(($(date +%s) + wait_turns))
	shift
	until "$@"; do
		wait_turns=$((wait_turns - 1))
		[ "$wait_turns" -gt 0 ] || [ "$(date +%s)" -lt "$wait_end" ] || return 1
		sleep 0.05
	done
}

# capture COMMAND...: sets status, out, err.
capture() {
	"$@" >"$temp/out" 2>"$temp/err"
	status=$?
	out=$(cat "$temp/out")
	err=$(cat "$temp/err")
}

# says STATUS WORDS NAME: what was captured ended with STATUS, wrote nothing to
# stdout and one sentence that contains WORDS to stderr.
says() {
	case $status/$out/$err in
	"$1//clbench-ctl: "*"$2"*)
		if [ "$(wc -l <"$temp/err")" = 1 ]; then
			pass "$3"
			return
		fi ;;
	esac
	fail "$3" || diag "wanted $1 and '$2'; got $status, stdout '$out', stderr '$err'"
}

# refuses STATUS WORDS NAME COMMAND...
refuses() {
	refuses_status=$1 refuses_words=$2 refuses_name=$3
	shift 3
	capture "$@"
	says "$refuses_status" "$refuses_words" "$refuses_name"
}

# points COMMAND...: COMMAND prints a line per point, "ok NAME" or "not ok NAME",
# the latter with "#" and what was wrong behind it.
points() {
	"$@" >"$temp/points" 2>"$temp/err"
	status=$?
	while read -r line; do
		case $line in
		"ok "*) pass "${line#ok }" ;;
		"not ok "*)
			line=${line#not ok }
			fail "${line%% # *}" || diag "${line#* # }" ;;
		*) diag "$line" ;;
		esac
	done <"$temp/points"
	[ "$status" = 0 ] || fail "$2 comes to its end" || diag "$status: $(cat "$temp/err")"
}

# begin NAME ARG...: records into $temp/NAME in the background, as session NAME;
# returns when the probes are on, with its process in pid.
begin() {
	begin_name=$1
	shift
	"$ctl" record -s "$begin_name" -o "$temp/$begin_name" "$@" \
		>"$temp/$begin_name.out" 2>"$temp/$begin_name.err" &
	pid=$!
	wait_until 20 has_begun "$begin_name" "$pid"
	grep -q '^clbench-ctl: recording ' "$temp/$begin_name.err" && return
	diag "no recording: $(cat "$temp/$begin_name.err")"
	return 1
}

has_begun() {
	grep -q '^clbench-ctl: recording ' "$temp/$1.err" || ! kill -0 "$2" 2>/dev/null
}

# end PID: ends the recording that PID does; its status.
end() {
	kill -TERM "$1"
	wait "$1"
}

no_session() {
	"$ctl" status 2>/dev/null | grep -q 'no session$'
}

# note_memory: keeps what is in use. memory_back OPERATIONS NAME: points; nothing
# more is, after so many of them; then the module goes.
note_memory() {
	load_once
	python3 "$guest/memory.py" note "$temp/memory" || bail_out "memory cannot be noted"
}

memory_back() {
	diag "after $2:"
	points python3 "$guest/memory.py" back "$temp/memory" "$1"
	is "$(awk '$1 == "clbench" { print $3 }' /proc/modules)" "${3:-0}" \
		"the module is used by nobody"
}

# Mounts a fresh ext4 on the scratch disk.
mount_scratch() {
	scratch=/run/scratch
	! mountpoint -q "$scratch" || return 0
	mkdir -p "$scratch"
	modprobe ext4
	if ! mkfs.ext4 -q -F "$VM_DISK" || ! mount -o noatime "$VM_DISK" "$scratch"; then
		bail_out "no scratch file system"
	fi
}
