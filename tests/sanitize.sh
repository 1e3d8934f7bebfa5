# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# Programs of C that the tests compile themselves, with sanitizers; to be sourced.

# find_sanitizer LIST: sets compiler to one that has the sanitizers of LIST, and whose
# programs run here; and sanitizer to the options for them. False if there is none.
find_sanitizer() {
	sanitizer='-O1 -g'
	[ -z "$1" ] || sanitizer="$sanitizer -fno-omit-frame-pointer -fsanitize=$1
		-fno-sanitize-recover=all"
	sanitizer_probe=$(mktemp -d) || return
	echo 'int main(void) { return 0; }' >"$sanitizer_probe/probe.c"
	for compiler in ${CC:+"${CC%% *}"} gcc clang ''; do
		# The thread sanitizer does not know all places of a randomised process.
		# shellcheck disable=SC2086
		[ -n "$compiler" ] && "$compiler" $sanitizer "$sanitizer_probe/probe.c" \
			-o "$sanitizer_probe/probe" 2>/dev/null &&
			{ setarch -R "$sanitizer_probe/probe" || "$sanitizer_probe/probe"; } \
				2>/dev/null && break
	done
	rm -rf "$sanitizer_probe"
	[ -n "$compiler" ]
}

# relay_points FILE [PREFIX]: the points of a program that says TAP become ours.
relay_points() {
	while IFS= read -r relay_line; do
		case $relay_line in
		'ok '*) pass "$2${relay_line#* - }" ;;
		'not ok '*) fail "$2${relay_line#* - }" ;;
		1..*) ;;
		*) diag "${relay_line#\# }" ;;
		esac
	done <"$1"
}
