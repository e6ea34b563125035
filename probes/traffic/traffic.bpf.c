// SPDX-License-Identifier: Apache-2.0
// Counts in the kernel, on a tap: what reaches the VM (the tap's egress), and by which addresses the VM sends (its
// ingress). Two sides take turns: a packet is counted on the side that its own moment belongs to, so that no packet is
// counted twice, none is left out at a border, and a side that is over is read while nothing writes to it.
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

#define TRAFFIC_SOURCE struct __sk_buff*
#define TRAFFIC_READ(source, offset, to, size) bpf_skb_load_bytes(source, offset, to, size)
#include "probes/traffic/frame.h"

#define COUNTS(name)                    \
  struct {                              \
    __uint(type, BPF_MAP_TYPE_HASH);    \
    __uint(max_entries, 65536);         \
    __type(key, struct traffic_key);    \
    __type(value, struct traffic_count); \
  } name SEC(".maps")
#define OWNS(name)                    \
  struct {                            \
    __uint(type, BPF_MAP_TYPE_HASH);  \
    __uint(max_entries, 16384);       \
    __type(key, struct traffic_key);  \
    __type(value, struct traffic_own); \
  } name SEC(".maps")
#define SIDES(name)                    \
  struct {                             \
    __uint(type, BPF_MAP_TYPE_HASH);   \
    __uint(max_entries, 4096);         \
    __type(key, __u32);                \
    __type(value, struct traffic_side); \
  } name SEC(".maps")

COUNTS(counts0);
COUNTS(counts1);
OWNS(owns0);
OWNS(owns1);
SIDES(sides0);
SIDES(sides1);

struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1024);
  __type(key, struct traffic_address);
  __type(value, __u8);
} servers SEC(".maps");

// What a processor has seen a VM send last, on this side of this border: it is in the table already. Two VMs may have
// one place, and then only take each other's.
struct traffic_last {
  __u64 control;
  __u64 side;
  struct traffic_key key;
};
#define LASTS 256

struct {
  __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
  __uint(max_entries, LASTS);
  __type(key, __u32);
  __type(value, struct traffic_last);
} lasts SEC(".maps");

volatile __u64 control = 0;
const volatile __u64 peers_of_vm = 4096;
const volatile __u8 has_servers = 0;

static __always_inline void add(struct traffic_count* count, const struct traffic_count* more) {
  __sync_fetch_and_add(&count->messages, more->messages);
  __sync_fetch_and_add(&count->bytes, more->bytes);
}

// In the table if there is a place, else in the VM's rest. Two processors may meet the same new sender at once.
static __always_inline void count(void* table, void* sides, const struct traffic_key* key,
                                  const struct traffic_count* more) {
  struct traffic_count* found = bpf_map_lookup_elem(table, key);
  if (found) return add(found, more);
  struct traffic_side* mine = bpf_map_lookup_elem(sides, &key->interface);
  if (!mine) return;
  if (mine->peers < peers_of_vm) {
    if (bpf_map_update_elem(table, key, more, BPF_NOEXIST) == 0) {
      __sync_fetch_and_add(&mine->peers, 1);
      return;
    }
    found = bpf_map_lookup_elem(table, key);
    if (found) return add(found, more);
  }
  add(&mine->rest, more);
}

static __always_inline void note_own(void* table, void* sides, const struct traffic_key* key,
                                     const struct traffic_packet* packet) {
  if (bpf_map_lookup_elem(table, key)) return;
  struct traffic_side* mine = bpf_map_lookup_elem(sides, &key->interface);
  if (!mine || mine->owns >= TRAFFIC_OWN) return;
  struct traffic_own own = {};
  __builtin_memcpy(own.mac, packet->sender_mac, 6);
  if (bpf_map_update_elem(table, key, &own, BPF_NOEXIST) == 0) __sync_fetch_and_add(&mine->owns, 1);
}

static __always_inline int read_packet(struct __sk_buff* skb, struct traffic_packet* packet) {
  const struct traffic_frame frame = {skb->len, skb->gso_size, skb->gso_segs};
  return traffic_read_frame(skb, &frame, packet);
}

static __always_inline int side_at(__u64 at) {
  const int after = TRAFFIC_SIDE(at);
  return bpf_ktime_get_ns() >= TRAFFIC_BORDER(at) ? after : !after;
}

static __always_inline int is_same(const struct traffic_key* one, const struct traffic_key* other) {
  const __u32 *a = (const __u32*)one, *b = (const __u32*)other;
  __u32 differs = 0;
#pragma unroll
  for (unsigned int i = 0; i < sizeof(*one) / sizeof(*a); ++i) differs |= a[i] ^ b[i];
  return differs == 0;
}

// Whether it was the last as well; if not, it is now.
static __always_inline int is_last(const struct traffic_key* key, __u64 at, __u64 side) {
  const __u32 place = key->interface % LASTS;
  struct traffic_last* last = bpf_map_lookup_elem(&lasts, &place);
  if (!last) return 0;
  if (last->control == at && last->side == side && is_same(&last->key, key)) return 1;
  last->control = at;
  last->side = side;
  last->key = *key;
  return 0;
}

SEC("tc")
int reaches_vm(struct __sk_buff* skb) {
  struct traffic_packet packet = {};
  if (!read_packet(skb, &packet)) return TC_ACT_UNSPEC;
  struct traffic_key key = {};
  key.interface = skb->ifindex;
  key.address = packet.from;
  if (side_at(control))
    count(&counts1, &sides1, &key, &packet.count);
  else
    count(&counts0, &sides0, &key, &packet.count);
  return TC_ACT_UNSPEC;
}

SEC("tc")
int leaves_vm(struct __sk_buff* skb) {
  struct traffic_packet packet = {};
  if (!read_packet(skb, &packet)) return TC_ACT_UNSPEC;
  const __u64 at = control;
  const int side = side_at(at);
  struct traffic_key key = {};
  key.interface = skb->ifindex;
  key.address = packet.from;
  if (!is_last(&key, at, side)) {
    if (side)
      note_own(&owns1, &sides1, &key, &packet);
    else
      note_own(&owns0, &sides0, &key, &packet);
  }
  if (!has_servers || !bpf_map_lookup_elem(&servers, &packet.to)) return TC_ACT_UNSPEC;
  key.address = packet.to;
  key.address.direction = TRAFFIC_TO;
  if (side)
    count(&counts1, &sides1, &key, &packet.count);
  else
    count(&counts0, &sides0, &key, &packet.count);
  return TC_ACT_UNSPEC;
}

// Says to the kernel which of its helpers it may use; those above ask for no licence in particular.
char _license[] SEC("license") = "Apache-2.0";
