// SPDX-License-Identifier: Apache-2.0
// Checkpoint: what a history holds after a record, with the system that goes with it: recovery done ahead of
// time. The journal keeps it in the place of all records before. docs/journal.md has the stored form.
// Immutable values; any thread.
#pragma once

#include <string>
#include <vector>

#include "runtime/base/clock.h"
#include "runtime/system/snapshot.h"
#include "runtime/workflow/call.h"
#include "runtime/workflow/effects.h"
#include "runtime/workflow/history.h"
#include "runtime/workflow/record.h"

namespace attune::workflow {

struct Checkpoint {
  struct Run {  // that goes on
    RunId id = 0;
    History::OpenRun run;
  };
  struct End {  // the last of a diagram's runs about a component or a host that is there, or about neither
    std::string diagram, about;
    WallTime at{};
  };
  struct OwnStop {
    std::string component, by;
    RunId run = 0;
  };

  struct OffHost {
    std::string host;
    OffHosts::Off off;
  };
  struct Trial {  // of a reaction about a component that is there
    std::string diagram, subject;
    Trials::Trial trial;
  };

  Numbers next;
  bool started = false;  // `start` was completed
  system::Snapshot system;
  std::vector<Run> runs;
  std::vector<Call> calls;  // without an outcome
  std::vector<End> ends;
  std::vector<Lately<WallTime>::Resized> resized;
  std::vector<WallTime> moves;
  std::vector<ModeSet> modes;
  std::vector<Trial> trials;
  std::vector<OwnStop> own_stops;
  std::vector<OffHost> off;
  std::string about;  // what the last event is about: a run that is about a host follows it

  // The record that it stands after.
  uint64_t sequence() const { return next.record - 1; }
};

}  // namespace attune::workflow
