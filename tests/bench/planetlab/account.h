// SPDX-License-Identifier: Apache-2.0
// Account: energy and broken promises, as CloudSim reckons them: what each host and VM gets and wants holds
// from one reckoning to the next. Fed by the World; one thread.
#pragma once

#include <cstddef>
#include <vector>

#include "tests/bench/planetlab/machines.h"

namespace attune::planetlab {

struct Figures {
  double kwh = 0;
  double overload = 0;     // SLATAH: share of the hosts' active time in which they gave less than was wanted
  double degradation = 0;  // PDM: share of what VMs wanted that they did not get while they migrated
  double shortfall = 0;    // share of what VMs wanted that they did not get, for whatever reason
  double violation() const { return overload * degradation; }
  double product() const { return kwh * violation(); }
};

class Account {
 public:
  Account(size_t hosts, size_t vms) : hosts_(hosts), vms_(vms) {}

  // From now on, in MIPS. A host counts as active as long as it is used.
  void note_host(size_t host, double used, double wanted) { hosts_[host] = {used, wanted, true}; }
  void note_vm(size_t vm, double given, double wanted, bool migrates) {
    vms_[vm] = {given, wanted, migrates};
  }
  void forget_vm(size_t vm) { vms_[vm] = {}; }
  // `seconds` have gone by with what was noted.
  void pass(double seconds);
  // In them the use of a host went from what it was to what it is: both of its whole, from 0 to 1.
  void spend(const HostType& type, double use_before, double use_now, double seconds);

  Figures figures() const;

 private:
  struct HostNote {
    double used = 0, wanted = 0;
    bool is_known = false;
  };
  struct VmNote {
    double given = 0, wanted = 0;
    bool migrates = false;
  };

  std::vector<HostNote> hosts_;
  std::vector<VmNote> vms_;
  double joules_ = 0, active_ = 0, overloaded_ = 0, wanted_ = 0, lost_ = 0, short_ = 0;
};

}  // namespace attune::planetlab
