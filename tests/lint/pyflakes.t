#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# pyflakes has nothing to say about any Python file, pycodestyle nothing about its lines.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs pyflakes3
needs pycodestyle
make_temp

# Known by their name, or by their first line.
scripts() {
	for folder in src tests; do
		find "$top_srcdir/$folder" -type f -name '*.py'
		find "$top_srcdir/$folder" -type f ! -name '*.*' -exec \
			grep -lE -m 1 '^#!.*python3?$' {} +
	done | sort
}

# Not: that what follows sys.path is imported late (E402), for which there is no
# other place; nor tabs in a text that is C or JSON (E101, W191); nor what a program
# is to print, longer than a line (E501); nor, as it is by default, how far lines
# that go on are indented and where operators stand.
check() {
	pyflakes3 "$1"
	pycodestyle --ignore=E101,E121,E123,E126,E226,E402,E501,W191,W503,W504 "$1"
}

# Without a word is enough; the status of the last of two says little.
silent() {
	check "$1" || true
}

printf 'import os\nx = 1  \n' >"$temp/defect.py"
bites check "$temp/defect.py" "imported but unused"
bites check "$temp/defect.py" W291
# shellcheck disable=SC2046 # names without blanks
each_clean silent $(scripts)
