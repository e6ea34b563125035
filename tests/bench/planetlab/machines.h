// SPDX-License-Identifier: Apache-2.0
// Machines: the hosts and virtual machines of the benchmark: CloudSim's standard set-up of its PlanetLab
// examples, which that of Beloglazov and Buyya (2012) is. Plain values; any thread.
#pragma once

#include <array>
#include <cstddef>

namespace attune::planetlab {

// Of processors in MIPS, of memory in MiB.
struct HostType {
  const char* name;
  double core_mips;
  int cores;
  std::array<double, 11> watts;  // SPECpower_ssj2008: at 0, 10, ..., 100 % of its use

  double mips() const { return core_mips * cores; }
  // With `use` from 0 to 1, between two of the table's by a straight line.
  double power(double use) const;
};

struct VmType {
  double mips;
  double memory;
};

inline constexpr double kHostMemory = 4096;
inline constexpr size_t kMostAtStart = 10;  // VMs of 100 Mbit/s on a host of 1 Gbit/s, when they are started
inline constexpr double kCopyRate =
    62.5;  // MiB/s of a migration: half the host's link, as CloudSim counts it

// The first and then each other host is a HP ProLiant ML110 G4, the others are G5.
extern const std::array<HostType, 2> kHostTypes;
// The first quarter of the VMs is of the first type, and so on.
extern const std::array<VmType, 4> kVmTypes;

}  // namespace attune::planetlab
