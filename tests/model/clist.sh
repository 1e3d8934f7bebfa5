# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What is asked of clist.pml; sourced by model.t.

grow=(-DNR_NODE=4 -DNR_PUSH=7 -DORDER)
wide=(-DNR_NODE=5 -DNR_PUSH=7 -DSPARES=2)
sizes=(-DNR_NODE=4 -DNR_PUSH=4 -DSIZES)
end=(-DNR_NODE=4 -DNR_PUSH=6 -DEND)
cut=(-DNR_NODE=3 -DNR_PUSH=4 -DORDER -DCUT)
nested=(-DNR_NODE=3 -DNR_PUSH=3 -DNESTED=1)
read_wrong='assertion violated .*(late_want|expect==stamped)'

holds "clist: growth and shrink, several objects at a time" clist.pml "${grow[@]}"
holds "clist: five nodes, two spares" clist.pml "${wide[@]}"
holds "clist: objects of two sizes" clist.pml "${sizes[@]}"
holds "clist: the end comes at any time" clist.pml "${end[@]}"
holds "clist: a cut by IPI and busy" clist.pml "${cut[@]}"
holds "clist: an interrupt writes to the same list" clist.pml "${nested[@]}" -DNR_PUSH=4
holds "clist: the same, and a cut" clist.pml "${nested[@]}" -DCUT
if [ -n "$MODEL_FULL" ]; then
	holds "clist: five nodes, shrunk twice, eight objects" clist.pml \
		-DNR_NODE=5 -DNR_PUSH=8 -DSPARES=2 -DSHRINK=2
	holds "clist: five nodes, shrunk twice, nine objects" clist.pml \
		-DNR_NODE=5 -DNR_PUSH=9 -DSPARES=2 -DSHRINK=2
	holds "clist: five objects of two sizes" clist.pml -DNR_NODE=4 -DNR_PUSH=5 -DSIZES
	holds "clist: two interrupts, growth" clist.pml -DNR_NODE=3 -DNR_PUSH=4 -DNESTED=2
	holds "clist: a cut, four nodes" clist.pml -DNR_NODE=4 -DNR_PUSH=6 -DCUT
fi

covers "clist: reached: growth" clist.pml "${grow[@]}" -DCOVER_GROWTH
covers "clist: reached: growth decided by an old r" clist.pml "${grow[@]}" -DCOVER_STALE
covers "clist: reached: a node is used again" clist.pml "${grow[@]}" -DCOVER_REUSE
covers "clist: reached: shrink" clist.pml "${grow[@]}" -DCOVER_SHRINK
covers "clist: reached: cold" clist.pml "${grow[@]}" -DCOVER_COLD
covers "clist: reached: cold, and written again" clist.pml "${grow[@]}" -DCOVER_THAW
covers "clist: reached: a loss told by a node" clist.pml "${grow[@]}" -DCOVER_LOSS
covers "clist: reached: a loss told while cold" clist.pml "${grow[@]}" -DCOVER_LOSS_NOW
covers "clist: reached: an end after losses" clist.pml "${grow[@]}" -DCOVER_LOSS_REST
covers "clist: reached: the second look finds an object" clist.pml "${grow[@]}" \
	-DCOVER_SECOND_LOOK
covers "clist: reached: refused after the end" clist.pml "${end[@]}" -DCOVER_REFUSED
covers "clist: reached: an interrupt finds the list busy" clist.pml "${nested[@]}" -DCOVER_NESTED
covers "clist: reached: a cut finds the list busy" clist.pml "${cut[@]}" -DCOVER_BUSY

mutant "$read_wrong" "clist: fails without the second look at end" clist.pml \
	"${grow[@]}" -DNO_SECOND_LOOK
mutant "$read_wrong" "clist: fails without the release of end" clist.pml \
	"${grow[@]}" -DNO_RELEASE_END
mutant "$read_wrong" "clist: fails without the release of w" clist.pml \
	"${grow[@]}" -DNO_RELEASE_W
mutant "$read_wrong" "clist: fails without the release of r" clist.pml \
	"${grow[@]}" -DNO_RELEASE_R
mutant "$read_wrong" "clist: fails without the release of lost" clist.pml \
	"${grow[@]}" -DNO_RELEASE_LOST
mutant 'assertion violated .expect>=cut' "clist: fails without the release of busy" clist.pml \
	"${cut[@]}" -DNO_RELEASE_BUSY
mutant 'assertion violated .expect>=cut' "clist: fails without the cut's IPI" clist.pml \
	"${cut[@]}" -DNO_IPI
mutant "$read_wrong" "clist: fails if the writer shrinks onto r" clist.pml \
	"${grow[@]}" -DNO_UNLINK_CHECK
mutant "$read_wrong" "clist: fails if a smaller object passes what was refused" clist.pml \
	"${sizes[@]}" -DNO_COLD
mutant "$read_wrong" "clist: fails if a loss is told before what was written earlier" clist.pml \
	"${grow[@]}" -DNO_LOSS_NOW_CHECK
mutant "$read_wrong" "clist: fails if an interrupt does not leave a busy list" clist.pml \
	"${nested[@]}" -DNO_BUSY
mutant "$read_wrong" "clist: fails without the grace period after the end" clist.pml \
	"${end[@]}" -DNO_GRACE
mutant 'assertion violated' "clist: fails if the refiller pops spares, too" clist.pml \
	"${grow[@]}" -DSPARES=2 -DREFILLER_POPS
