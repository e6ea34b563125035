// SPDX-License-Identifier: Apache-2.0
// Record: one entry of the journal: what was decided and what came of it. The engine makes records, the store
// keeps them in order, and after a crash they are all the manager knows of its intent. docs/journal.md has
// the stored form. Immutable values; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/system/change.h"
#include "runtime/workflow/call.h"
#include "runtime/workflow/event.h"
#include "runtime/workflow/mode.h"

namespace attune::workflow {

enum class RunEnd { kDone, kFailed, kCancelled, kInterrupted };  // interrupted: the manager died
std::string_view name_of(RunEnd end);

struct ManagerStarted {  // a manager took over the journal
  std::string version;
};
struct ManagerStopped {
  std::string why;  // "SIGTERM", "the project is stopped"
};
struct EventAccepted {
  uint64_t event = 0;  // its number
  std::string name, component, source;
  std::vector<std::pair<std::string, std::string>> values;
};
inline constexpr std::string_view kNobodyAnswers = "no diagram answers it";
struct EventSuppressed {  // heard, and by rule not answered
  std::string name, component;
  std::string why;     // "cooldown until 12:00:31", "held 3s of 10s", kNobodyAnswers
  uint64_t count = 1;  // equal ones in a row are counted together
};
struct RunStarted {
  RunId run = 0;
  uint64_t event = 0;   // each run has one; by hand it is `call`, `undeploy`, `stop`
  std::string diagram;  // its event's name
  std::string subject;  // the component it is about; may be empty
  std::string rule;     // "diagrams/cpu_high.mmd:1"; empty: by hand
  std::string terms;    // "hold 10s, cooldown 1min": on which it answers; may be empty
};
struct RunWaits {
  RunId run = 0;
  std::string why;  // "vm1 is in use by run 6"
};
struct RunApproved {  // of those that wait for it
  RunId run = 0;
  std::string by;
};
struct RunRenewed {  // it answers a newer event than the one that it was made for
  RunId run = 0;
  std::string source;
  std::vector<std::pair<std::string, std::string>> values;
};
struct StateEntered {
  RunId run = 0;
  std::string state;
};
struct GuardEvaluated {
  RunId run = 0;
  std::string state, guard;
  bool holds = false;
  std::string seen;  // "target = lab2, this.host = lab1"
  std::string
      turned_by;  // what would have given the other: "event.cpu above 90% instead of 85%"; may be empty
};
struct ConsideredHost {
  std::string host;
  std::string measure;  // "load 3%, 2 components, 1GiB free"
  std::string refused;  // why it does not fit; empty: it does
  friend bool operator==(const ConsideredHost&, const ConsideredHost&) = default;
};
struct HostChosen {
  RunId run = 0;
  std::string variable, host;  // host is "none" where nothing fits
  std::string why;
  std::vector<ConsideredHost> considered;  // those that fit first, the best of them first
  uint64_t more = 0;                       // that were considered as well
  std::string
      otherwise;  // "lab3 with load below 3% instead of 5%": what would have been chosen; may be empty
};
struct VariableSet {
  RunId run = 0;
  std::string variable, value;
};
struct CallIntent {
  Call call;
};
struct CallEnded {
  CallId call = 0;
  RunId run = 0;
  CallOutcome outcome;
  Duration took{};
};
struct SystemChanged {
  RunId run = 0;  // 0: by hand, or the world's doing
  system::Change change;
  std::string by;  // "attune (root)", "libvirt lab1", "vm1.migrate"; empty: the run
};
struct Alerted {
  RunId run = 0;
  std::string text, component;
};
struct ModeSet {
  Mode mode = Mode::kAutomatic;
  std::string component;  // with all in it; empty: the whole project
  std::string by;
};
struct RunEnded {
  RunId run = 0;
  RunEnd end = RunEnd::kDone;
  std::string why;  // empty when done
};

struct RunJudged {  // whether a run that ended well has brought about what its diagram ensures
  RunId run = 0;
  std::string diagram, subject;
  bool helped = false;
  std::string seen;  // "this.host.load = 93%"
};
struct ReactionSwitched {  // off: its events about the component are not answered any more
  std::string diagram, subject;
  bool on = false;
  std::string why;
  std::string by;  // who, by hand
};

struct Record {
  uint64_t sequence = 0;  // from 1, without gaps; given by the engine
  WallTime at{};
  std::variant<ManagerStarted, ManagerStopped, EventAccepted, EventSuppressed, RunStarted, RunWaits,
               StateEntered, GuardEvaluated, HostChosen, VariableSet, CallIntent, CallEnded, SystemChanged,
               Alerted, RunEnded, ModeSet, RunApproved, RunRenewed, RunJudged, ReactionSwitched>
      what;
};

}  // namespace attune::workflow
