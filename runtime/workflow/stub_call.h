// SPDX-License-Identifier: Apache-2.0
// One call of a stub, from the request to what its outcome makes of the component: its arguments, its record,
// its lifecycle. Loop thread only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/workflow/stage.h"

namespace attune::workflow {

// The stubs that every component has, and the words with a meaning for its lifecycle.
inline constexpr std::string_view kDeploy = "deploy", kUndeploy = "undeploy", kStart = "start",
                                  kStop = "stop";
inline constexpr std::string_view kComponentKey = "Component";  // implements deploy and undeploy

// Implements what is asked of the planner, which is no component: improve, empty.
inline constexpr std::string_view kPlacementKey = "Placement", kPlacement = "placement";

// What is asked of one component; without one, of the planner.
struct Request {
  system::ComponentId component = system::kNoComponent;
  std::string stub;
  std::vector<Operand> arguments;
};

// Whether the component can be asked: it has the stub of its own, or every component has it.
bool has_stub(const system::System& system, const system::Component& component, std::string_view stub);

// Makes the call from the system as it stands, changes the component's lifecycle (start: starting), records
// the intent and hands the call out. The Error says why there can be no such call; nothing happened then.
Result<CallId> issue(Stage& stage, const Request& request, RunId run, FlowId flow);

// Records how an open call ended and what that makes of the component: start: started or failed; deploy:
// deployed; lost: lost. What the call itself found of the component counts instead.
void settle(Stage& stage, const OpenCall& open, const CallOutcome& outcome);

// "vm1.migrate exited with 1: no route to lab2", for messages.
std::string to_text(const Call& call, const CallOutcome& outcome);

// Whether the call was lost, and its component was found so that it certainly has not been carried out: which
// only of a start, a stop and a migration can be told.
bool is_known_undone(const Call& call, const CallOutcome& outcome);

// What the outcome of the stub makes of the lifecycle that its component had before it was issued; nothing
// where it stays. A start or stop of which nobody can tell what it came to leaves it lost: it may run.
std::optional<system::Lifecycle> lifecycle_after(std::string_view stub, const CallOutcome& outcome,
                                                 system::Lifecycle before);

}  // namespace attune::workflow
