// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/ledger.h"

#include <utility>
#include <vector>

#include "runtime/system/composition.h"

namespace attune::workflow {

Effects Ledger::close() {
  return std::exchange(effects_, {});
}

void Ledger::issue(Call call) {
  record(CallIntent{call});
  effects_.calls.push_back(std::move(call));
}

Result<void> Ledger::change(system::Change change, RunId run, std::string by) {
  if (Result<void> applied = system_.apply(change); !applied) return applied;
  const auto* lifecycle = std::get_if<system::LifecycleChanged>(&change);
  const bool is_down = lifecycle != nullptr && !system::may_run(lifecycle->to);
  const std::vector<system::Change> more =
      is_down ? system::going_down(system_, *system_.find(lifecycle->id)) : std::vector<system::Change>{};
  record(SystemChanged{run, std::move(change), by});
  for (const system::Change& one : more)
    if (Result<void> applied = this->change(one, run, by); !applied) return applied;
  return {};
}

}  // namespace attune::workflow
