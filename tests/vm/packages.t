#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The Debian packages install, upgrade, go and are purged as promised, on a clean Debian.

# shellcheck source=tests/vm/vm.sh
. "$top_srcdir/tests/vm/vm.sh"
vm_needs --root any
for tool in dpkg-buildpackage dh mmdebstrap; do
	command -v $tool >/dev/null || skip_all "no $tool"
done
out=tests/vm/packages.out
vm_out=$top_builddir/$out
rm -rf "$vm_out"
mkdir -p "$vm_out" || bail_out "no $vm_out"

# build NAME [VERSION]: the packages, in $vm_out/NAME.
build() {
	env -u MAKEFLAGS -u MAKELEVEL DEB_BUILD_OPTIONS=noautodbgsym make -s -C "$top_builddir" deb \
		deb_folder="$out/$1" DEB_VERSION="$2" >"$vm_out/$1.log" 2>&1 &&
		rm -rf "$vm_out/$1/clbench" && return
	tail -n 50 "$vm_out/$1.log" | sed 's/^/# /'
	bail_out "the packages do not build"
}

# compile NAME: its module, in $vm_out/NAME/module, of the source and by the command
# that DKMS would take: in the machine that lasts six minutes without KVM.
compile() {
	compile_tree=$vm_out/$1/dkms
	# shellcheck disable=SC2016 # what the other shell expands
	dpkg-deb -x "$vm_out/$1"/clbench-dkms_*.deb "$vm_out/$1/unpacked" &&
		compile_source=$(echo "$vm_out/$1"/unpacked/usr/src/clbench-*) &&
		compile_version=${compile_source##*/clbench-} &&
		mkdir -p "$compile_tree/clbench/$compile_version" "$vm_out/module" &&
		cp -R "$compile_source" "$compile_tree/clbench/$compile_version/build" &&
		env -u MAKEFLAGS -u MAKELEVEL dkms_tree="$compile_tree" \
			kernel_source_dir="$CLBENCH_KERNEL_DIR" bash -c \
			'. "$1/dkms.conf"; eval "${MAKE[0]} $2"' compile "$compile_source" \
			"-j$(nproc) CC=$CLBENCH_KERNEL_CC $CLBENCH_KERNEL_MAKEFLAGS" >"$vm_out/$1.module.log" 2>&1 &&
		mkdir -p "$vm_out/module/$compile_version" &&
		cp "$compile_tree/clbench/$compile_version/build/clbench.ko" \
			"$compile_tree/clbench/$compile_version/build/Module.symvers" \
			"$vm_out/module/$compile_version" && return
	tail -n 50 "$vm_out/$1.module.log" | sed 's/^/# /'
	bail_out "the module's package does not build"
}

root=$("$top_srcdir/tests/vm/fetch-root" "$vm_folder" 2>"$vm_out/root.log") ||
	bail_out "no root: $(tail -n 1 "$vm_out/root.log")"
build old
build new 9.0
compile old
compile new
exec "$top_srcdir/tests/vm/run" --kernel "$vm_folder" --out "$vm_out" --root "$root" \
	--disk 0 --timeout 600 -- "$top_srcdir/tests/vm/guest.sh" packages
