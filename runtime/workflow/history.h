// SPDX-License-Identifier: Apache-2.0
// History: what a journal tells a manager that takes it over: its changes, replayed into the system, and what
// was still open when its writer died. Filled record by record, then handed to Engine::started. Loop thread
// only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "runtime/base/result.h"
#include "runtime/system/system.h"
#include "runtime/workflow/effects.h"
#include "runtime/workflow/lately.h"
#include "runtime/workflow/modes.h"
#include "runtime/workflow/off_hosts.h"
#include "runtime/workflow/own_stops.h"
#include "runtime/workflow/trials.h"
#include "runtime/workflow/undo.h"

namespace attune::workflow {

struct Checkpoint;

class History {
 public:
  // The system is empty at first; it gets the changes. It must outlive the history.
  explicit History(system::System& system);

  // Takes the journal's next record. kCorrupt: it does not follow the one before, or its change is not
  // possible in the system as it stands.
  Result<void> add(const Record& record);

  // All that it holds and the system with it, as a value; and the same of a value, in a history that has
  // taken nothing yet. The Error says what the project does not allow (any more).
  Checkpoint checkpoint() const;
  Result<void> restore(Checkpoint of);

  const Numbers& next() const { return next_; }
  bool is_empty() const { return next_.record == 1; }
  // Whether `start` was completed, and no `stop` begun since, however far that came.
  bool is_started() const;

  struct OpenRun {
    std::string diagram, subject;
    bool begun = true;  // false: it waits for its turn
    Undo undo;
    std::string host;  // that it is about, where that is no component

    const std::string& about() const { return subject.empty() ? host : subject; }
  };
  const std::map<RunId, OpenRun>& open_runs() const { return open_runs_; }
  const std::map<CallId, Call>& open_calls() const { return open_calls_; }
  // When the last run about a component, a host or nothing (by its name), of a diagram, ended that had begun:
  // cooldowns outlive the manager. Of what is there.
  using Ends = std::map<std::pair<std::string, std::string>, WallTime>;
  const Ends& ends() const { return ends_; }
  const Lately<WallTime>& lately() const { return lately_; }
  const Modes& modes() const { return modes_; }
  const Trials& trials() const { return trials_; }
  const OwnStops& own_stops() const { return own_stops_; }
  const OffHosts& off_hosts() const { return off_hosts_; }

 private:
  void take(const EventAccepted& event);
  void take(const RunStarted& run);
  void take(const Record& record, const RunEnded& end);
  void take(const ModeSet& set);
  const model::Settings* settings_of(const std::string& diagram) const;  // nullptr: there is none
  bool is_there(const std::string& about) const;
  void forget(const std::string& component);
  void has_begun(RunId run, bool begun);
  void entered(const StateEntered& state);
  void intended(const Call& call);
  Result<void> change(const Record& record, const SystemChanged& changed);
  void note(const SystemChanged& changed, std::optional<system::Change> back);

  system::System& system_;
  Numbers next_;
  bool started_ = false;
  std::map<RunId, OpenRun> open_runs_;
  std::map<CallId, Call> open_calls_;
  std::string latest_about_;  // what the last event is about
  Ends ends_;
  Lately<WallTime> lately_;
  Modes modes_;
  Trials trials_;
  OwnStops own_stops_;
  OffHosts off_hosts_;
};

}  // namespace attune::workflow
