// SPDX-License-Identifier: Apache-2.0
// Inventory: which VMs there are behind which taps, and what of them belongs into a period's report. Pure;
// one thread, that of the sensor.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "probes/traffic/counted.h"
#include "probes/traffic/links.h"
#include "probes/traffic/report.h"

namespace attune::probes {

class Inventory {
 public:
  // `peers` of a VM are told one by one.
  explicit Inventory(std::size_t peers) : peers_(peers) {}

  // A VM came. `mac` is known where the interface was named with it; else it follows from the tap's own.
  // `is_part`: it came within the period.
  void arrived(const Link& tap, std::optional<Mac> mac, bool is_part);
  void left(unsigned interface);
  // The tap has another MAC address or name now.
  void changed(const Link& tap);
  bool has(unsigned interface) const;

  // Of all VMs that were there in the period that is over, with what was counted of them. One that has left
  // is told once, as a part, and once more if something of it was counted after the border.
  std::vector<VmReport> report(Counted counted);

 private:
  struct Vm {
    Mac tap{};
    std::optional<Mac> mac;  // known for certain
    bool is_named = false;   // by an option: whatever it sends is its own
    bool is_part = false;
    bool has_left = false;
    bool was_told = false;  // that it left
    std::vector<traffic_address> own;
  };

  void learn(Vm& vm, const VmCount& count) const;
  VmReport report_of(Vm& vm, VmCount count) const;

  std::size_t peers_;
  std::map<unsigned, Vm> vms_;
};

// libvirt gives the tap the MAC address of its VM with fe as the first byte: what the VM's is, if it is one
// that libvirt or QEMU has made up (52:54:00). Another one shows when the VM sends.
Mac guess_mac(const Mac& tap);

}  // namespace attune::probes
