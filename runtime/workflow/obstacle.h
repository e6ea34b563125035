// SPDX-License-Identifier: Apache-2.0
// Obstacle: why a reaction does not answer an event about a component at this moment. The engine asks for it
// when an event comes, and explain() when somebody wants to know: what is decided here holds for both.
// Pure; loop thread only.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/workflow/reaction.h"
#include "runtime/workflow/suppressions.h"

namespace attune::workflow {

struct Obstacle {
  Suppressions::Reason reason{};
  RunId run = 0;                        // of kAnswered, kRenewed, kOwnLoad and kJudged
  Instant until{};                      // of kCooldown, kHeld, kResized and kJudged; of kMoves where known
  Duration held{};                      // of kHeld
  unsigned tries = 0;                   // of kSwitchedOff: runs that did not help
  std::string subject{};                // of kSwitchedOff; may be empty
  bool is_put_off = false;              // the event is looked at again when it has passed
  std::function<std::string()> told{};  // of kOver, kOwnLoad, kResized and kMoves: as the journal says it
};

// What is in the way of an event about the component, whatever was answered before.
std::optional<Obstacle> obstacle_to(const Reaction& reaction, const system::System& system,
                                    system::ComponentId component, bool is_stopping);
// What is in the way by what was answered before. Where the diagram asks the event to hold, `answer.since` is
// set.
std::optional<Obstacle> obstacle_to(const Reaction& reaction, const Answer& answer, Instant now);

// As the journal says it; `clock_text` gives "12:00:31".
std::string to_text(const Obstacle& obstacle, const Reaction& reaction,
                    const std::function<std::string(Instant)>& clock_text);
// The smallest change by which the event would be answered: "in 12s", "`attune cancel 7`, or wait for its
// end".
std::string remedy_for(const Obstacle& obstacle, const Reaction& reaction, Instant now);

}  // namespace attune::workflow
