// SPDX-License-Identifier: Apache-2.0
// Call: one stub of one component, to be carried out in the world; and how it ended. The engine issues calls
// only after their intent is durable. Immutable values; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/system/change.h"
#include "runtime/system/component.h"

namespace attune::workflow {

using CallId = uint64_t;  // never used again, also after a restart
using RunId = uint64_t;

struct Call {
  CallId id = 0;
  RunId run = 0;  // a call by hand is a run of its own
  system::ComponentId component = system::kNoComponent;
  std::string component_name;
  std::string stub;       // "migrate"
  std::string key;        // "VM"; "Component" for the stubs that every component has: deploy, undeploy
  std::string operation;  // "migrate"
  std::vector<std::string> arguments;  // the wrapper's params, evaluated
  std::string host;                    // where the component is; empty: nowhere yet
  Duration timeout{};                  // zero: none
};

// How a call ended.
struct CallExited {
  static constexpr int kNotRun = 125;     // it failed before, or without, a command of its own
  static constexpr int kGivenUp = 254;    // it was not waited for any longer, and may still be at work
  static constexpr int kUncertain = 255;  // it was lost, and has not brought its component where it should be
  int code = 0;                           // zero: it worked
  std::string
      message;  // one line when it did not: what, where, what to do; else what it had to say, maybe nothing
  // What the call found or did to the system beyond its lifecycle, applied with the outcome: HostAssigned
  // after a migration, an address learnt.
  std::vector<system::Change> changes;
};
struct CallTimedOut {
  std::vector<system::Change> changes;  // as above
};
struct CallCancelled {
  std::vector<system::Change> changes;
};
struct CallLost {  // it may have run
  std::string why;
};
using CallOutcome = std::variant<CallExited, CallTimedOut, CallCancelled, CallLost>;
std::string_view name_of(const CallOutcome& outcome);  // "exited", "timed-out", "cancelled", "lost"
bool is_success(const CallOutcome& outcome);
const std::vector<system::Change>& changes_of(const CallOutcome& outcome);

}  // namespace attune::workflow
