# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154,SC2034 # what run has and uses
#
# A machine of run: QEMU, for kernels that need one.

# What the guest finds the first scratch disk at.
machine_disk=/dev/vda

# Sets qemu_program, qemu_machine, qemu_cpu (the processors that are emulated),
# console and clock (on the kernel's command line) for $arch, as Debian names it.
use_arch() {
	case $arch in
	amd64)
		qemu_program=qemu-system-x86_64
		qemu_machine="q35,usb=off,vmport=off,smbus=off,sata=off"
		# The kernel checks crc32c against the hardware's: max has it.
		# Each repetition of a string move is an instruction to emulate: moves
		# of bytes, which real processors do by the cache line, would hide all
		# else. QEMU 7.2 can leave cmpxchg16b with stale flags; an interrupt
		# right behind it makes them real, direction flag and all, and the
		# guest crashes.
		qemu_cpu="max,la57=off,erms=off,cx16=off"
		console=ttyS0
		clock="tsc=reliable clocksource=tsc" ;;
	arm64)
		qemu_program=qemu-system-aarch64
		qemu_machine="virt,gic-version=max"
		# Pointers are signed by a hash that is cheap to emulate.
		qemu_cpu="max,pauth-impdef=on"
		console=ttyAMA0
		clock="clocksource=arch_sys_counter" ;;
	*)
		return 1 ;;
	esac
}

# Says why the machine cannot do what was asked for, and fails then.
machine_can() {
	if ! use_arch; then
		echo "no machine for $arch"
	elif ! command -v "$qemu_program" >/dev/null; then
		echo "no $qemu_program"
	else
		return 0
	fi
	return 1
}

# Sets qemu_options to what all boots, with accelerator $1, have in common.
set_options() {
	qemu_options=(-M "$qemu_machine" -accel "$1"
		-nodefaults -no-user-config -display none -no-reboot
		-global virtio-pci.disable-legacy=on
		-kernel "$boot/vmlinux" -initrd "$boot/initramfs" -m "$mem"
		-device virtio-rng-pci
		-fsdev "local,id=ctl,path=$work/ctl,security_model=none"
		-device "virtio-9p-pci,fsdev=ctl,mount_tag=ctl")
	case $1 in
	kvm) qemu_options+=(-cpu host) ;;
	*) qemu_options+=(-cpu "$qemu_cpu") ;;
	esac
}

# Warnings are for the console, too, but to print in a hard interrupt is itself an error
# for 6.1's lockdep with PROVE_RAW_LOCK_NESTING.
console_level() {
	if grep -qsx CONFIG_PROVE_RAW_LOCK_NESTING=y "$kernel/build/.config"; then
		echo 4
	else
		echo 5
	fi
}

# What all kernels are told.
basic_append() {
	echo "console=$console sysrq_always_enabled quiet loglevel=$(console_level) panic=-1 mitigations=off nokaslr audit=0" \
		"random.trust_cpu=on log_buf_len=4M"
}

# Tells whether /dev/kvm can boot this kernel: there are machines that have it
# and hang or crash. The answer holds until this machine is booted again.
kvm_works() {
	local verdict
	[ "$arch" = "$host_arch" ] && [ -w /dev/kvm ] || return 1
	verdict=$cache/kvm-$(cat /proc/sys/kernel/random/boot_id)-$release
	if [ ! -e "$verdict" ]; then
		rm -f "$cache"/kvm-*"-$release"
		rm -f "$work/ctl/started"
		set_options kvm
		# In a shell of its own, which keeps quiet about its children's death.
		(
			timeout -s KILL $((20 * patience)) "$qemu_program" "${qemu_options[@]}" \
				-append "$(basic_append) vm.probe" -serial none
			true
		) </dev/null >/dev/null 2>&1
		if [ -e "$work/ctl/started" ]; then
			echo yes >"$verdict"
		else
			echo no >"$verdict"
		fi
		rm -f "$work/ctl/started"
	fi
	grep -q yes "$verdict"
}

# Sets accel, cpus, qemu_options, command_line. The files of the disks are there.
machine_prepare() {
	local i throttle
	use_arch
	if [ -n "$icount" ]; then
		accel=tcg,thread=single
		cpus=1
	elif [ "$accel" = auto ]; then
		accel=tcg
		if kvm_works; then accel=kvm; fi
	fi
	[ "$accel" != tcg ] || accel=tcg,thread=multi
	set_options "$accel"
	qemu_options+=(-smp "$cpus"
		-chardev "file,id=output,path=$work/output" -device virtio-serial-pci
		-device "virtserialport,chardev=output,name=vm.output"
		-chardev "pipe,id=console,path=$work/console,mux=on" -serial chardev:console
		-fsdev "local,id=root,path=/,security_model=none,readonly=on,multidevs=remap"
		-device "virtio-9p-pci,fsdev=root,mount_tag=root"
		-fsdev "local,id=out,path=$out,security_model=none"
		-device "virtio-9p-pci,fsdev=out,mount_tag=out")
	[ -z "$icount" ] || qemu_options+=(-icount "$icount")
	for i in "${!disks[@]}"; do
		[ "${disks[i]}" != 0 ] || continue
		throttle=
		[ "${disks[i]%@*}" = "${disks[i]}" ] ||
			throttle=,throttling.bps-write=${disks[i]#*@}
		qemu_options+=(-drive "if=none,id=disk$i,file=$work/disk$i,format=raw,cache=unsafe$throttle"
			-device "virtio-blk-pci,drive=disk$i")
	done
	# What is written goes to a file without a name below TMPDIR.
	[ -z "$root_image" ] ||
		qemu_options+=(-drive "if=none,id=root,file=$root_image,format=raw,cache=unsafe,snapshot=on"
			-device "virtio-blk-pci,drive=root,serial=root")
	command_line=$(basic_append)
	case $append in
	*clocksource=* | *tsc=*) ;;
	*) command_line+=" $clock" ;;
	esac
	command_line+=" $machine_words${root_image:+ vm.root}${lower:+ vm.lower=$lower}$append"
}

# Starts it in the background, with pid; an orphan dies with this shell.
machine_start() {
	# QEMU writes to console.out, and reads keys from console.in.
	rm -f "$work/console.in"
	mkfifo "$work/console.in"
	: >"$out/console"
	ln -sf "$out/console" "$work/console.out"
	setpriv --pdeathsig KILL "$qemu_program" "${qemu_options[@]}" \
		-append "$command_line" </dev/null >"$work/machine.err" 2>&1 &
	pid=$!
}

# Has the guest say on the console where its tasks are, if it still can: a break on the
# serial line, which Ctrl-A b makes, and a letter are a SysRq.
machine_tasks() {
	local key
	for key in 9 l t; do
		printf '\001b%s' "$key"
		sleep "$patience"
	done 1<>"$work/console.in"
}
