#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Tells what of src/user the fuzz targets reach: with their seeds and the corpora of
# tests/fuzz, or those in FOLDER, one subfolder for each target.
#
# usage: tests/fuzz/coverage.sh [FOLDER]

set -e
here=$(cd "$(dirname "$0")" && pwd)
corpora=$(cd "${1:-$here/corpus}" && pwd)
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
profdata=$(command -v llvm-profdata || command -v llvm-profdata-14)
cov=$(command -v llvm-cov || command -v llvm-cov-14)

"$here/build" coverage "$temp"
PYTHONDONTWRITEBYTECODE=1 "$here/seeds.py" "$temp/seeds"
cd "$here/../.."
for corpus in "$corpora"/*/; do
	target=$(basename "$corpus")
	LLVM_PROFILE_FILE=$temp/$target.profraw "$temp/$target" "$corpus"* \
		"$temp/seeds/$target"/* >/dev/null
	"$profdata" merge "$temp/$target.profraw" -o "$temp/$target.profdata"
	echo "== $target: lines reached, of those in files that it runs"
	"$cov" export -summary-only "$temp/$target" -instr-profile="$temp/$target.profdata" |
		python3 -c '
import json, sys
for file in json.load(sys.stdin)["data"][0]["files"]:
    lines, name = file["summary"]["lines"], file["filename"]
    if lines["covered"] and "/src/user/" in "/" + name:
        print("%5.1f %% %4d/%-4d %s" % (lines["percent"], lines["covered"], lines["count"],
                                        name.split("src/user/")[-1]))'
done
