// SPDX-License-Identifier: Apache-2.0
// Reads the headers of a frame: who sent it, how many packets on the wire it stands for, how long they are.
// C, since the program in the kernel and the packet ring share it. Who includes it defines
// TRAFFIC_READ(source, offset, to, size) before, which copies bytes of the frame and gives 0, or something
// else where they are not there. Pure; any thread.
#pragma once

#include "probes/traffic/count.h"

#define TRAFFIC_INLINE static inline __attribute__((always_inline))

// NOLINTBEGIN(readability-identifier-naming): as C and the kernel call things

// What is known of a frame beside its bytes.
struct traffic_frame {
  unsigned int length;    // with its Ethernet header, as the interface carries it
  unsigned int gso_size;  // 0, or how many bytes of a super-packet's content go into one packet on the wire
  unsigned int gso_segs;  // how many packets that are, where the kernel knows it already; else 0
};

struct traffic_packet {
  struct traffic_address from;
  struct traffic_address to;
  unsigned char sender_mac[8];
  struct traffic_count count;
};

// Where the headers lie.
struct traffic_layers {
  unsigned int network;    // offset of the IP header
  unsigned int transport;  // offset behind it
  unsigned int length;     // of the IP packet, or of what is no IP
  unsigned char protocol;
};

TRAFFIC_INLINE unsigned int traffic_be16(const unsigned char* at) {
  return (unsigned int)at[0] << 8 | at[1];
}

// The Ethernet header and up to two VLAN tags; gives the type of what follows, 0 where the frame is too
// short.
TRAFFIC_INLINE unsigned int traffic_read_link(TRAFFIC_SOURCE source, struct traffic_packet* packet,
                                              struct traffic_layers* layers) {
  unsigned char head[14];
  if (TRAFFIC_READ(source, 0, head, 14)) return 0;
  packet->from.family = TRAFFIC_MAC;
  packet->to.family = TRAFFIC_MAC;
  __builtin_memcpy(packet->to.bytes, head, 6);
  __builtin_memcpy(packet->from.bytes, head + 6, 6);
  __builtin_memcpy(packet->sender_mac, head + 6, 6);
  unsigned int type = traffic_be16(head + 12);
  layers->network = 14;
  for (int tag = 0; tag < 2 && (type == 0x8100 || type == 0x88a8); ++tag) {
    unsigned char inner[4];
    if (TRAFFIC_READ(source, layers->network, inner, 4)) break;
    type = traffic_be16(inner + 2);
    layers->network += 4;
  }
  return type;
}

TRAFFIC_INLINE void traffic_set_address(struct traffic_address* address, unsigned char family,
                                        const unsigned char* bytes) {
  __builtin_memset(address->bytes, 0, sizeof(address->bytes));
  address->family = family;
  if (family == TRAFFIC_IPV4)
    __builtin_memcpy(address->bytes, bytes, 4);
  else
    __builtin_memcpy(address->bytes, bytes, 16);
}

// False where it is no IPv4 header; so it is with IPv6 below.
TRAFFIC_INLINE int traffic_read_ipv4(TRAFFIC_SOURCE source, struct traffic_packet* packet,
                                     struct traffic_layers* layers) {
  unsigned char head[20];
  if (TRAFFIC_READ(source, layers->network, head, 20) || head[0] >> 4 != 4 || (head[0] & 15) < 5) return 0;
  traffic_set_address(&packet->from, TRAFFIC_IPV4, head + 12);
  traffic_set_address(&packet->to, TRAFFIC_IPV4, head + 16);
  layers->transport = layers->network + (head[0] & 15) * 4u;
  layers->protocol = head[9];
  const unsigned int told = traffic_be16(head + 2);
  if (told >= 20 && told < layers->length) layers->length = told;  // what follows only fills the frame up
  return 1;
}

TRAFFIC_INLINE int traffic_read_ipv6(TRAFFIC_SOURCE source, struct traffic_packet* packet,
                                     struct traffic_layers* layers) {
  unsigned char head[40];
  if (TRAFFIC_READ(source, layers->network, head, 40) || head[0] >> 4 != 6) return 0;
  traffic_set_address(&packet->from, TRAFFIC_IPV6, head + 8);
  traffic_set_address(&packet->to, TRAFFIC_IPV6, head + 24);
  layers->transport = layers->network + 40;
  layers->protocol = head[6];
  const unsigned int told = traffic_be16(head + 4);
  if (told > 0 && told + 40 < layers->length) layers->length = told + 40;  // 0 says that it is a jumbogram
  return 1;
}

// Over hop-by-hop, routing and destination headers, of which a super-packet of IPv6 may have some.
TRAFFIC_INLINE void traffic_skip_extensions(TRAFFIC_SOURCE source, struct traffic_layers* layers) {
  for (int step = 0; step < 4; ++step) {
    unsigned char head[2];
    if (layers->protocol != 0 && layers->protocol != 43 && layers->protocol != 60) return;
    if (TRAFFIC_READ(source, layers->transport, head, 2)) return;
    layers->protocol = head[0];
    layers->transport += (head[1] + 1u) * 8;
  }
}

// Each packet of a super-packet has the headers of IP and TCP or UDP again.
TRAFFIC_INLINE void traffic_count_segments(TRAFFIC_SOURCE source, const struct traffic_frame* frame,
                                           struct traffic_layers* layers, struct traffic_count* count) {
  unsigned char offset = 0;
  traffic_skip_extensions(source, layers);
  unsigned int headers = layers->transport - layers->network;
  if (layers->protocol == 17) headers += 8;
  if (layers->protocol == 6 && !TRAFFIC_READ(source, layers->transport + 12, &offset, 1))
    headers += (offset >> 4) * 4u;
  // IPv4's own field ends at 64 KiB.
  const unsigned int length = frame->length > layers->network ? frame->length - layers->network : 0;
  unsigned int segments = frame->gso_segs;
  if (segments == 0 && length > headers)
    segments = (length - headers + frame->gso_size - 1) /
               frame->gso_size;  // what comes from a VM is not yet counted
  if (segments == 0) segments = 1;
  count->messages = segments;
  count->bytes = length + (unsigned long long)(segments - 1) * headers;
}

// Fills `packet`; false where the frame has not even an Ethernet header. `packet` must be zero before.
TRAFFIC_INLINE int traffic_read_frame(TRAFFIC_SOURCE source, const struct traffic_frame* frame,
                                      struct traffic_packet* packet) {
  struct traffic_layers layers = {0, 0, 0, 0};
  if (frame->length < 14) return 0;
  const unsigned int type = traffic_read_link(source, packet, &layers);
  if (layers.network == 0) return 0;
  layers.length = frame->length > layers.network ? frame->length - layers.network : 0;
  int is_ip = 0;
  if (type == 0x0800) is_ip = traffic_read_ipv4(source, packet, &layers);
  if (type == 0x86dd) is_ip = traffic_read_ipv6(source, packet, &layers);
  packet->count.messages = 1;
  packet->count.bytes = layers.length;
  if (is_ip && frame->gso_size > 0) traffic_count_segments(source, frame, &layers, &packet->count);
  return 1;
}

// NOLINTEND(readability-identifier-naming)
