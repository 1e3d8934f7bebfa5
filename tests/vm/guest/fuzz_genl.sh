# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # temp, pid are set by lib.sh
#
# The fuzzer beside a recording that must not care, then while the module goes and comes.
#
# CLBENCH_FUZZ_SECONDS: how long. CLBENCH_SEED: of what is random.

fuzz=$top_builddir/tests/genl/built
# One that tells kcov where it is, if the kernel can.
[ ! -e "$fuzz/kcov/clbench.ko" ] || module=$fuzz/kcov/clbench.ko

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
mountpoint -q /sys/kernel/debug || mount -t debugfs none /sys/kernel/debug
seconds=$((${CLBENCH_FUZZ_SECONDS:-60} / 2))
seed=${CLBENCH_SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
diag "seed $seed"
events=sched_migrate_task,clbench_load_types,clbench_mark,no_such

# run_fuzzer PART OPTION...: points; messages that were the last are in the folder of the test.
run_fuzzer() {
	fuzz_part=$1
	shift
	diag "$fuzz_part:"
	points "$fuzz/fuzz_genl" -s "$seed" -t $seconds -e "$events" -l "$VM_OUT/last-$fuzz_part" \
		-c "$temp/reached-$fuzz_part" -r "$top_srcdir/tests/genl/requests" "$@"
}

# Where the module's parts are from its .text on, which is the same each time.
note_sections() {
	for section in /sys/module/clbench/sections/.text*; do
		echo "${section##*/} $(cat "$section")"
	done >"$temp/sections"
}

load_once
note_sections
produce_once
note_memory
begin fuzzed --json="$temp/fuzzed.json" -e clbench_load_seq || bail_out "no recording"
order "run cpus=0-1 contexts=$(all_contexts) records=100000000 rate=100"
run_fuzzer beside
ok "what the fuzzer has left can be ended" python3 "$guest/hostile.py" leftovers fuzzed
order stop
wait_idle 60 "fuzzed: all is produced"
finish fuzzed "$pid"
ok "no session of the fuzzer is left" wait_until 60 no_session
memory_back 200 "the fuzzer" 1

rmmod clbench_load
run_fuzzer unload -m "$module"
ok "and what it has left then" python3 "$guest/hostile.py" leftovers
ok "no session is left after it" wait_until 60 no_session
ok "and the module goes" rmmod clbench
cp "$module" "$temp/clbench.ko"
