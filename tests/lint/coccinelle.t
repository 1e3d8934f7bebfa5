#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# None of the kernel's semantic patches finds anything in the kernel module.

# shellcheck source=tests/lint/lint.sh
. "$top_srcdir/tests/lint/lint.sh"
needs_kernel
needs spatch
kernel_script coccinelle
make_temp

# Those that report. Two have a part in OCaml, whose compiler is not worth it:
# of api/check_bq27xxx_data there is nothing here, null/badzero is sparse's.
patches() {
	find "$script/" -name '*.cocci' | sort | while read -r patch; do
		grep -q '^virtual[[:space:]]*report' "$patch" || continue
		grep -q '^@.*script:ocaml' "$patch" || echo "$patch"
	done
}

# All at once, for there is no time for a run of its own: the module, and a file
# with known defects, whose remarks are told from the others by its name.
tree=$temp/kernel
mkdir "$tree" "$temp/cwd"
(cd "$top_srcdir/src/kernel" && find . -name '*.[ch]' ! -name '*.mod.c' | cpio -pdm --quiet "$tree")
cat >"$tree/defect.c" <<'EOF'
#include <linux/slab.h>

static int defect(int *number)
{
	if (number)
		kfree(number);
	return *number;;
}
EOF

# As scripts/coccicheck does it; a patch names what it needs itself.
cat >"$temp/look" <<EOF
spatch -D report --no-show-diff --very-quiet --cocci-file "\$1" \
	\$(sed -n 's,^// Options:,,p' "\$1") -I "$tree/include" -I "$tree/uapi" --dir "$tree"
EOF

# What spatch thinks of the patch itself is not about us.
remarks() {
	said "$1" | grep -vE '/defect\.c:|^warning: line [0-9]+: should [a-z_]+ be a metavariable\?$'
}

# seen PATCH: it has said something about the defects.
seen() {
	said "$script/$1" | grep -q '/defect\.c:'
}

# Where spatch may leave files of its own.
cd "$temp/cwd" || exit 1
patches | in_parallel sh "$temp/look"
ok "a needless check is seen" seen free/ifnullfree.cocci
ok "a use after free is seen" seen free/kfree.cocci
ok "there are no less than 60 patches" test "$(patches | wc -l)" -ge 60
for patch in $(patches); do
	is "$(remarks "$patch")" "" "${patch#"$script/"}"
done
done_testing
