# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Packages of Debian, of any suite and architecture, fetched and not installed; sourced by fetch-*.

# Who sources this defines die, and cache, the cache folder's absolute path.
# CLBENCH_MIRROR replaces http://deb.debian.org/debian for suites that are named.

# Options of apt for what suite_use has chosen; without it, this machine's own.
apt_options=

# For whom this machine's packages are.
host_arch=$(dpkg --print-architecture)

# The sources of this machine that are Debian's own, as apt writes them.
suite_sources() {
	# shellcheck disable=SC2016 # apt's variables
	apt-get indextargets --format 'deb $(SITE) $(RELEASE) $(COMPONENT)' \
		'Created-By: Packages' 'Origin: Debian' 'Component: main' | sort -u
}

# Has the private apt state read its lists less than a day ago?
suite_is_fresh() {
	[ -n "$(find "$suite_state/updated" -mtime -1 2>/dev/null)" ]
}

# suite_use SUITE [ARCHITECTURE]: lets apt read SUITE, and nothing else, in a
# state folder of our own. An empty SUITE means what this machine's apt reads of
# Debian; nothing is done for that unless the architecture is another one.
suite_use() {
	apt_options=
	suite_arch=${2:-$host_arch}
	[ -n "$1" ] || [ "$suite_arch" != "$host_arch" ] || return 0
	suite_state=$cache/apt/$1
	[ "$suite_arch" = "$host_arch" ] || suite_state=$cache/apt/${1:-default}-$suite_arch
	mkdir -p "$suite_state/lists/partial" "$suite_state/archives/partial" || die "no $suite_state"
	if [ -n "$1" ]; then
		echo "deb ${CLBENCH_MIRROR:-http://deb.debian.org/debian} $1 main"
	else
		suite_sources
	fi | sed 's,^deb ,&[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ,' \
		>"$suite_state/sources.list"
	[ -s "$suite_state/sources.list" ] ||
		die "apt knows no sources of Debian; does it need 'apt-get update'?"
	apt_options="-o Dir::State=$suite_state -o Dir::State::Lists=$suite_state/lists
		-o Dir::State::status=/dev/null -o Dir::Cache=$suite_state
		-o Dir::Etc::SourceParts=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
		-o Dir::Etc::SourceList=$suite_state/sources.list -o APT::Default-Release="
	[ "$suite_arch" = "$host_arch" ] ||
		apt_options="$apt_options -o APT::Architecture=$suite_arch
			-o APT::Architectures::=$suite_arch -o APT::Architectures::=$host_arch"
	suite_is_fresh && return
	# Mirrors that are kept as they were on a day let sid's Release run out.
	# shellcheck disable=SC2086 # a list
	apt-get $apt_options -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false \
		-qq update >&2 || die "apt cannot read ${1:-Debian} for $suite_arch"
	touch "$suite_state/updated"
}

# The version of PACKAGE that apt would install.
suite_version() {
	# shellcheck disable=SC2086
	apt-cache $apt_options policy "$1" | sed -n 's/^  Candidate: //p'
}

# suite_download PACKAGE[=VERSION]...: as files into the current folder.
suite_download() {
	# shellcheck disable=SC2086
	apt-get $apt_options -o APT::Sandbox::User=root -qq download "$@" >&2 ||
		die "cannot download $*"
}

# suite_source FOLDER PACKAGE VERSION MEMBER...: of the tree that PACKAGE, a
# linux-source-*, has packed; a member may have wildcards.
suite_source() {
	suite_folder=$1
	suite_package=$2
	(cd "$1" && suite_download "$2=$3") || exit 1
	shift 3
	for suite_name; do
		shift
		set -- "$@" "$suite_package/$suite_name"
	done
	dpkg --fsys-tarfile "$suite_folder/$suite_package"_*.deb |
		tar -xO "./usr/src/$suite_package.tar.xz" |
		tar -xJ -C "$suite_folder" --strip-components=1 --wildcards "$@" ||
		die "cannot unpack $suite_package"
	rm -f "$suite_folder/$suite_package"_*.deb
}

# suite_download_all FOLDER PACKAGE...: these and all that they depend on; the
# private state knows of no package that is installed.
suite_download_all() {
	suite_folder=$1
	shift
	mkdir -p "$suite_folder/partial"
	# shellcheck disable=SC2086
	apt-get $apt_options -o APT::Sandbox::User=root -o "Dir::Cache::archives=$suite_folder" \
		-qq --yes --download-only --no-install-recommends install "$@" >&2 ||
		die "cannot download $*"
}

# suite_unpack FOLDER ROOT: all packages in FOLDER, which goes, without what is
# for people. Since trixie they have nothing outside of usr; before, it means the
# same.
suite_unpack() {
	mkdir -p "$2/usr"
	for suite_name in bin sbin lib lib64; do
		mkdir "$2/usr/$suite_name"
		ln -s "usr/$suite_name" "$2/$suite_name"
	done
	for suite_deb in "$1"/*.deb; do
		dpkg-deb --fsys-tarfile "$suite_deb" |
			tar -x -C "$2" --keep-directory-symlink --no-same-owner \
				--exclude './usr/share/doc/*' --exclude './usr/share/man/*' \
				--exclude './usr/share/locale/*' ||
			die "cannot unpack $suite_deb"
	done
	rm -rf "$1"
}
