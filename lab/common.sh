# shellcheck shell=bash disable=SC2154,SC2034 # variables are shared with the other parts
# SPDX-License-Identifier: Apache-2.0
# What all parts of the lab share: how it speaks, where its files are, its locks.
# Reads $name, the lab's name, and $dir, both set by the options.

readonly registry=/run/attune-lab # one entry for each lab: its directory, or a link to it
readonly max_hosts=128

say() { printf 'lab %s: %s\n' "$name" "$*"; }
die() {
  printf 'lab: %s\n' "$*" >&2
  exit 1
}
die_usage() {
  printf 'lab: %s (attune lab --help)\n' "$*" >&2
  exit 2
}

# The directory of the lab; fails where there is none.
lab_home() {
  [[ -d $registry/$name/. ]] || return 1
  readlink -f "$registry/$name"
}

require_lab() {
  home=$(lab_home) || die "there is no lab '$name'; 'attune lab up 2 --name $name' makes one"
}

# The numbers of the hosts that the lab knows, in order.
host_numbers() {
  local path
  for path in "$home"/host/lab*; do
    [[ -d $path ]] && printf '%s\n' "${path##*/lab}"
  done | sort -n
}

require_host() {
  [[ $1 =~ ^lab[1-9][0-9]*$ && -d $home/host/$1 ]] ||
    die "lab '$name' has no host '$1'; it has: $(host_numbers | sed 's/^/lab/' | paste -sd' ')"
}

# Opens FILE as a lock on a descriptor of its own and waits for it. Whoever held it may have removed it:
# then it is another file by now, and is opened again.
# take_lock VARIABLE FILE: the descriptor is put into VARIABLE.
take_lock() {
  local -n held=$1
  local file=$2 fd
  mkdir -p -m 700 "$registry"
  while :; do
    exec {fd}>"$file" || die "cannot open the lock $file"
    flock -w 120 "$fd" || die "another 'attune lab' has been at work on lab '$name' for two minutes ($file)"
    [[ $(stat -Lc %i "/proc/self/fd/$fd") == $(stat -c %i "$file" 2>/dev/null) ]] && break
    exec {fd}>&-
  done
  held=$fd
}

drop_lock() {
  local fd=$1
  exec {fd}>&-
}
