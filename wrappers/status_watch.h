// SPDX-License-Identifier: Apache-2.0
// StatusWatch: asks the `status` stub of each started component now and then, some at once, and raises
// component_failed for one that is found dead. Asking is not a call of a run and is not journalled; what it
// finds is. Loop thread only.
#pragma once

#include <cstddef>
#include <deque>
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

  // Begins at once; every `period`, or never where that is zero. calls.parallel are asked at once: a round
  // that takes longer than the period is not overtaken by the next. `is_busy` says whether a run holds the
  // component: what is being stopped or moved is not asked.
  StatusWatch(World& world, Duration period, Find implementation,
              std::function<bool(system::ComponentId)> is_busy);

 private:
  void look();
  void go_on();
  void ask(system::ComponentId id);
  void ask(const system::Component& component, const model::Stub& status);
  void answered(system::ComponentId component, const workflow::CallOutcome& outcome);

  World& world_;
  Duration period_;
  Find implementation_;
  std::function<bool(system::ComponentId)> is_busy_;
  size_t at_once_;
  std::deque<system::ComponentId> waiting_;  // of this round, for their turn
  bool is_going_on_ = false;
  std::set<system::ComponentId> asked_;  // and not answered yet
  std::stop_source ended_;
  std::unique_ptr<ports::Loop::Timer> timer_;
  std::shared_ptr<bool> alive_;
};

}  // namespace attune::wrappers
