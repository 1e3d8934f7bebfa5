# SPDX-License-Identifier: GPL-2.0
# Whether and where units of systemd go.

# CLB_SYSTEMD
# -----------
# Option --with-systemdsystemunitdir=DIR|no.  Outputs systemdsystemunitdir and
# the conditional WITH_SYSTEMD.  Without the option units are installed only
# below /usr: a folder of one's own has no systemd that would read them.
AC_DEFUN([CLB_SYSTEMD], [
AC_REQUIRE([PKG_PROG_PKG_CONFIG])
AC_ARG_WITH([systemdsystemunitdir],
	[AS_HELP_STRING([--with-systemdsystemunitdir=DIR],
		[where units of systemd go; no: install none @<:@with --prefix=/usr
		 where systemd says, else no@:>@])],
	[], [with_systemdsystemunitdir=auto])
AC_MSG_CHECKING([where units of systemd go])
AS_CASE([$with_systemdsystemunitdir,$prefix],
	[auto,/usr | yes,*], [with_systemdsystemunitdir=`$PKG_CONFIG \
		--variable=systemdsystemunitdir systemd 2>/dev/null`],
	[auto,*], [with_systemdsystemunitdir=no])
AS_VAR_IF([with_systemdsystemunitdir], [], [with_systemdsystemunitdir=no])
AC_MSG_RESULT([$with_systemdsystemunitdir])
AC_SUBST([systemdsystemunitdir], [$with_systemdsystemunitdir])
AM_CONDITIONAL([WITH_SYSTEMD], [test "$with_systemdsystemunitdir" != no])
])
