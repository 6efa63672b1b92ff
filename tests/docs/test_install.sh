#!/bin/sh
# SPDX-License-Identifier: MIT
# make install puts everything in place and runs from there; make uninstall leaves nothing.
set -u
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
n=0
verdict() { # verdict STATUS NAME
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi
}
make=${MAKE:-make}
unset MAKEFLAGS MFLAGS
echo 1..5
$make -s install DESTDIR="$place/root" PREFIX=/opt/acdtop BUILD="${BUILD:-build}" >"$place/log" 2>&1
verdict $? "make install"
missing=0
for file in bin/acdtop share/man/man7/acdtop-keys.7 share/bash-completion/completions/acdtop \
	share/zsh/site-functions/_acdtop share/fish/vendor_completions.d/acdtop.fish share/acdtop/keymaps/vim.conf share/man/man1/acdtop.1 share/man/man5/acdtop.conf.5 share/acdtop/keymaps/default.conf share/acdtop/themes/default.conf \
	share/acdtop/walls/default.conf lib/systemd/system/acdtop-wall@.service lib/sysusers.d/acdtop-wall.conf lib/systemd/system/acdtop-keeper.service lib/sysusers.d/acdtop-keeper.conf \
	share/doc/acdtop/README.md share/doc/acdtop/LICENSE share/doc/acdtop/acdtop.conf.example; do
	[ -s "$place/root/opt/acdtop/$file" ] || { echo "# missing: $file"; missing=1; }
done
verdict $missing "everything is there"
"$place/root/opt/acdtop/bin/acdtop" --version >/dev/null
verdict $? "it runs from there"
unit=$place/root/opt/acdtop/lib/systemd/system/acdtop-wall@.service
program=$(sed -n 's/^ExecStart=\([^ ]*\) --wall$/\1/p' "$unit")
[ -x "$place/root$program" ]
verdict $? "the unit starts what was installed"
$make -s uninstall DESTDIR="$place/root" PREFIX=/opt/acdtop BUILD="${BUILD:-build}" >>"$place/log" 2>&1
left=$(find "$place/root" -mindepth 1 2>/dev/null)
[ -z "$left" ]
verdict $? "make uninstall leaves nothing"
[ -z "$left" ] || echo "$left" | sed 's/^/# /'
sed 's/^/# /' "$place/log"
