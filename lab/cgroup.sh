# shellcheck shell=bash disable=SC2154,SC2034 # variables are shared with the other parts
# SPDX-License-Identifier: Apache-2.0
# Each host is a cgroup of its own: it holds all the host's processes, and its usage is the host's load.
# Knows both cgroup v1 (hierarchies cpuacct and cpu) and v2.

# Where the v1 hierarchy with the controller $1 is mounted; nothing where there is none.
v1_mount() {
  awk -v controller="$1" '{
    for (i = 1; i <= NF; i++) if ($i == "-") break
    if ($(i + 1) == "cgroup" && ("," $(i + 3) ",") ~ ("," controller ",")) { print $5; exit }
  }' /proc/self/mountinfo
}

v2_mount() {
  awk '{ for (i = 1; i <= NF; i++) if ($i == "-") break
         if ($(i + 1) == "cgroup2") { print $5; exit } }' /proc/self/mountinfo
}

find_cgroups() {
  cgroup_usage_root=$(v1_mount cpuacct)
  cgroup_limit_root=$(v1_mount cpu)
  cgroup_format=cpuacct.usage
  if [[ -z $cgroup_usage_root ]]; then
    cgroup_usage_root=$(v2_mount)
    cgroup_limit_root=$cgroup_usage_root
    cgroup_format=cpu.stat
  fi
  [[ -n $cgroup_usage_root ]] || die "no cgroup file system is mounted (neither v2 nor v1 with cpuacct)"
  # The other hierarchies of v1 in which systemd makes cgroups: a host that it boots has its own in each.
  local controller
  cgroup_more_roots=()
  for controller in blkio devices memory pids name=systemd; do cgroup_more_roots+=("$(v1_mount "$controller")"); done
  [[ $cgroup_format == cpu.stat ]] || cgroup_more_roots+=("$(v2_mount)")
}

# The cgroups of the lab, or of one of its hosts: one path, or two where v1 mounts cpu and cpuacct apart; and where its
# hosts are booted by systemd, or were, one in each hierarchy that this uses.
cgroup_paths() {
  local below=attune-lab/$name${1:+/$1}
  printf '%s\n' "$cgroup_usage_root/$below"
  [[ -z $cgroup_limit_root || $cgroup_limit_root -ef $cgroup_usage_root ]] ||
    printf '%s\n' "$cgroup_limit_root/$below"
  local root
  for root in "${cgroup_more_roots[@]}"; do
    [[ -z $root || ( -z $with_systemd && ! -d $root/$below ) ]] || printf '%s\n' "$root/$below"
  done
}

make_lab_cgroups() {
  local path controller
  for path in $(cgroup_paths); do
    mkdir -p "$path" && [[ -e $path/cgroup.procs ]] ||
      die "cannot make the cgroup $path: are cgroups writable here?"
    if [[ $cgroup_format == cpu.stat ]]; then
      # For --cpus (usage is counted without it), and the others for the limits of systemd's units: one that is not there
      # must not keep the next from being had.
      for controller in cpu ${with_systemd:+memory pids io cpuset}; do
        echo "+$controller" | tee "$cgroup_usage_root/cgroup.subtree_control" "${path%/*}/cgroup.subtree_control" \
          "$path/cgroup.subtree_control" >/dev/null 2>&1 || true
      done
    fi
  done
}

# The lab as a whole goes before the others by --weight, as far as this machine lets it.
weigh_cgroups() {
  local path folder
  for path in $(cgroup_paths); do
    for folder in "${path%/*}" "$path"; do
      [[ ! -e $folder/cpu.weight ]] || echo $((weight * 100)) >"$folder/cpu.weight"
      [[ ! -e $folder/cpu.shares ]] || echo $((weight * 1024)) >"$folder/cpu.shares"
    done
  done
}

# make_host_cgroup HOST: with the limit of --cpus. Prints the cgroups, for the host to enter.
make_host_cgroup() {
  local path quota
  for path in $(cgroup_paths "$1"); do
    mkdir -p "$path"
    printf '%s\n' "$path"
    [[ -n $cpus ]] || continue
    quota=$(awk -v cpus="$cpus" 'BEGIN { printf "%d", cpus * 100000 }')
    if [[ -e $path/cpu.max ]]; then
      echo "$quota 100000" >"$path/cpu.max"
    elif [[ -e $path/cpu.cfs_quota_us ]]; then
      echo "$quota" >"$path/cpu.cfs_quota_us"
    elif [[ $cgroup_format == cpu.stat || $path == "$cgroup_limit_root"/* ]]; then
      die "--cpus: this kernel does not offer the cpu controller in $path"
    fi
  done
}

# enter_host HOST: this process becomes one of the host's. In v2 a cgroup that passes its controllers on has no process of its
# own: where systemd has the host's, they are in the leaf in which it is itself.
enter_host() {
  local group
  for group in $(cgroup_paths "$1"); do
    if [[ -n $with_systemd && $cgroup_format == cpu.stat ]]; then group+=/init.scope; fi
    echo $$ >"$group/cgroup.procs"
  done
}

# The processes of a host (or, with no argument, of the whole lab), as this machine numbers them.
cgroup_processes() {
  local path
  for path in $(cgroup_paths "${1:-}"); do
    find "$path" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done | sort -un
}

# The process that is PID 1 inside the host; nothing where the host is dead.
host_init() {
  local pid best='' best_depth=99 depth own
  for pid in $(cgroup_processes "$1"); do
    read -r depth own < <(awk '/^NSpid:/ { print NF, $NF }' "/proc/$pid/status" 2>/dev/null) || continue
    [[ $own == 1 && $depth -lt $best_depth ]] || continue
    best=$pid
    best_depth=$depth
  done
  printf '%s' "$best"
}

# Kills all that is in the cgroup of a host (or of the lab) and waits until it is gone.
kill_cgroup() {
  local pids round
  for ((round = 0; round < 200; round++)); do
    pids=$(cgroup_processes "${1:-}")
    [[ -n $pids ]] || return 0
    # shellcheck disable=SC2086  # one word for each process
    kill -KILL $pids 2>/dev/null || true
    sleep 0.05
  done
  die "these processes do not die: $pids"
}

# Removes the cgroups of a host; or of the lab, and the top one when no lab is left.
remove_cgroups() {
  local path round
  for path in $(cgroup_paths "${1:-}"); do
    for ((round = 0; round < 100; round++)); do
      [[ -d $path ]] || break
      find "$path" -depth -type d -exec rmdir {} + 2>/dev/null && break
      sleep 0.05
    done
    [[ ! -d $path ]] || die "the cgroup $path cannot be removed: who is in it? (cat $path/cgroup.procs)"
    [[ -n ${1:-} ]] || rmdir "${path%/*}" 2>/dev/null || true
  done
}
