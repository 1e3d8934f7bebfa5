# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh disable=SC2154 # pid, guest are set by lib.sh
#
# Messages that nobody should send, beside a recording that must not care.
#
# CLBENCH_HOSTILE: how many random ones.

# shellcheck source=tests/vm/guest/producer.sh
. "$top_srcdir/tests/vm/guest/producer.sh"
produce_once
note_memory

messages=${CLBENCH_HOSTILE:-3000}
seed=${CLBENCH_SEED:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
diag "seed $seed"

begin hostile --json="$temp/hostile.json" -e clbench_load_seq || bail_out "no recording"
order "run cpus=0-1 contexts=$(all_contexts) records=100000000 rate=100"

# Where a plain user reaches it.
world=/run/world
mkdir -m 755 "$world"
cp "$guest"/*.py "$top_srcdir/src/kernel/uapi/linux/clbench.h" "$world"
chmod a+r "$world"/*
points setpriv --reuid 65534 --regid 65534 --clear-groups -- \
	env CLIENT_HEADER="$world/clbench.h" python3 "$world/hostile.py" fuzz "$seed" $((messages / 4)) \
	"a plain user"
points python3 "$guest/hostile.py" fuzz "$seed" "$messages" root
# More of it, and longer, is in tests/full/fuzz_genl.t.
points "$top_builddir/tests/genl/built/fuzz_genl" -s "$seed" -t 5 \
	-e sched_migrate_task,clbench_load_types,clbench_mark,no_such \
	-r "$top_srcdir/tests/genl/requests"
ok "what the fuzzer has left can be ended" python3 "$guest/hostile.py" leftovers hostile
points python3 "$guest/hostile.py" claims
points python3 "$guest/hostile.py" loop
points python3 "$guest/hostile.py" child

order stop
wait_idle 60 "hostile: all is produced"
finish hostile "$pid"
memory_back 200 "hostile messages" 1
