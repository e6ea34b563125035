// SPDX-License-Identifier: Apache-2.0
// PuttingBack: the last phase of a run that failed, was cancelled or interrupted: what it has changed is put
// back, the last change first, one after the other; then what was stopped runs again, the outermost first.
// What cannot be is told, and the rest goes on. Loop thread only.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "runtime/workflow/errands.h"
#include "runtime/workflow/stage.h"
#include "runtime/workflow/undo.h"

namespace attune::workflow {

class PuttingBack {
 public:
  enum class Progress { kUnderWay, kDone };

  // Takes from the ledger's list of the run.
  PuttingBack(Stage& stage, RunId run);

  // Does what can be done now.
  Progress go_on(const Errand& errand);
  // One of its calls ended (and is settled). go_on() then.
  void ended(const Call& call, const CallOutcome& outcome, const Errand& errand);
  // Cancels the calls under way and begins no more. Their outcomes are still to come: go_on() then.
  void give_up();

  // "could not put back: vm1 to lab1 (it is down); app3 (app3.stop timed out)"; empty where all was.
  std::string failure() const;

 private:
  void begin(const system::Change& next);
  void miss(const system::ComponentCreated& removed);
  void unmake(const system::ComponentRemoved& made);
  void start_again(const system::LifecycleChanged& ran);
  void bring_back(const system::HostAssigned& former);
  std::string refusal_of(const system::HostAssigned& former, const system::Component& component) const;
  std::string stranger_in(const system::Component& made) const;
  void carry_out(std::vector<ErrandStep> steps) { errands_.emplace(std::move(steps)); }
  void failed(const std::string& why);
  bool is_done() const;

  Stage& stage_;
  const RunId run_;
  Undo& undo_;  // what is left of it
  std::set<system::ComponentId> made_;
  std::set<system::ComponentId> moved_;                   // by the run
  std::set<system::ComponentId> placed_;                  // of these: is where it was again
  std::set<std::pair<system::ComponentId, bool>> tried_;  // to bring back, as it ran or as it did not
  system::Change next_;                                   // is being put back
  std::string what_;                                      // the same, for messages
  std::optional<Errands> errands_;
  std::optional<system::Change> again_;  // to be looked at again when the errands have worked
  bool given_up_ = false;
  std::vector<std::string> failures_;
};

}  // namespace attune::workflow
