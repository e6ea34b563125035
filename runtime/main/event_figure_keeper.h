// SPDX-License-Identifier: Apache-2.0
// EventFigureKeeper: what the records say of events, added up for `attune events`. Loop thread only.
#pragma once

#include <deque>

#include "runtime/control/daemon.h"
#include "runtime/workflow/record.h"

namespace attune::main {

class EventFigureKeeper {
 public:
  static constexpr size_t kRecent = 100;
  static constexpr size_t kMaxNames = 1000;  // counted by name; what comes after is counted in all

  void look(const workflow::Record& record);
  // All but what the intake knows: rejections and the queue.
  control::EventFigures figures() const;

 private:
  void count(const std::string& name, uint64_t times);
  void keep(control::EventFigures::Recent event);

  control::EventFigures sums_;
  std::deque<control::EventFigures::Recent> recent_;
};

}  // namespace attune::main
