# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# The module can be loaded and unloaded twice, and leaves nothing behind.
# (Complaints in the kernel's log are found by run.)

ok "the module is built" test -f "$module" || bail_out "no $module"
for round in first second; do
	ok "the module loads ($round time)" load
	ok "the kernel lists it ($round time)" grep -q '^clbench ' /proc/modules
	ok "the module unloads ($round time)" rmmod clbench
	is "$(grep -c '^clbench ' /proc/modules)" 0 "the kernel lists it no more ($round time)"
done
