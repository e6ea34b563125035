# shellcheck shell=bash disable=SC2154,SC2034 # variables are shared with the other parts
# SPDX-License-Identifier: Apache-2.0
# `lab up`: makes what is missing of the lab, all hosts in parallel, and waits until each has said that it is up.

readonly patience_s=120

require_programs() {
  local program package missing=()
  while read -r program package; do
    command -v "$program" >/dev/null || missing+=("$package")
  done <<<"ip iproute2
sshd openssh-server
ssh-keygen openssh-client
unshare util-linux
nsenter util-linux
flock util-linux${with_libvirt:+
libvirtd libvirt-daemon
virsh libvirt-clients
qemu-system-x86_64 qemu-system-x86}${with_systemd:+
/lib/systemd/systemd systemd}${guest:+
cpio cpio
dropbearkey dropbear-bin}"
  ((${#missing[@]} == 0)) ||
    die "not installed: ${missing[*]}; apt-get install ${missing[*]}"
}

check_up_arguments() {
  [[ ${#words[@]} == 1 && ${words[0]} =~ ^[1-9][0-9]*$ ]] || die_usage "up: how many hosts?"
  ((words[0] <= max_hosts)) || die_usage "up ${words[0]}: at most $max_hosts hosts"
  [[ -z $cpus ]] || awk -v c="$cpus" 'BEGIN { exit !(c ~ /^[0-9]+(\.[0-9]+)?$/ && c >= 0.01) }' ||
    die_usage "--cpus '$cpus': a number such as 1 or 0.5"
  [[ ${weight:-1} =~ ^[1-9][0-9]?$|^100$ ]] || die_usage "--weight '$weight': a number from 1 to 100"
  [[ $memory =~ ^[1-9][0-9]*(KiB|MiB|GiB)$ ]] || die_usage "--memory '$memory': a size such as 512MiB"
  [[ -z $guest || ( -r $guest/vmlinuz && -r $guest/guest.img ) ]] ||
    die "--guest $guest: vmlinuz and guest.img are not both there; lab/guest/build makes them"
  [[ -z $dir || $dir == /* ]] || dir=$PWD/$dir
}

# What the lab was made with stands in its file `settings`; later calls of `up` follow it.
open_lab() {
  if home=$(lab_home) && [[ -e $home/settings ]]; then
    [[ -z $dir || $home == "$(readlink -f "$dir")" ]] || die "lab '$name' is already up in $home"
    local asked_net=$net asked_cpus=$cpus asked_systemd=$with_systemd
    # shellcheck disable=SC1091  # written below
    source "$home/settings"
    [[ -z $asked_net || $asked_net == "$net" ]] || die "lab '$name' is already up on $net"
    [[ -z $asked_cpus || $asked_cpus == "$cpus" ]] ||
      die "lab '$name' is already up with --cpus '$cpus'; take it down first"
    [[ -z $asked_systemd || -n $with_systemd ]] ||
      die "lab '$name' is already up without --systemd; take it down first"
    return
  fi
  local registry_lock
  take_lock registry_lock "$registry/.lock"
  choose_net
  if [[ -n $dir ]]; then
    mkdir -p -m 700 "$dir"
    [[ -z $(ls -A "$dir") ]] || die "--dir $dir: it is not empty"
    ln -sfn "$(readlink -f "$dir")" "$registry/$name"
  fi
  mkdir -p -m 700 "$registry/$name/host" "$registry/$name/shared"
  home=$(lab_home)
  chmod 700 "$home" && chmod 755 "$home/shared"
  remove_links # of a lab that lost its files
  make_bridge
  printf 'net=%q\ncpus=%q\nmemory=%q\nwith_libvirt=%q\nwith_systemd=%q\n' "$net" "$cpus" "$memory" \
    "$with_libvirt" "$with_systemd" >"$home/settings"
  drop_lock "$registry_lock"
}

# A pipe whose readers see its end when nobody is left who could write: descriptor $told to read, $news to write.
open_news() {
  local fifo=$home/news both
  rm -f "$fifo"
  mkfifo -m 600 "$fifo"
  # Opened both ways first: a FIFO's ends wait for each other.
  exec {both}<>"$fifo"
  exec {told}<"$fifo"
  exec {news}>"$fifo"
  exec {both}>&-
  rm "$fifo"
}

# start_host HOST: its processes outlive this program; what it says on the pipe is read by await_hosts.
start_host() {
  local host=$1 cgroups leaf=
  kill_cgroup "$host"                                     # what a crash left of it
  remove_cgroups "$host"                                  # with what its systemd had passed on
  ip link del "$(port_name "$host")" 2>/dev/null || true
  cgroups=$(make_host_cgroup "$host")
  [[ -z $with_systemd || $cgroup_format != cpu.stat ]] || leaf=$cgroups/init.scope
  # The root of its cgroups is the host's, and in v2 all of its processes, also the one that waits for its PID 1, are in the
  # leaf of that from which systemd takes over.
  # shellcheck disable=SC2016  # expanded by the inner shells
  setsid bash -c '
    for group in $1; do echo $$ >"$group/cgroup.procs" || exit 1; done
    exec ${2:+unshare --cgroup} bash -c '\''
      [[ -z $1 ]] || { mkdir -p "$1" && echo $$ >"$1/cgroup.procs"; } || exit 1
      shift
      exec unshare --mount --uts --ipc --net --pid --fork --kill-child --mount-proc "$@"
    '\'' - "${@:3}"
  ' - "$cgroups" "$with_systemd" "$leaf" "$here/host" "$host" "$(address_of "$host")" "$(mac_of "${host#lab}")" "$(port_name "$host")" \
    "$(bridge_name)" "$home" "$cgroup_format" "$cgroup_usage_root/attune-lab/$name/$host" \
    "${cpus:-$(nproc)}" "$with_libvirt" "$with_systemd" \
    </dev/null 3</proc/self/ns/net 4>&"$news" >"$home/host/$host/log" 2>&1 {news}>&- {told}<&- {lab_lock}>&- &
}

# Reads a line for each host that was started: `lab1 up`, or `lab1 failed: why`. When all of them have died without
# a word, the pipe ends.
await_hosts() {
  local awaited=$1 host word deadline=$((SECONDS + patience_s)) failed=''
  while ((awaited > 0)); do
    if ! read -rt "$((deadline > SECONDS ? deadline - SECONDS : 1))" -u "$told" host word; then
      say "$awaited host(s) did not come up; their logs: $home/host/*/log"
      return 1
    fi
    awaited=$((awaited - 1))
    if [[ $word == up ]]; then
      say "$host up ($(address_of "$host"))"
    else
      say "$host $word; its log: $home/host/$host/log"
      failed=1
    fi
  done
  [[ -z $failed ]]
}

# Nothing was made: then nothing is left.
abandon() {
  [[ -e $registry/$name ]] || rm -f "$registry/$name.lock"
}

lab_up() {
  check_up_arguments
  require_programs
  find_cgroups
  local lab_lock
  take_lock lab_lock "$registry/$name.lock"
  trap abandon EXIT
  trap 'say "interrupted; attune lab down --name $name cleans up"; exit 130' INT TERM
  open_lab
  make_lab_cgroups
  [[ -z $weight ]] || weigh_cgroups
  make_lab_keys
  [[ -z $guest ]] || install_guest

  local number host
  local -a to_start=()
  for number in $(seq "${words[0]}"); do
    host=lab$number
    [[ -d $home/host/$host && -n $(host_init "$host") ]] && continue
    make_host_identity "$host"
    to_start+=("$host")
  done
  write_directory

  open_news
  for host in "${to_start[@]}"; do start_host "$host"; done
  exec {news}>&-
  await_hosts "${#to_start[@]}" || die "up failed; 'attune lab down --name $name' cleans up"
  say "$(host_numbers | wc -l) host(s) on $net; node file $home/lab.nodes; ssh -F $home/ssh_config lab1"
}
