# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What is asked of window.pml; sourced by model.t.

one=(-DNR_DROP=1 -DNR_DEATH=1)
two=(-DNR_DROP=2 -DNR_DEATH=2)
viewer=("${one[@]}" -DVIEWER)
linger=("${one[@]}" -DLINGER)
wait='invalid end state'
not_stored='assertion violated .acked<=disk'

holds "window: two drops, two deaths" window.pml "${two[@]}"
holds "window: a viewer hears what no owner hears" window.pml "${two[@]}" -DVIEWER
holds "window: linger may end first" window.pml "${two[@]}" -DLINGER
holds "window: three batches under way" window.pml "${one[@]}" -DWINDOW=3 -DNR_BATCH=5
progresses "window: everything built is stored at last" window.pml "${one[@]}"
progresses "window: the same with a viewer" window.pml "${viewer[@]}"
if [ -n "$MODEL_FULL" ]; then
	holds "window: three batches under way, two drops, two deaths" window.pml \
		"${two[@]}" -DWINDOW=3 -DNR_BATCH=5
	progresses "window: everything built is stored at last, two drops, two deaths" \
		window.pml "${two[@]}"
fi

covers "window: reached: dropped" window.pml "${one[@]}" -DCOVER_DROPPED
covers "window: reached: sent again" window.pml "${one[@]}" -DCOVER_RESENT
covers "window: reached: deaf" window.pml "${one[@]}" -DCOVER_DEAF
covers "window: reached: death in the middle of a packet" window.pml "${one[@]}" -DCOVER_TORN
covers "window: reached: a stopped owner is taken over" window.pml "${one[@]}" -DCOVER_TAKEOVER
covers "window: reached: an old owner's ack comes late" window.pml "${one[@]}" -DCOVER_LATE_ACK
covers "window: reached: the old owner's death is told late" window.pml "${one[@]}" \
	-DCOVER_LATE_RELEASE
covers "window: reached: attach acknowledges" window.pml "${one[@]}" -DCOVER_ATTACH_ACKS
covers "window: reached: abandoned" window.pml "${linger[@]}" -DCOVER_ABANDONED

mutant "$not_stored" "window: fails if the owner acknowledges before it stores" window.pml \
	"${one[@]}" -DACK_BEFORE_STORE
mutant "$not_stored" "window: fails if -ESRCH counts as acknowledged" window.pml \
	"${one[@]}" -DESRCH_IS_ACKED
mutant "$not_stored" "window: fails if an ack lets go of what follows" window.pml \
	"${one[@]}" -DDROP_ALL_AT_ACK
mutant "$wait" "window: fails if attach does not start again after n" window.pml \
	"${one[@]}" -DATTACH_KEEPS_SENT
mutant "$wait" "window: fails if attach sends before the new owner has joined" window.pml \
	"${viewer[@]}" -DATTACH_KEEPS_JOINED
mutant "$wait" "window: fails if an old owner's ack counts" window.pml \
	"${viewer[@]}" -DSTALE_ACK
mutant "$wait" "window: fails if the owner asks again before it has read all" window.pml \
	"${one[@]}" -DRESEND_AT_ONCE
mutant "$wait" "window: fails if the owner waits without having asked again" window.pml \
	"${one[@]}" -DROUNDS_END_BLINDLY
circle "window: fails if nobody tells of the owner's death" window.pml "${one[@]}" -DNO_NOTIFIER
mutant 'assertion violated gone' "window: fails if any socket's death makes an orphan" window.pml \
	"${one[@]}" -DRELEASE_ANY
mutant 'assertion violated .(owner==0|built==)' "window: fails if linger ends without the lock" window.pml \
	"${linger[@]}" -DLINGER_UNLOCKED

# No rules, since attach starts from acked and waits for the new owner's first ack.
holds "window: a send to nobody may count as sent" window.pml "${one[@]}" -DESRCH_IS_SENT
holds "window: an orphan may go on sending to viewers" window.pml "${viewer[@]}" \
	-DRELEASE_KEEPS_JOINED
