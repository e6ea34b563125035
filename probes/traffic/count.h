// SPDX-License-Identifier: Apache-2.0
// What the program in the kernel and the sensor tell each other: keys, counts and the border of a period. C,
// since both include it; the layout is the maps'. Pure; any thread.
#pragma once

// Families of an address. What is not IP is counted by the sender's MAC address.
#define TRAFFIC_MAC 2
#define TRAFFIC_IPV4 4
#define TRAFFIC_IPV6 6

// What a count in the table is of: what reached the VM from a sender, or what the VM sent to a named server.
#define TRAFFIC_FROM 0
#define TRAFFIC_TO 1

// NOLINTBEGIN(readability-identifier-naming): as C and the kernel call things

// How many of its own addresses are kept of a VM.
#define TRAFFIC_OWN 16

struct traffic_address {
  unsigned char family;
  unsigned char direction;  // TRAFFIC_FROM or TRAFFIC_TO; 0 where it says nothing
  unsigned char unused[2];
  unsigned char bytes[16];  // in the network's order; zero behind the family's length
};

struct traffic_key {
  unsigned int interface;  // the tap's index
  struct traffic_address address;
};

struct traffic_count {
  unsigned long long messages;
  unsigned long long bytes;
};

// An address that the VM sent from, and the MAC address of the frame.
struct traffic_own {
  unsigned char mac[8];
};

// Of one VM and one side: how many entries it has in the tables, and what found no place there.
struct traffic_side {
  unsigned long long peers;
  unsigned long long owns;
  struct traffic_count rest;
};

// The next border, in nanoseconds of the monotonic clock, with the side that counts from there on in the
// lowest bit. One word, so that it changes in one piece: before the border a packet is counted on the other
// side.
#define TRAFFIC_SIDE(control) ((control)&1ULL)
#define TRAFFIC_BORDER(control) ((control) & ~1ULL)

// NOLINTEND(readability-identifier-naming)
