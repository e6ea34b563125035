// SPDX-License-Identifier: Apache-2.0
// StatusWatch: asks the `status` stub of each started component now and then, some at once. One that is found
// dead has failed, and component_failed is raised, every time until somebody does something about it. Asking
// is not a call of a run and is not journalled; what it finds is. Loop thread only.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
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

  // Asks nothing more and tells what it has asked to end. Calls `idle`, unless this is destroyed before, once
  // nothing of that runs any more; until then the implementations must live.
  void stop(std::function<void()> idle);

 private:
  struct Asked {
    std::stop_source stop;
    std::unique_ptr<ports::Loop::Timer> timeout;
  };
  void look();
  void go_on();
  void ask(system::ComponentId id);
  void ask(const system::Component& component, const model::Stub& status);
  bool is_wanted(const system::Component& component);
  std::stop_token asked(const workflow::Call& call);
  void answered(system::ComponentId component, const workflow::CallOutcome& outcome);

  World& world_;
  Duration period_;
  Find implementation_;
  std::function<bool(system::ComponentId)> is_busy_;
  size_t at_once_;
  std::deque<system::ComponentId> waiting_;  // of this round, for their turn
  bool is_going_on_ = false;
  std::map<system::ComponentId, Asked> asked_;  // and not answered yet
  std::set<system::ComponentId> dead_;          // as they were found
  bool is_stopped_ = false;
  std::function<void()> idle_;
  std::unique_ptr<ports::Loop::Timer> timer_;
  std::shared_ptr<bool> alive_;
};

}  // namespace attune::wrappers
