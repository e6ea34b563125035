// SPDX-License-Identifier: Apache-2.0
// StubCaller: calls stubs of components where there is no engine: by the implementations that attuned has and
// its dispatcher, one call after the other as they are asked for. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "runtime/base/result.h"
#include "runtime/base/task.h"
#include "runtime/main/dispatcher.h"
#include "runtime/main/implementations.h"
#include "runtime/system/system.h"
#include "runtime/workflow/call.h"

namespace attune::torture {

class StubCaller {
 public:
  // `system` is the world's. Both must outlive it.
  StubCaller(system::System& system, wrappers::World& world);

  // The Error says why there can be no such call.
  Result<workflow::Call> call_of(system::ComponentId component, const std::string& stub) const;
  // How it ended; what that makes of the component is so by then.
  Task<workflow::CallOutcome> carry_out(workflow::Call call);
  Task<workflow::CallOutcome> deploy(system::ComponentId component);

  // Calls under way are told to end: nothing more is waited for.
  void cancel() { dispatcher_.cancel_all(); }
  // The last thing that is asked of it: nothing is at work any more, and nothing is kept running.
  Task<int> close();

 private:
  system::Lifecycle lifecycle_before(system::ComponentId component) const;
  void ended(workflow::CallId id, workflow::CallOutcome outcome);

  system::System& system_;
  wrappers::World& world_;
  main::Dispatcher dispatcher_;
  std::optional<main::Implementations> implementations_;
  workflow::CallId last_call_ = 0;
  struct Open {
    workflow::Call call;
    system::Lifecycle before = system::Lifecycle::kDeclared;
    std::function<void(workflow::CallOutcome)> done;
  };
  std::map<workflow::CallId, Open> open_;
};

}  // namespace attune::torture
