# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=sh
#
# A package's life on a clean Debian with systemd: $VM_OUT/old is installed, $VM_OUT/new the upgrade.

# shellcheck source=tests/vm/guest/lib.sh
. "$top_srcdir/tests/vm/guest/lib.sh"

# What is installed, not what lies in the build folder.
ctl=/usr/bin/clbench-ctl
release=$(uname -r)
socket=/run/clbench/clbenchd.sock
traces=/var/lib/clbench/traces
export DEBIAN_FRONTEND=noninteractive

# apt NAME ARG...: a point, and how long it took. Files are $VM_OUT/FOLDER/NAME.
apt() {
	apt_name=$1
	shift
	apt_start=$(date +%s)
	apt-get -y -o Dpkg::Use-Pty=0 "$@" >"$temp/apt" 2>&1
	is $? 0 "$apt_name" || sed 's/^/# /' "$temp/apt"
	diag "apt-get $1: $(($(date +%s) - apt_start)) s"
}

active() {
	systemctl is-active --quiet "$1"
}

failed() {
	systemctl is-failed --quiet "$1"
}

main_pid() {
	systemctl show -p MainPID --value clbenchd.service
}

journal() {
	journalctl -q -o cat -u clbenchd.service
}

# word KEY FILE: what stands behind KEY.
word() {
	awk -v key="$1" '$1 == key { print $2 }' "$2"
}

# as USER COMMAND...
as() {
	as_user=$1
	shift
	setpriv --reuid "$as_user" --regid "$as_user" --init-groups -- "$@"
}

has_said() {
	journal | grep -qF "clbenchd: $1"
}

# fails_with WORDS NAME: the service says so, and gives up.
fails_with() {
	if wait_until 60 has_said "$1" && wait_until 60 failed clbenchd.service; then
		pass "$2"
	else
		fail "$2" || diag "$(systemctl status clbenchd.service; journal)"
	fi
}

old=$VM_OUT/old
new=$VM_OUT/new
dpkg-deb -x "$old"/clbench_*.deb "$temp/unpacked"

# What packages.t has compiled, of the same source and for this kernel, is what
# DKMS gets from its compiler; it does the rest.
if [ -d "$VM_OUT/module" ]; then
	mkdir -p /etc/dkms
	cat >/etc/dkms/clbench.conf <<-EOF
		MAKE[0]="cp $VM_OUT/module/\$PACKAGE_VERSION/clbench.ko $VM_OUT/module/\$PACKAGE_VERSION/Module.symvers ."
		CLEAN=true
	EOF
fi

# A user without a module learns what is missing, one thing after the other.
apt "installed without the module" install "$old"/clbench_*.deb "$old"/libclbench0_*.deb
fails_with "no module clbench for kernel $release: install clbench-dkms" \
	"the unit names the package that is missing"
mv "/lib/modules/$release/build" "$temp/build"
apt "the module's package is installed without headers" install "$old"/clbench-dkms_*.deb
fails_with "no module clbench for kernel $release: install linux-headers-$release, then run dkms autoinstall -k $release" \
	"the unit names the headers that are missing"
