# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# A trace tells what happened: known reads of a known file, and nothing else.

# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"
load_once
mount_scratch

python3 "$guest/truth.py" make "$scratch/known" || bail_out "no known file"
sync
echo 3 >/proc/sys/vm/drop_caches
ok "known reads are recorded" "$ctl" record -q -s truth -e pagecache_miss,block_bio_queue \
	-o "$temp/truth" -- python3 "$guest/truth.py" read "$ctl" truth "$scratch/known" "$temp/plan"
points python3 "$guest/truth.py" judge "$temp/truth" "$temp/plan"
