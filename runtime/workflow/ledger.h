// SPDX-License-Identifier: Apache-2.0
// Ledger: where everything that one input leads to is written down: records with their numbers, calls,
// cancellations; and the only way by which the engine changes the system. Loop thread only.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/system/system.h"
#include "runtime/workflow/effects.h"
#include "runtime/workflow/lately.h"
#include "runtime/workflow/undo.h"

namespace attune::workflow {

class Ledger {
 public:
  explicit Ledger(system::System& system) : system_(system) {}

  // An input begins; its time is that of all its records.
  void open(Now now) { now_ = now; }
  const Now& now() const { return now_; }
  // What the input led to; the ledger is empty then.
  Effects close();
  // Since the input began.
  const std::vector<Record>& records() const { return effects_.records; }
  size_t size() const { return effects_.records.size(); }
  void go_on_from(Numbers next) { next_ = next; }

  uint64_t new_event() { return next_.event++; }
  RunId new_run() { return next_.run++; }
  RunId next_run() const { return next_.run; }
  CallId new_call() { return next_.call++; }

  template <class What>
  void record(What what) {
    effects_.records.push_back(Record{next_.record++, now_.wall, std::move(what)});
  }
  void issue(Call call);  // its intent and itself; it has its id
  void cancel(CallId call) { effects_.cancels.push_back(call); }
  void name_run(RunId run) { effects_.run = run; }

  // What the run has changed so far, and its own calls may have. Who puts it back takes from it.
  Undo& undo_of(RunId run) { return undos_[run]; }
  const Undo& undo_of(RunId run) const;
  void forget_undo(RunId run) { undos_.erase(run); }

  // What has been done of late, by the steady clock.
  const Lately<Instant>& lately() const { return lately_; }
  void remember(Lately<Instant> lately) { lately_ = std::move(lately); }
  void run_ended(RunId run) { lately_.ended(run, now_.steady); }

  // Applies the change, with what follows from it, and records both; an impossible one changes and records
  // nothing. `by`: who, where it is not the run: nothing of that is put back when the run fails.
  Result<void> change(system::Change change, RunId run, std::string by = {});
  // Hosts of families that have come to have nothing, or are there again with nothing, since it was asked.
  std::vector<system::HostId> take_empty() { return std::exchange(empty_, {}); }
  // Counts it among these, if it has nothing.
  void note_empty(system::HostId id);

 private:
  void note(const SystemChanged& changed, std::optional<system::Change> back);

  system::System& system_;
  Now now_;
  Numbers next_;
  Effects effects_;
  std::map<RunId, Undo> undos_;
  Lately<Instant> lately_;
  std::vector<system::HostId> empty_;
};

}  // namespace attune::workflow
