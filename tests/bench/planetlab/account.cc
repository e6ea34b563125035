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
    if (vm.given >= vm.wanted) continue;
    short_ += (vm.wanted - vm.given) * seconds;
    if (vm.migrates) lost_ += (vm.wanted - vm.given) * seconds;
  }
}

// A host that was off until now used nothing until now.
void Account::spend(const HostType& type, double use_before, double use_now, double seconds) {
  if (use_before > 0) joules_ += (type.power(use_before) + type.power(use_now)) / 2 * seconds;
}

Figures Account::figures() const {
  const auto share = [](double part, double whole) { return whole > 0 ? part / whole : 0; };
  return {joules_ / 3.6e6, share(overloaded_, active_), share(lost_, wanted_), share(short_, wanted_)};
}

}  // namespace attune::planetlab
