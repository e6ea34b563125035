// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/ledger.h"

#include <utility>

namespace attune::workflow {

Effects Ledger::close() {
  return std::exchange(effects_, {});
}

void Ledger::issue(Call call) {
  record(CallIntent{call});
  effects_.calls.push_back(std::move(call));
}

Result<void> Ledger::change(system::Change change, RunId run, std::string by) {
  Result<void> applied = system_.apply(change);
  if (applied) record(SystemChanged{run, std::move(change), std::move(by)});
  return applied;
}

}  // namespace attune::workflow
