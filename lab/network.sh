# shellcheck shell=bash disable=SC2154,SC2034 # variables are shared with the other parts
# SPDX-License-Identifier: Apache-2.0
# The lab's network: one bridge in this machine's namespace, with this machine as .254, and a veth for each
# host. Interface names follow from the lab's name, so that `down` finds them without any file.

bridge_name() { printf 'al-%s' "$name"; }
port_name() { printf 'al-%s-%s' "$name" "${1#lab}"; }

# Whether A.B.C.0/24 meets an address or a route of this machine. A route to everything does not count.
net_is_taken() {
  local prefix=${1%.0/24}
  [[ -n $(ip -4 route show table all root "$prefix.0/24" 2>/dev/null) ]] && return 0
  ip -4 route show table all match "$prefix.0/24" 2>/dev/null | grep -v '^default' >/dev/null
}

choose_net() {
  local third
  if [[ -n $net ]]; then
    [[ $net =~ ^([0-9]{1,3}\.){3}0/24$ ]] || die_usage "--net '$net': write it as A.B.C.0/24"
    ! net_is_taken "$net" || die "--net $net: this machine already has an address or a route in it"
    return
  fi
  for third in {0..255}; do
    net=10.213.$third.0/24
    net_is_taken "$net" || return 0
  done
  die "no free 10.213.x.0/24 is left; give one with --net"
}

# address_of N: of host N. The machine itself is 254.
address_of() { printf '%s.%s' "${net%.0/24}" "${1#lab}"; }

make_bridge() {
  local bridge
  bridge=$(bridge_name)
  ip link add "$bridge" address "$(mac_of 254)" type bridge stp_state 0 forward_delay 0 mcast_snooping 0 ||
    die "cannot make the bridge $bridge"
  echo 1 >"/proc/sys/net/ipv6/conf/$bridge/disable_ipv6" 2>/dev/null || true
  ip address add "$(address_of 254)/24" dev "$bridge"
  ip link set "$bridge" up
}

# A fixed, locally administered MAC that follows from the address.
mac_of() {
  local a b c
  IFS=. read -r a b c _ <<<"${net%/24}"
  printf '02:a7:%02x:%02x:%02x:%02x' "$((a ^ b))" "$b" "$c" "$1"
}

remove_links() {
  local link round links
  for ((round = 0; round < 100; round++)); do
    links=$(ip -o link show | awk -F'[ :@]+' -v bridge="$(bridge_name)" \
      '$2 == bridge || index($2, bridge "-") == 1 { print $2 }')
    [[ -n $links ]] || return 0
    for link in $links; do
      ip link del "$link" 2>/dev/null || true
    done
  done
  die "these interfaces cannot be removed: $links"
}
