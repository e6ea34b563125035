# shellcheck shell=bash disable=SC2154,SC2034 # variables are shared with the other parts
# SPDX-License-Identifier: Apache-2.0
# `lab down`: removes all that a lab of the name could have left, whether or not its files are still there:
# processes, cgroups, interfaces, files. Mounts and namespaces go with the processes.

remove_files() {
  local target
  if target=$(lab_home); then
    [[ $target != / && ( $target == "$registry/$name" || -e $target/settings ) ]] ||
      die "$target does not look like a lab; remove $registry/$name by hand"
    rm -rf --one-file-system "$target"
  fi
  rm -rf --one-file-system "${registry:?}/$name" "$registry/$name.lock"
}

take_down() {
  local lab_lock
  take_lock lab_lock "$registry/$name.lock"
  kill_cgroup
  remove_links
  remove_cgroups
  remove_files
  drop_lock "$lab_lock"
  say "down"
}

known_labs() {
  {
    find "$registry" -mindepth 1 -maxdepth 1 -name '[a-z]*' -printf '%f\n' 2>/dev/null | sed 's/\.lock$//'
    find "$cgroup_usage_root/attune-lab" -mindepth 1 -maxdepth 1 -type d -printf '%f\n' 2>/dev/null
    ip -o link show | sed -n 's/^[0-9]*: al-\([a-z0-9]*\)[-:@].*/\1/p'
  } | sort -u
}

lab_down() {
  ((${#words[@]} == 0)) || die_usage "down takes no '${words[0]}'; which lab: --name"
  find_cgroups
  local labs=$name
  [[ -z $all ]] || labs=$(known_labs)
  for name in $labs; do take_down; done
  local registry_lock
  take_lock registry_lock "$registry/.lock"
  [[ -n $(find "$registry" -mindepth 1 ! -name .lock) ]] || rm -rf --one-file-system "$registry"
  drop_lock "$registry_lock"
}
