#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Inside the virtual machine: prepares the disks, records the workload into TRACE;
# the recorder is killed in the middle of it, and another one goes on.
# usage: guest.sh TRACE SEED NAME SIZE
#
# Leaves in $VM_OUT what the host cannot know: devices (MAJ:MIN NAME), names
# (device, inode, path of each file), extents (filefrag's), and record's summary.

set -e
trace=$1
shift
name=$2
ctl=$top_builddir/clbench-ctl

# new_disk DEVICE FOLDER
new_disk() {
	mkfs.ext4 -q -b 4096 -E lazy_itable_init=0 "$1"
	mkdir -p "$2"
	mount "$1" "$2"
}

new_disk /dev/vda /mnt/tree
new_disk /dev/vdb /mnt/data
tar -C /mnt/tree -xf "$VM_OUT/tree.tar"
echo "vda: $(find /mnt/tree -type f | wc -l) files of a source tree, $(du -sh /mnt/tree | cut -f 1)"
dd if=/dev/urandom of=/mnt/data/file bs=1M count=16 status=none
echo "vdb: a file of 16 MiB"
(cd /sys/block && for disk in vd?; do echo "$(<"$disk/dev") $disk"; done) >"$VM_OUT/devices"

# Nothing of the disks stays in a cache, but the programs: those come from the host.
umount /mnt/tree /mnt/data
git --version >/dev/null
python3 -ISE -c 'import mmap, os, random'
mount /dev/vda /mnt/tree
mount /dev/vdb /mnt/data
echo "both mounted again: nothing of them is cached"

modprobe libcrc32c
insmod "$top_builddir/src/kernel/clbench.ko"
echo "clbench is loaded"

# wait_for WORDS: until the recorder has said them.
wait_for() {
	until grep -q "$1" "$VM_OUT/summary"; do
		kill -0 "$recorder" || break
		sleep 0.1
	done
}

"$ctl" record -e pagecache,block,sched -s demo -o "$trace" 2>"$VM_OUT/summary" &
recorder=$!
wait_for ' recording '
"$top_srcdir/tests/demo/workload.sh" "$@" &
workload=$!
# In the middle of it, the recorder dies; the session lives, and another goes on.
until [ "$(stat -c %s "$trace/stream")" -gt 300000 ]; do
	sleep 0.1
done
kill -KILL $recorder
wait $recorder 2>/dev/null || echo "the recorder was killed:"
"$ctl" status
"$ctl" attach demo --strict "--json=$VM_OUT/summary.json" -o "$trace" 2>"$VM_OUT/summary" &
recorder=$!
wait_for ' going on '
cat "$VM_OUT/summary"
status=0
wait $workload || status=$?
kill -INT $recorder
wait $recorder || status=$?
# The host shows it.
[ $status = 0 ] || cat "$VM_OUT/summary"

filefrag -v -b512 "/mnt/tree/$name" >"$VM_OUT/extents.written"
filefrag -v -b512 /mnt/data/file >"$VM_OUT/extents.read"
find /mnt/tree /mnt/data -xdev -type f -printf '%D %i %p\n' >"$VM_OUT/names"
rmmod clbench
echo "clbench is unloaded, $(cut -d . -f 1 /proc/uptime) s after power-on"
exit $status
