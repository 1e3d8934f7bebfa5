# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# From a fresh Debian to a build: what ./check and ./demo share; sourced by them.

say() {
	echo "== $*"
}

die() {
	echo "${0##*/}: $*" >&2
	exit 1
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Not a comment, not an empty line.
lines_of() {
	grep -v -e '^#' -e '^$' "$1"
}

installed() {
	dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null | grep -q 'ok installed'
}

# install_packages LIST...: what stands in these files.
install_packages() {
	local list package missing=()
	for package in $(for list; do lines_of "$list"; done); do
		installed "$package" || missing+=("$package")
	done
	# The kernel is found by apt, too.
	if ! apt-cache show linux-image-amd64 >/dev/null 2>&1; then
		as_root apt-get -qq update || die "apt-get update failed"
	fi
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing ${missing[*]}"
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -y -qq --no-install-recommends "${missing[@]}" ||
		die "cannot install what is missing"
}

# stage NAME COMMAND...: says how long it took, and whether it failed.
stage() {
	local name=$1 start=$SECONDS
	shift
	say "$name"
	"$@" && say "$name: $((SECONDS - start)) s" && return
	say "$name FAILED after $((SECONDS - start)) s"
	return 1
}

# Says what COMMAND said only when it failed.
quietly() {
	local log
	log=$("$@" 2>&1) && return
	echo "$log"
	return 1
}

# Those of tests/kernels.
kernel_names() {
	lines_of tests/kernels | sed 's/ *|.*//'
}

# kernel_field NAME NUMBER: of the line of tests/kernels.
kernel_field() {
	lines_of tests/kernels | awk -F ' *[|] *' -v name="$1" -v field="$2" '$1 == name { print $field }'
}

# find_kernel NAME: of tests/kernels; sets kernel to its folder, with its headers,
# kernel_target to what make shall test with it, and kernel_variables to what that
# wants to be told.
find_kernel() {
	local how
	read -ra how < <(kernel_field "$1" 3)
	[ ${#how[@]} -gt 0 ] || die "tests/kernels has no $1"
	# shellcheck disable=SC2034 # for who calls
	kernel_target=$(kernel_field "$1" 4)
	# shellcheck disable=SC2034 # for who calls
	read -ra kernel_variables < <(kernel_field "$1" 5)
	kernel=$("tests/vm/${how[0]}" "${how[@]:1}") || die "no kernel $1"
}

# build_all [OPTION of configure...]: builds in $build, which becomes an absolute path.
build_all() {
	local source=$PWD
	stage autoreconf quietly autoreconf -Wall -Werror -fi || return
	mkdir -p "$build" || return
	build=$(cd "$build" && pwd)
	stage configure env -C "$build" "$source/configure" --quiet \
		"--with-kernel=$kernel/build" "$@" || return
	stage make make -s -C "$build" -j"$(nproc)"
}
