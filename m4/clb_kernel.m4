# SPDX-License-Identifier: GPL-2.0
# Finds the kernel to build the module for: headers, release, architecture, compiler.

# CLB_KERNEL
# ----------
# Option --with-kernel=DIR|auto|no.  Outputs KERNEL_DIR, KERNEL_RELEASE,
# KERNEL_CC, KERNEL_MAKEFLAGS and the conditional BUILD_MODULE.  For the closing
# summary: clb_module (yes, no), clb_kernel_why (why no module is built) and
# clb_kernel_warn (yes if that is not what was asked for).
AC_DEFUN([CLB_KERNEL], [
AC_ARG_VAR([KERNEL_CC], [compiler for the kernel module])
AC_ARG_VAR([KERNEL_MAKEFLAGS], [more arguments for Kbuild's make])
AC_ARG_WITH([kernel],
	[AS_HELP_STRING([--with-kernel=DIR],
		[build the module against the kernel headers in DIR;
		 auto: those of the running kernel if they are there; no: build
		 user space alone @<:@auto@:>@])],
	[], [with_kernel=auto])

KERNEL_DIR=
clb_module=no
clb_kernel_warn=no
clb_kernel_why=
AS_CASE([$with_kernel],
	[no], [clb_kernel_why="configured without kernel"],
	[auto|yes], [_CLB_KERNEL_USE(["/lib/modules/`uname -r`/build"])
		AS_IF([test -n "$clb_kernel_why"], [clb_kernel_warn=yes])
		AS_IF([test "$with_kernel$clb_kernel_warn" = yesyes],
			[AC_MSG_ERROR([$clb_kernel_why])])],
	[_CLB_KERNEL_USE(["$with_kernel"])
		AS_IF([test -n "$clb_kernel_why"], [AC_MSG_ERROR([$clb_kernel_why])])])
AC_SUBST([KERNEL_DIR])
AC_SUBST([KERNEL_RELEASE])
AM_CONDITIONAL([BUILD_MODULE], [test "$clb_module" = yes])
])

# _CLB_KERNEL_USE(DIR)
# --------------------
# Tries DIR.  Sets all of the above, or clb_kernel_why.
AC_DEFUN([_CLB_KERNEL_USE], [
AC_MSG_CHECKING([for kernel headers])
clb_arg=$1
# Not resolved: the name may be a link that follows the kernel's package.
clb_dir=`cd "$clb_arg" 2>/dev/null && pwd`
AS_IF([test -n "$clb_dir" && test -f "$clb_dir/Makefile" &&
	{ test -f "$clb_dir/.config" || test -f "$clb_dir/include/config/auto.conf"; }],
	[KERNEL_DIR=$clb_dir
	AC_MSG_RESULT([$KERNEL_DIR])],
	[clb_kernel_why="no kernel headers in $clb_arg"
	AC_MSG_RESULT([no])])
AS_IF([test -n "$KERNEL_DIR"], [
	_CLB_KERNEL_RELEASE
	_CLB_KERNEL_ARCH
	_CLB_KERNEL_CC
	_CLB_KERNEL_OLDER_CC
	_CLB_KERNEL_BTF
	_CLB_KERNEL_BUILDS
])
AS_IF([test -n "$clb_kernel_why"], [KERNEL_DIR=], [clb_module=yes])
])

# _CLB_KERNEL_CONFIG(NAME)
# ------------------------
# A command that prints what CONFIG_NAME is set to.
m4_define([_CLB_KERNEL_CONFIG],
[$SED -n 's/^CONFIG_$1=//p' "$KERNEL_DIR/include/config/auto.conf" "$KERNEL_DIR/.config" 2>/dev/null | $SED 1q])

# utsrelease.h says what the kernel answers to uname; Debian has the upstream
# version in kernel.release.
AC_DEFUN([_CLB_KERNEL_RELEASE], [
AC_MSG_CHECKING([for the kernel's release])
KERNEL_RELEASE=`$SED -n 's/^#define UTS_RELEASE "\(.*\)"/\1/p' \
	"$KERNEL_DIR/include/generated/utsrelease.h" 2>/dev/null`
AS_IF([test -z "$KERNEL_RELEASE"],
	[KERNEL_RELEASE=`cat "$KERNEL_DIR/include/config/kernel.release" 2>/dev/null`])
AC_MSG_RESULT([${KERNEL_RELEASE:-unknown}])
AS_IF([test -z "$KERNEL_RELEASE"],
	[clb_kernel_why="the headers in $KERNEL_DIR are not configured"])
])

# Kbuild takes this machine's architecture unless it is told another one; a kernel
# that is a user process of this machine has a name of its own, too. Sets
# clb_kernel_cross, what the names of tools for another machine begin with.
AC_DEFUN([_CLB_KERNEL_ARCH], [
AC_REQUIRE([AC_CANONICAL_BUILD])
AC_MSG_CHECKING([for the kernel's architecture])
AS_IF([test "`_CLB_KERNEL_CONFIG([UML])`" = y],
	[clb_kernel_arch=um clb_kernel_cpu=$build_cpu
	KERNEL_MAKEFLAGS="ARCH=um $KERNEL_MAKEFLAGS"],
	[test "`_CLB_KERNEL_CONFIG([ARM64])`" = y], [clb_kernel_arch=arm64 clb_kernel_cpu=aarch64],
	[test "`_CLB_KERNEL_CONFIG([X86_64])`" = y], [clb_kernel_arch=x86 clb_kernel_cpu=x86_64],
	[clb_kernel_arch= clb_kernel_cpu=$build_cpu])
clb_kernel_cross=
AS_IF([test "$clb_kernel_cpu" != "$build_cpu"],
	[clb_kernel_cross=$clb_kernel_cpu-linux-gnu-
	KERNEL_MAKEFLAGS="ARCH=$clb_kernel_arch CROSS_COMPILE=$clb_kernel_cross $KERNEL_MAKEFLAGS"])
AC_MSG_RESULT([${clb_kernel_arch:-that of this machine}])
])

# The compiler that built the kernel is named in its configuration; another one
# may work, and _CLB_KERNEL_BUILDS will tell.
AC_DEFUN([_CLB_KERNEL_CC], [
AC_MSG_CHECKING([for the kernel's compiler])
AS_IF([test -z "$KERNEL_CC"],
	[KERNEL_CC=`_CLB_KERNEL_CONFIG([CC_VERSION_TEXT]) | $SED 's/^"*\([[^ "]]*\).*/\1/'`
	# Who built it may have had to cross over, too.
	AS_IF([test -n "$KERNEL_CC"],
		[KERNEL_CC=$clb_kernel_cross`echo "$KERNEL_CC" | $SED "s/^$clb_kernel_cross//"`])
	AS_IF([test -z "$KERNEL_CC" || ! "$KERNEL_CC" --version >/dev/null 2>&1],
		[KERNEL_CC=${clb_kernel_cross:+${clb_kernel_cross}gcc}
		KERNEL_CC=${KERNEL_CC:-`set -- $CC; echo "$[]1"`}])])
AC_MSG_RESULT([$KERNEL_CC])
])

# The kernel's configuration holds what the compiler that built it can do. What
# an older one cannot is taken back, so that a kernel of the next Debian takes
# modules built on this one.
AC_DEFUN([_CLB_KERNEL_OLDER_CC], [
AS_IF([test "`_CLB_KERNEL_CONFIG([CC_HAS_MIN_FUNCTION_ALIGNMENT])`" = y &&
	! "$KERNEL_CC" -fmin-function-alignment=16 -E -x c /dev/null >/dev/null 2>&1],
	[AS_VAR_APPEND([KERNEL_MAKEFLAGS], [" CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT="])])
echo 'struct s { int n; int a[[]] __attribute__((__counted_by__(n))); };' >conftest.c
AS_IF([test "`_CLB_KERNEL_CONFIG([CC_HAS_COUNTED_BY])`" = y &&
	! "$KERNEL_CC" -Werror -fsyntax-only conftest.c >/dev/null 2>&1],
	[AS_VAR_APPEND([KERNEL_MAKEFLAGS], [" KCFLAGS=-Wno-attributes"])])
rm -f conftest.c
])

# Type information for modules is made from the kernel's own, by a pahole that is
# no older than the one that made that. Without it nothing is lost but BTF of
# the module itself; Kbuild's remark on another pahole is kept away by its own
# version.
AC_DEFUN([_CLB_KERNEL_BTF], [
clb_wanted=`_CLB_KERNEL_CONFIG([PAHOLE_VERSION])`
clb_pahole=`pahole --version 2>/dev/null | $SED 's/^v//; s/\.//'`
AS_IF([test ! -e "$KERNEL_DIR/vmlinux" || test "0$clb_pahole" -lt "0$clb_wanted"],
	[AS_VAR_APPEND([KERNEL_MAKEFLAGS], [" CONFIG_DEBUG_INFO_BTF_MODULES="])])
AS_IF([test "0$clb_pahole" -ne "0$clb_wanted"],
	[AS_VAR_APPEND([KERNEL_MAKEFLAGS], [" PAHOLE_VERSION=$clb_wanted"])])
])

# Headers may be there and yet be of no use: a missing package, a compiler that
# is too old, flags that it does not know.
AC_DEFUN([_CLB_KERNEL_BUILDS], [
AC_MSG_CHECKING([whether a kernel module can be built])
rm -rf conftest.kernel
mkdir conftest.kernel
echo "obj-m := conftest.o" >conftest.kernel/Kbuild
cat >conftest.kernel/conftest.c <<'EOF'
#include <linux/module.h>
MODULE_DESCRIPTION("conftest");
MODULE_LICENSE("GPL");
EOF
AS_IF([${MAKE-make} -C "$KERNEL_DIR" M="`pwd`/conftest.kernel" CC="$KERNEL_CC" \
	$KERNEL_MAKEFLAGS modules >&AS_MESSAGE_LOG_FD 2>&1],
	[AC_MSG_RESULT([yes])],
	[AC_MSG_RESULT([no])
	clb_kernel_why="no module can be built with $KERNEL_DIR and $KERNEL_CC (see config.log)"])
rm -rf conftest.kernel
])
