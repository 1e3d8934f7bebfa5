# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Packages of Debian that are downloaded and not installed, of any suite; sourced by fetch-*.

# Who sources this defines die, and cache, the cache folder's absolute path.
# CLBENCH_MIRROR replaces http://deb.debian.org/debian.

# Options of apt for what suite_use has chosen; without it, this machine's own.
apt_options=

# Has the private apt state read its lists less than a day ago?
suite_is_fresh() {
	[ -n "$(find "$suite_state/updated" -mtime -1 2>/dev/null)" ]
}

# suite_use SUITE [ARCHITECTURE]: lets apt read SUITE, and nothing else, in a
# state folder of our own. An empty SUITE means what this machine's apt is
# configured for.
suite_use() {
	apt_options=
	[ -n "$1" ] || return 0
	suite_state=$cache/apt/$1${2:+-$2}
	mkdir -p "$suite_state/lists/partial" "$suite_state/archives/partial" || die "no $suite_state"
	echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
		"${CLBENCH_MIRROR:-http://deb.debian.org/debian} $1 main" >"$suite_state/sources.list"
	apt_options="-o Dir::State::Lists=$suite_state/lists -o Dir::State::status=/dev/null
		-o Dir::Cache=$suite_state -o Dir::Etc::SourceParts=/dev/null
		-o Dir::Etc::PreferencesParts=/dev/null
		-o Dir::Etc::SourceList=$suite_state/sources.list -o APT::Default-Release=
		${2:+-o APT::Architecture=$2 -o APT::Architectures=$2}"
	suite_is_fresh && return
	# Mirrors that are kept as they were on a day let sid's Release run out.
	# shellcheck disable=SC2086 # a list
	apt-get $apt_options -o APT::Sandbox::User=root -o Acquire::Check-Valid-Until=false \
		-qq update >&2 || die "apt cannot read the suite $1"
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
