// SPDX-License-Identifier: Apache-2.0
// The names of what must hold, and the finding that one of them does not. Values; any thread.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/clock.h"

namespace attune::simulation {

enum class Invariant {
  kOneCopy,         // no virtual machine runs on two hosts
  kNothingLost,     // at rest all that is wanted runs, and where the system has it
  kEndIsKnown,      // what a stop or a kill has ended, the system has as stopped at once
  kOneRunEach,      // no component is worked on by two runs at once
  kEventsAnswered,  // each accepted event starts a run
  kEventsCounted,   // each line is accepted, suppressed, rejected, or still in the queue
  kRunsEnd,         // each run ends, once
  kIntentFirst,     // nothing is done to a machine without a call whose intent is durable
  kCapacity,        // no host's memory is promised twice
  kNothingLeft,     // at rest no machine, process or directory is left where it does not belong
  kJournalFits,     // records follow one another, and replayed they give the system as it is
  kOrderlyEnd,      // a manager that is asked to end does so, and leaves nothing under way
  kRoom,            // no plan puts more on a host than it has, in no step
  kRules,           // no plan breaks what classes say of where their machines may be
  kRested,          // no plan moves what has just moved
  kCarriedOut,      // a plan whose run is done has all of its machines where it wanted them
  kToldIsKept,      // what the manager was told of prices and capacities is so until it is told anew
};
std::string_view name_of(Invariant invariant);

struct Finding {
  Invariant invariant = Invariant::kOneCopy;
  std::string what;
  Instant at{};
};

}  // namespace attune::simulation
