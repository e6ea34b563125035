#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds the Debian package, and has it installed, used by its own user and purged on a layer over this machine, which
# is gone afterwards. Needs root.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LC_ALL=C

if [[ ${1:-} != inside ]]; then
  tools/package
  exec unshare --mount --pid --fork --kill-child "$0" inside
fi

top=$(mktemp -d)
# shellcheck disable=SC2064 # the folder of now
trap "umount -R -l $top; rmdir $top" EXIT
mount -t tmpfs none "$top"
mkdir "$top/changes" "$top/work" "$top/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$top/changes,workdir=$top/work" "$top/root"
mount --rbind /dev "$top/root/dev"
mount -t proc proc "$top/root/proc"
cp build/release/attune_*.deb "$top/root/tmp/attune.deb"

in_it() { chroot "$top/root" "$@"; }
as_user() { in_it runuser -u attune -- "$@"; }
say() { printf -- '-- %s\n' "$*"; }
# Until it does: 20 s at most.
await() {
  local try
  for try in {1..200}; do "$@" > /dev/null 2>&1 && return; sleep 0.1; done
  echo "in vain ($try times): $*" >&2
  return 1
}

say "it installs"
in_it dpkg --install /tmp/attune.deb
in_it id attune
in_it man --where 1 attune-send attuned
in_it man attune-log | grep -qx ' *attune log --run 7' # each example on a line of its own

say "its programs find what ships, and an example is in order"
in_it attune --version
in_it attune check /usr/share/doc/attune/examples/local
in_it systemd-analyze verify /lib/systemd/system/attuned@.service

say "its lab has what a guest is made of, and puts it where a purge finds it"
in_it sh -c 'cd /usr/share/attune && c++ -std=c++20 -fsyntax-only -I . examples/stream/stream_server.cc examples/stream/sequence.cc'
in_it /usr/share/attune/lab/guest/build
in_it test -e /var/cache/attune/guest/guest.img

say "the C++ probe of its page is built with the library it brings"
sed -n '/^```cpp$/,/^```$/{/^```/d; p}' docs/probes.md > "$top/root/tmp/backlog.cc"
in_it sh -c 'cd /tmp && c++ -std=c++20 backlog.cc -o backlog $(pkg-config --cflags --libs attune-probe)'

say "its pages lead to what it brings"
tests/packaging/dead_links.sh "$top/root/usr/share/doc/attune"

say "its programs are hardened"
for program in attune attuned; do
  elf=$(readelf --wide --file-header --program-headers --dynamic --dyn-syms "$top/root/usr/bin/$program")
  for mark in 'Type: *DYN' GNU_RELRO BIND_NOW __stack_chk_fail '__[a-z]*_chk'; do
    grep -q -- "$mark" <<< "$elf" || { echo "$program has no $mark" >&2; exit 1; }
  done
done

say "its completion names commands, options and components"
# shellcheck disable=SC2016 # it expands inside
complete_words() {  # WORD...: what follows the last
  in_it bash -c 'source /usr/share/bash-completion/completions/attune; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _attune
    printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}
complete_words attune unb | grep -qx unbind
complete_words attune lab 'do' | grep -qx down
in_it test -e /usr/share/bash-completion/completions/attuned
complete_words attune log --fol | grep -qx -- --follow

say "the manager runs as its own user"
in_it install -d -o attune -g attune /run/attune
in_it cp -r /usr/share/doc/attune/examples/local /etc/attune/web
as_user attuned /etc/attune/web --project web --run-dir /run/attune --state-dir /var/lib/attune 2> "$top/log" &
await in_it test -S /run/attune/web/control || { cat "$top/log"; exit 1; }
in_it attune status -p web --wait 120
complete_words attune call front | grep -qx frontend
complete_words attune create front | grep -qx frontend
as_user attune stop -p web
wait $! || { cat "$top/log"; exit 1; }

say "it is purged"
in_it dpkg --purge attune
in_it sh -c '! test -e /usr/bin/attuned && ! test -e /usr/share/attune && ! test -e /var/lib/attune && ! test -e /var/cache/attune && test -e /etc/attune/web'
