#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the demo records: COMMAND of clbench-ctl record, inside the virtual machine.
# usage: workload.sh SEED NAME SIZE

seed=$1
name=$2
size=$3

# What record itself says has standard error alone.
exec 2>&1
set -e -o pipefail

mark() {
	"$top_builddir/clbench-ctl" mark "$*"
}

mark "git grep"
lines=$(cd /mnt/tree && git grep --no-index spin_lock_irqsave | wc -l)
echo "git grep: $lines lines with spin_lock_irqsave"

mark "write $name"
dd if=/dev/urandom of="/mnt/tree/$name" bs=64k count="$size" iflag=count_bytes,fullblock \
	conv=fsync status=none
mark "$name is on the disk"
echo "write: $(stat -c '%n, %s bytes, inode %i' "/mnt/tree/$name")"

mark "read, seed $seed"
python3 -ISE "$top_srcdir/tests/demo/reads.py" /mnt/data/file "$seed"
mark "done"
echo "read: /mnt/data/file at random, directly on CPU 0, then through the cache on CPU 1"
