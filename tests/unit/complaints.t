#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# Of a kernel's log, complaints are told from what only looks like one.

# shellcheck source=tests/tap.sh
. "$top_srcdir/tests/tap.sh"

temp=$(mktemp -d) || bail_out "no temporary folder"
trap 'rm -rf "$temp"' EXIT

# told: sets told to what of the log on standard input is a complaint, err to what is
# said beside it.
told() {
	cat >"$temp/log"
	told=$("$top_srcdir/tests/vm/complaints" "$temp/log" 2>"$temp/err")
	err=$(cat "$temp/err")
}

told <<-'EOF'
	[    0.1] Linux version 6.1
	[    0.2] clbench: session a ended
EOF
is "$told/$err" / "an ordinary log has none"

# One of each of those that look.
for line in 'BUG: KASAN: slab-use-after-free in f' \
	'BUG kmalloc-64 (Not tainted): Poison overwritten' \
	'WARNING: CPU: 0 PID: 1 at kernel/f.c:1' \
	'WARNING: possible circular locking dependency detected' \
	'WARNING: suspicious RCU usage' \
	'BUG: sleeping function called from invalid context at f.c:1' \
	'INFO: trying to register non-static key.' \
	'UBSAN: array-index-out-of-bounds in f.c:1' \
	'rcu: INFO: rcu_sched self-detected stall on CPU' \
	'INFO: task f:1 blocked for more than 120 seconds.' \
	'ODEBUG: free active (active state 0) object' \
	'list_del corruption. prev->next should be f' \
	'DEBUG_LOCKS_WARN_ON(1)' \
	'Oops: 0000 [#1] SMP' \
	'Call Trace:' \
	'refcount_t: underflow; use-after-free.'; do
	told <<-EOF
		[    0.1][    T1] $line
		[    0.2][    T1] behind it
	EOF
	is "$told" "[    0.1][    T1] $line
[    0.2][    T1] behind it" "complaint: $line"
done

# race A B LINE: a report of KCSAN.
race() {
	cat <<-EOF
		[    1.0][   T12] ==================================================================
		[    1.0][   T12] BUG: KCSAN: data-race in $1 / $2
		[    1.0][   T12]
		[    1.0][   T12] write to 0xffff888003d0d0d8 of 8 bytes by task 12 on cpu 1:
		[    1.0][   T12]  $1
		$3
		[    1.0][   T12] Reported by Kernel Concurrency Sanitizer on:
		[    1.0][   T12] ==================================================================
	EOF
}

told <<-EOF
	$(race 'list_add+0x1/0x2' 'list_del+0x3/0x4')
	$(race 'tick+0x1/0x2' 'tock+0x3/0x4')
EOF
is "$told/$err" "/vm: 2 data races of the kernel itself" "races of others are counted, no more"
told <<-EOF
	$(race 'list_add+0x1/0x2' 'f+0x3/0x4' '[    1.0][   T12]  f+0x3/0x4 [clbench]')
EOF
is "$(echo "$told" | grep -c KCSAN)/$err" 1/ "one that a module of ours has part in is a complaint"
told <<-EOF
	$(race 'f+0x1/0x2 [clbench_load]' 'g+0x3/0x4' '')
EOF
is "$(echo "$told" | grep -c KCSAN)/$err" 1/ "so is one of a test's module"
told <<-EOF
	$(race 'call+0x1/0x2' 'f+0x3/0x4' '[    1.0][   T12]  f+0x3/0x4 [clbench_load]')
	$(race 'flush+0x1/0x2' 'call+0x3/0x4' '[    1.0][   T12]  entry+0x3/0x4
		[    1.0][   T12]  clbench_push+0x3/0x4 [clbench]')
EOF
is "$told/$err" "/vm: 2 data races of the kernel itself" \
	"what a test's module calls, or interrupts us, races without us"
told <<-EOF
	$(race 'list_add+0x1/0x2' 'list_del+0x3/0x4' '[    1.0][    C0] BUG: unable to handle')
EOF
is "$told" "[    1.0][    C0] BUG: unable to handle" \
	"what another CPU says in between is not taken for a part of it"

# fault LINE: the trace of an allocation that fails on demand.
fault() {
	cat <<-EOF
		[    2.0][    T7] FAULT_INJECTION: forcing a failure.
		[    2.0][    T7] name failslab, interval 1, probability 0, space 0, times 0
		[    2.0][    T7] CPU: 0 PID: 7 Comm: python3 Tainted: G           O       6.1.192
		[    2.0][    T7] Call Trace:
		[    2.0][    T7]  <TASK>
		$1
		[    2.0][    T7]  subscribe+0x3/0x4 [clbench]
		[    2.0][    T7]  </TASK>
	EOF
}

told <<-EOF
	$(fault '[    2.0][    T7]  dump_stack_lvl+0x45/0x5d')
EOF
is "$told" "" "the trace of an allocation that fails on demand is none"
told <<-EOF
	$(fault '')
	[    2.0][    T7] python3: vmalloc error: size 478880, vm_struct allocation failed, mode:0xcc0
	[    2.0][    T7] Call Trace:
	[    2.0][    T7]  </TASK>
EOF
is "$told" "" "nor is what the allocator says of it"
told <<-EOF
	[    2.0][    T7] python3: vmalloc error: size 478880, vm_struct allocation failed, mode:0xcc0
	[    2.0][    T7] Call Trace:
EOF
is "$told" "[    2.0][    T7] Call Trace:" "an allocation that fails unasked is"
told <<-EOF
	$(fault '[    2.0][   T10] WARNING: possible recursive locking detected')
	[    2.1][    T7] BUG: KASAN: null-ptr-deref in subscribe
EOF
is "$told" "[    2.0][   T10] WARNING: possible recursive locking detected
[    2.1][    T7] BUG: KASAN: null-ptr-deref in subscribe" \
	"what others say meanwhile, and what it says later, is"
done_testing
