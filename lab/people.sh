# shellcheck shell=bash disable=SC2154,SC2034 # variables are shared with the other parts
# SPDX-License-Identifier: Apache-2.0
# The commands that people and fault tests use on a lab that is up.

# Reads the lab's settings; $1 is the least number of words, the first of them a host.
open_host() {
  find_cgroups
  require_lab
  ((${#words[@]} >= $1)) || die_usage "which host?"
  require_host "${words[0]}"
  # shellcheck disable=SC1091  # written by up
  source "$home/settings"
}

host_state() {
  local port
  port=$(port_name "$1")
  if [[ -z $(host_init "$1") ]]; then
    echo dead
  elif ip -o link show "$port" 2>/dev/null | grep '[<,]UP[,>]' >/dev/null; then
    echo up
  else
    echo cut
  fi
}

lab_status() {
  local number count=0
  find_cgroups
  require_lab
  # shellcheck disable=SC1091  # written by up
  source "$home/settings"
  for number in $(host_numbers); do
    printf 'lab%s %s %s processes=%s\n' "$number" "$(address_of "$number")" "$(host_state "lab$number")" \
      "$(cgroup_processes "lab$number" | wc -l)"
    count=$((count + 1))
  done
  say "$count host(s) on $net in $home"
}

lab_dir() {
  require_lab
  printf '%s\n' "$home"
}

lab_ssh() {
  open_host 1
  exec ssh -F "$home/ssh_config" -o BatchMode=no "${words[@]}"
}

lab_exec() {
  open_host 2
  local init
  init=$(host_init "${words[0]}")
  [[ -n $init ]] || die "${words[0]} is dead; 'attune lab up N --name $name' brings it back"
  enter_host "${words[0]}"
  exec nsenter --target "$init" --mount --uts --ipc --net --pid --cgroup --wd=/ -- "${words[@]:1}"
}

lab_kill() {
  open_host 1
  kill_cgroup "${words[0]}"
  ip link del "$(port_name "${words[0]}")" 2>/dev/null || true
  say "${words[0]} is dead"
}

set_link() {
  local port
  port=$(port_name "${words[0]}")
  ip link set "$port" "$1" 2>/dev/null || die "${words[0]} has no link $port: is the host dead?"
  say "${words[0]} is $2"
}
lab_cut() { open_host 1 && set_link down 'cut off'; }
lab_join() { open_host 1 && set_link up 'joined'; }
