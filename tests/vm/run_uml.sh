# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2034,SC2054 # what run has and uses
#
# A machine of run: a kernel that is a process of this one, user-mode Linux.

# What the guest finds the first scratch disk at.
machine_disk=/dev/ubda

# Says why the machine cannot do what was asked for, and fails then.
machine_can() {
	local why=
	[ -z "$root_image" ] || why="no system of its own"
	[ -z "$icount" ] || why="no counted instructions"
	[ "$accel" = "${CLBENCH_VM_ACCEL:-auto}" ] || why="no accelerator"
	case "${disks[*]}" in
	*@*) why="no slow disk" ;;
	esac
	[ -n "$why" ] || return 0
	echo "$why in user-mode Linux"
	return 1
}

# Sets uml_options; the command line is the kernel's, too. The files of the disks
# are there.
machine_prepare() {
	local i letters=abcdefgh
	# What the host finds the folders at, init does, too: see there.
	uml_options=("mem=${mem}M" "ncpus=$cpus" seccomp=on "initrd=$boot/initramfs"
		"uml_dir=$work/uml" umid=vm
		con=null ssl=null ssl0=null,fd:1 stderr=1
		quiet loglevel=5 panic=-1 log_buf_len=4M "vm.hostfs=$work/ctl")
	case $append in
	*clocksource=*) ;;
	*) uml_options+=(clocksource=timer) ;;
	esac
	for i in "${!disks[@]}"; do
		[ "${disks[i]}" = 0 ] || uml_options+=("ubd${letters:i:1}=$work/disk$i")
	done
	# shellcheck disable=SC2206 # words
	uml_options+=($machine_words $append)
	# hostfs keeps a file open for each that its cache knows.
	ulimit -n "$(ulimit -H -n)"
	ulimit -c 0
}

# Starts it in the background, with pid; an orphan dies with this shell, and its own
# processes with it.
machine_start() {
	setpriv --pdeathsig KILL "$kernel/vmlinuz" "${uml_options[@]}" \
		</dev/null >"$work/output" 2>"$out/console" &
	pid=$!
	: >"$work/machine.err"
}

# It has no serial line for a SysRq.
machine_tasks() {
	:
}
