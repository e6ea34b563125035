// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/planetlab/account.h"

namespace attune::planetlab {

void Account::pass(double seconds) {
  for (const HostNote& host : hosts_) {
    if (!host.is_known || host.used <= 0) continue;
    active_ += seconds;
    if (host.used < host.wanted) overloaded_ += seconds;
  }
  for (const VmNote& vm : vms_) {
    wanted_ += vm.wanted * seconds;
    if (vm.migrates && vm.given < vm.wanted) lost_ += (vm.wanted - vm.given) * seconds;
  }
}

// A host that was off until now used nothing until now.
void Account::spend(const HostType& type, double use_before, double use_now, double seconds) {
  if (use_before > 0) joules_ += (type.power(use_before) + type.power(use_now)) / 2 * seconds;
}

Figures Account::figures() const {
  return {joules_ / 3.6e6, active_ > 0 ? overloaded_ / active_ : 0, wanted_ > 0 ? lost_ / wanted_ : 0};
}

}  // namespace attune::planetlab
