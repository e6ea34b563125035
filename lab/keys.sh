# shellcheck shell=bash disable=SC2154,SC2034 # variables are shared with the other parts
# SPDX-License-Identifier: Apache-2.0
# The lab's keys and the files that let others find the hosts: known_hosts, ssh_config, hosts, lab.nodes.
# Everything is written into the lab's directory, which only root can read.

new_key() { ssh-keygen -q -t ed25519 -N '' -C "$2" -f "$1"; }

make_lab_keys() {
  [[ -e $home/id_ed25519 ]] || new_key "$home/id_ed25519" "manager of lab $name"
  [[ -e $home/hosts_ed25519 ]] || new_key "$home/hosts_ed25519" "hosts of lab $name"
  cat "$home/id_ed25519.pub" "$home/hosts_ed25519.pub" >"$home/authorized_keys"
}

# What a host keeps over its life: its key and its UUID.
make_host_identity() {
  local state=$home/host/$1
  mkdir -p -m 700 "$state"
  [[ -e $state/ssh_host_ed25519_key ]] || new_key "$state/ssh_host_ed25519_key" "$1"
  [[ -e $state/uuid ]] || cat /proc/sys/kernel/random/uuid >"$state/uuid"
}

# Replaces a file's content, not the file: the hosts have it mounted.
rewrite() { cat >"$home/$1"; }

write_directory() {
  local number key
  for number in $(host_numbers); do
    key=$(cut -d' ' -f1,2 "$home/host/lab$number/ssh_host_ed25519_key.pub")
    printf 'lab%s,%s %s\n' "$number" "$(address_of "$number")" "$key"
  done | rewrite known_hosts
  guest_known_hosts >>"$home/known_hosts"
  {
    printf '127.0.0.1 localhost\n%s manager\n' "$(address_of 254)"
    for number in $(host_numbers); do printf '%s lab%s\n' "$(address_of "$number")" "$number"; done
  } | rewrite hosts
  {
    printf '# The hosts of lab %s\n' "$name"
    for number in $(host_numbers); do
      printf 'lab%s address=%s cpus=%s memory=%s\n' "$number" "$(address_of "$number")" \
        "${cpus:-$(nproc)}" "$memory"
    done
  } | rewrite lab.nodes
  write_ssh_config | rewrite ssh_config
  printf '#!/bin/sh\nexec ssh -F %q "$@"\n' "$home/ssh_config" | rewrite ssh
  chmod 700 "$home/ssh"
}

write_ssh_config() {
  local number
  for number in $(host_numbers); do
    printf 'Host lab%s\n  HostName %s\n' "$number" "$(address_of "$number")"
  done
  cat <<TEXT
Host *
  User root
  IdentityFile "$home/id_ed25519"
  IdentitiesOnly yes
  UserKnownHostsFile "$home/known_hosts"
  GlobalKnownHostsFile /dev/null
  StrictHostKeyChecking yes
  BatchMode yes
TEXT
}

# The guests of a lab share one SSH host key: one line for all the addresses that a guest can have.
guest_known_hosts() {
  local key=$home/guest/ssh_host_ed25519_key.pub
  [[ -e $key ]] || return 0
  seq -f "${net%.0/24}.%.0f" 129 253 | paste -sd, | tr '\n' ' '
  cut -d' ' -f1,2 "$key"
}

# Puts the guest into the shared directory: the kernel as it is, and the initramfs with the lab's keys added (the
# kernel unpacks all the archives that follow one another).
install_guest() {
  local keys
  mkdir -p -m 700 "$home/guest"
  keys=$home/guest/keys
  rm -rf "$keys"
  mkdir -p "$keys/etc/dropbear" "$keys/root/.ssh"
  chmod 700 "$keys/etc/dropbear" "$keys/root" "$keys/root/.ssh"
  [[ -e $home/guest/ssh_host_ed25519_key.pub ]] || make_guest_key
  cp "$home/guest/dropbear_ed25519_host_key" "$keys/etc/dropbear/"
  cp "$home/authorized_keys" "$keys/root/.ssh/authorized_keys"
  cp "$guest/vmlinuz" "$home/shared/vmlinuz"
  {
    cat "$guest/guest.img"
    (cd "$keys" && find . | cpio -o -H newc -R 0:0 --quiet)
  } >"$home/shared/guest.img.new"
  mv "$home/shared/guest.img.new" "$home/shared/guest.img"
  chmod 644 "$home/shared/guest.img" "$home/shared/vmlinuz"
  rm -rf "$keys"
}

make_guest_key() {
  local key=$home/guest/dropbear_ed25519_host_key
  rm -f "$key"
  dropbearkey -t ed25519 -f "$key" 2>/dev/null | grep '^ssh-ed25519' >"$home/guest/ssh_host_ed25519_key.pub" ||
    die "dropbearkey could not make the guests' key $key"
}
