# SPDX-License-Identifier: GPL-2.0
# Compiler and linker flags that are used where they are known.

# CLB_APPEND_FLAGS(VARIABLE, FLAGS)
# ---------------------------------
# Appends those of FLAGS with which a program compiles and links without a
# warning to VARIABLE, and makes that an output variable.  A standard header is
# there to let _FORTIFY_SOURCE complain about a build without optimization.
AC_DEFUN([CLB_APPEND_FLAGS], [
AC_LANG_ASSERT([C])
for clb_flag in m4_normalize([$2]); do
	AC_MSG_CHECKING([whether $CC takes $clb_flag])
	clb_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS -Werror $clb_flag"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]], [[puts("");]])],
		[AC_MSG_RESULT([yes])
		AS_VAR_APPEND([$1], [" $clb_flag"])],
		[AC_MSG_RESULT([no])])
	CFLAGS=$clb_save_CFLAGS
done
AC_SUBST([$1])
])

# CLB_SANITIZER
# -------------
# Option --enable-sanitizer=LIST, such as address,undefined or thread: appends what
# that takes to CLB_CFLAGS and CLB_LDFLAGS.  A program ends at the first complaint.
AC_DEFUN([CLB_SANITIZER], [
AC_LANG_ASSERT([C])
AC_ARG_ENABLE([sanitizer],
	[AS_HELP_STRING([--enable-sanitizer=LIST],
		[build user space with sanitizers: address,undefined (what yes means),
		 thread, ... @<:@no@:>@])],
	[], [enable_sanitizer=no])
AS_VAR_IF([enable_sanitizer], [yes], [enable_sanitizer=address,undefined])
AS_VAR_IF([enable_sanitizer], [no], [], [
	clb_sanitizer="-fsanitize=$enable_sanitizer"
	AC_MSG_CHECKING([whether $CC takes $clb_sanitizer])
	clb_save_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS $clb_sanitizer"
	AC_LINK_IFELSE([AC_LANG_PROGRAM([[#include <stdio.h>]], [[puts("");]])],
		[AC_MSG_RESULT([yes])],
		[AC_MSG_RESULT([no])
		AC_MSG_ERROR([$CC has not all of the sanitizers $enable_sanitizer])])
	CFLAGS=$clb_save_CFLAGS
	AS_VAR_APPEND([CLB_CFLAGS],
		[" -fno-omit-frame-pointer $clb_sanitizer -fno-sanitize-recover=all"])
	AS_VAR_APPEND([CLB_LDFLAGS], [" $clb_sanitizer"])
])
])
