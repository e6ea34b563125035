// SPDX-License-Identifier: Apache-2.0
// Stage: what all runs play on: the system, the ledger, the agenda, the calls under way and the capacity that
// runs have set aside. The engine owns it and hands it to the runs. Loop thread only.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/model/project.h"
#include "runtime/system/placement.h"
#include "runtime/system/system.h"
#include "runtime/workflow/agenda.h"
#include "runtime/workflow/burdens.h"
#include "runtime/workflow/call.h"
#include "runtime/workflow/event.h"
#include "runtime/workflow/ledger.h"
#include "runtime/workflow/operand.h"

namespace attune::workflow {

// What the engine must be told of the manager around it.
struct Surroundings {
  std::string pipe;  // the FIFO: $manager.pipe of components on this machine
  // Local time minus UTC, for the timers `at`. Where absent they go by UTC.
  std::function<std::chrono::seconds(WallTime)> utc_offset;
};

using FlowId = uint32_t;  // a token of a run; never used again within it

struct AfterAlarm {  // `after T`
  RunId run = 0;
  FlowId flow = 0;
};
struct WaitAlarm {  // wait(T)
  RunId run = 0;
  FlowId flow = 0;
};
struct HoldAlarm {  // a level event has held
  uint32_t reaction = 0;
  system::ComponentId component = system::kNoComponent;
};
struct ReleaseAlarm {  // a level event has been over for long enough
  uint32_t reaction = 0;
  system::ComponentId component = system::kNoComponent;
};
struct FactAlarm {  // facts that were put off are due
  uint32_t reaction = 0;
  system::ComponentId about = system::kNoComponent;  // or a host: an AboutId
};
struct TimerAlarm {  // `every`, `at`
  uint32_t reaction = 0;
};
struct FenceAlarm {  // a host has been down for long enough
  std::string host;
};
struct PowerAlarm {
  enum class What {
    kSwitchOn,   // a host that could not be switched on may be tried again
    kTellEmpty,  // one that could not be switched off is told empty again, if it is
    kSettled,    // by now one whose switching off broke off answers, or is off
  };
  What what = What::kSwitchOn;
  std::string host;
};
struct ApprovalAlarm {  // nobody has approved the run
  RunId run = 0;
};
struct LookAlarm {};  // wait(condition): time alone may have made one true
using Alarm = std::variant<AfterAlarm, WaitAlarm, HoldAlarm, ReleaseAlarm, FactAlarm, TimerAlarm, FenceAlarm,
                           PowerAlarm, ApprovalAlarm, LookAlarm>;

struct OpenCall {
  Call call;
  FlowId flow = 0;
  Instant issued{};
  system::Lifecycle before = system::Lifecycle::kDeclared;  // of its component, when it was issued
};

// A host that is on its way off: what it answers means nothing.
struct GoingOff {
  RunId run = 0;  // whose call goes on; 0: it has broken off
  std::optional<Agenda<Alarm>::Entry> settled;
};

struct Stage {
  Stage(const model::Project& of, system::System& live, Surroundings around, unsigned at_once)
      : project(of), system(live), surroundings(std::move(around)), parallel(at_once), ledger(live) {}

  const model::Project& project;
  system::System& system;
  const Surroundings surroundings;
  const unsigned parallel;  // calls at once on one set
  Ledger ledger;
  Agenda<Alarm> agenda;
  std::deque<Event> emitted;  // by runs, not yet accepted
  std::unordered_map<CallId, OpenCall> calls;
  std::vector<system::Reservation> reserved;  // by all runs, and
  std::vector<RunId> reserved_by;             // for each, by which
  Burdens burdens;                            // hosts that runs boot or migrate machines on
  std::map<std::string, GoingOff> going_off;  // by host
  // Hosts that runs wanted off and that are not, by run.
  std::set<std::pair<RunId, std::string>> kept_on;

  // Puts an event into the queue. Where kMostEmitted wait, one of the same name and component leaves for it.
  static constexpr size_t kMostEmitted = 16'384;
  void emit(Event event);

  Instant now() const { return ledger.now().steady; }
  Outlook outlook() const { return {system, now(), surroundings.pipe}; }
};

}  // namespace attune::workflow
