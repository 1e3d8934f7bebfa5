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
