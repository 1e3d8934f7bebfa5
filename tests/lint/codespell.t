#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# codespell finds no misspelt word, in code, comments, manual pages or documents.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs codespell
make_temp

# Words that are none of English, in small letters:
#   blok      a name of an event that is not there: one letter off
#   filp      the kernel's name of an open file
#   inflight  a field of the kernel's
#   nd        mdoc's macro of a page's one line
#   optin     clang's name of checkers that are not on by themselves
#   struc     "struct", as diff cuts it off in a patch
#   te        of a label that is hard to quote
#   trun      a tab, and "run"
ignored=blok,filp,inflight,nd,optin,struc,te,trun

files() {
	for name in HACKING.md Makefile.am README.md check completion configure.ac debian demo doc \
		etc m4/clb_*.m4 man src systemd tests; do
		[ ! -e "$top_srcdir/$name" ] || find "$top_srcdir/$name" -type f
	done | grep -vE '\.out/|/fuzz/corpus/|\.(cmd|ko|log|mod|mod\.c|o|pyc|trs)$' | sort
}

check() {
	codespell --ignore-words-list "$ignored" "$1"
}

# In two pieces: this file is looked at, too.
printf 'This occur%s.\n' ed >"$temp/defect"
bites check "$temp/defect" " ==> occurred"
is "$(files | xargs codespell --ignore-words-list "$ignored" 2>&1)" "" "no word is misspelt"
done_testing