mv "$temp/build" "/lib/modules/$release/build"
build_start=$(date +%s)
ok "the advice is followed: DKMS builds the module" dkms autoinstall -k "$release" ||
	sed 's/^/# /' /var/lib/dkms/clbench/*/build/make.log
diag "DKMS: $(($(date +%s) - build_start)) s"
ok "the unit starts" systemctl restart clbenchd.service || journal | tail -n 12 | sed "s,^,# ,"
ok "the module is loaded" is_loaded

# Who may what.
ok "the socket is active" active clbenchd.socket
is "$(stat -c '%U:%G %a' $socket)" "root:clbench 660" "the socket belongs to the group"
is "$(stat -c '%U:%G %a' $traces)" "clbench:clbench 2750" "and so does the folder of traces"
status=/proc/$(main_pid)/status
is "$(stat -c %U "/proc/$(main_pid)")" clbench "the daemon is no root"
is "$(word CapEff: "$status")/$(word CapBnd: "$status")" 0000000000201000/0000000000201000 \
	"with two capabilities, and no more to get"
is "$(word NoNewPrivs: "$status")/$(word Seccomp: "$status")" 1/2 "without new rights, filtered"
useradd -m -G clbench member
useradd -m other
ok "a member of the group asks for the status" as member "$ctl" status
refuses 1 "group clbench" "and another user is refused in a sentence" as other "$ctl" status
pid=$(main_pid)
ok "a reload" systemctl reload clbenchd.service
is "$(main_pid)" "$pid" "is not a restart"

# An event of another module, with what the package has kept for it.
example=$temp/example
cp -R "$top_srcdir/doc/example" "$example"
ok "another module is built against the package" make -C "/lib/modules/$release/build" M="$example" \
	CLBENCH="/var/lib/dkms/clbench/0.1.0/$release/$(uname -m)/module" modules
ok "and loads" insmod "$example/clbench_example.ko"
rmmod clbench_example

# An upgrade while a session records: marks before and after it are in one trace.
ok "a session is started" as member "$ctl" start nightly -e pagecache --mem-max 64M
ok "and marked" as member "$ctl" mark -s nightly before
cp "$(modinfo -F filename clbench)" "$temp/clbench.ko"
apt "an upgrade" install "$new"/clbench_*.deb "$new"/clbench-dkms_*.deb "$new"/libclbench0_*.deb
ok "the daemon is back" wait_until 60 active clbenchd.service
is "$(test "$(main_pid)" != "$pid" && echo new)" new "as a new process"
is "$(readlink "/proc/$(main_pid)/exe")" /usr/sbin/clbenchd "of the new program"
is "$(dkms status 2>/dev/null | sed 's/,.*//')" clbench/9.0 "DKMS has built the new module"
ok "its file is there for the next boot" modinfo -k "$release" clbench
ok "the old one is still loaded" is_loaded
ok "the session is marked again" as member "$ctl" mark -s nightly after
ok "and stopped" as member "$ctl" stop nightly
trace=$(find $traces -name metadata -printf '%h\n')
is "$(echo "$trace" | grep -c .)" 1 "it has one trace"
ok "in which nothing is missing" as member "$ctl" verify "$trace"
is "$(as member "$ctl" show -e clbench_mark --json "$trace" | grep -cE '"(before|after)"')" 2 \
	"and both marks are there"

# Nothing is left behind, but what somebody may still want.
ok "a session more" as member "$ctl" start lives -e block
apt "is no reason not to be removed" remove clbench clbench-dkms
is "$(find /proc -maxdepth 2 -name exe -lname '*clbenchd*' 2>/dev/null)" "" "nothing runs"
is "$(is_loaded && echo loaded)" "" "nothing is loaded"
is "$(active clbenchd.socket || active clbenchd.service && echo active)" "" "no unit is active"
is "$(test -e $socket && echo there)" "" "there is no socket"
is "$(dkms status)" "" "DKMS knows no module"
is "$(find "/lib/modules/$release" -name 'clbench*')" "" "and none is left"
ok "the settings are kept" test -e /etc/clbench/clbenchd.conf
ok "what was recorded last is whole" "$temp/unpacked$ctl" verify -q \
	"$(find "$traces" -path '*/lives*' -name metadata -printf '%h\n')"
apt "a purge" purge clbench clbench-dkms
ok "says where traces are left" grep -q "traces are left in $traces" "$temp/apt"
ok "which it leaves alone" test -e "$trace/metadata"
is "$(find /etc/clbench /var/lib/clbench/sessions /lib/systemd/system/clbench* 2>/dev/null)" "" \
	"and nothing else"

# A kernel that wants signatures, as with Secure Boot. There is no way back.
mkdir -p "/lib/modules/$release/updates"
cp "$temp/clbench.ko" "/lib/modules/$release/updates/"
depmod "$release"
echo Y >/sys/module/module/parameters/sig_enforce
capture "$temp/unpacked/usr/lib/clbench/load-module"
is "$status" 1 "a module with an unknown signature is refused"
page=$(sed -n 's,.*see \(/.*\)$,\1,p' "$temp/err")
ok "with a page that helps" test -n "$page" -a -e "$temp/unpacked$page"
