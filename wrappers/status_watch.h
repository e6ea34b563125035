// SPDX-License-Identifier: Apache-2.0
// StatusWatch: asks the `status` stub of each started component now and then, and raises component_failed for
// one that is found dead. Asking is not a call of a run and is not journalled; what it finds is. Loop thread
// only.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <stop_token>
#include <string_view>

#include "wrappers/implementation.h"

namespace attune::wrappers {

class StatusWatch {
 public:
  using Find = std::function<Implementation*(std::string_view key)>;

  // Begins at once; every `period`, or never where that is zero. `is_busy` says whether a run holds the
  // component: what is being stopped or moved is not asked.
  StatusWatch(World& world, Duration period, Find implementation,
              std::function<bool(system::ComponentId)> is_busy);

 private:
  void look();
  void ask(const system::Component& component, const model::Stub& status);
  void answered(system::ComponentId component, const workflow::CallOutcome& outcome);

  World& world_;
  Duration period_;
  Find implementation_;
  std::function<bool(system::ComponentId)> is_busy_;
  std::set<system::ComponentId> asked_;  // and not answered yet
  std::stop_source ended_;
  std::unique_ptr<ports::Loop::Timer> timer_;
  std::shared_ptr<bool> alive_;
};

}  // namespace attune::wrappers
