// SPDX-License-Identifier: Apache-2.0
// PlayedCalls: the calls of a replay that are under way: each takes as long as the trace says, and works
// where it can. Behind Replay, whose engine asks for them. One thread at a time.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "runtime/base/clock.h"
#include "runtime/main/replay/tally.h"
#include "runtime/main/replay/trace.h"
#include "runtime/system/system.h"
#include "runtime/workflow/call.h"
#include "runtime/workflow/effects.h"

namespace attune::replay {

class PlayedCalls {
 public:
  // All must outlive it; each call that begins is counted.
  PlayedCalls(const system::System& system, const Trace& trace, Tally& tally)
      : system_(system), trace_(trace), tally_(tally) {}

  void begin(workflow::Call call, Instant now);
  // Whether it was under way.
  bool cancel(workflow::CallId id);

  // When the next one ends; nothing while none is under way.
  std::optional<Instant> next_end() const;
  struct Ended {
    workflow::CallId id{};
    workflow::CallOutcome outcome;
    std::string switches_on;  // the host, where it works; empty: none
  };
  // There is one.
  Ended end_next(workflow::Now now);

 private:
  struct UnderWay {
    workflow::Call call;
    std::string switches_on;
  };

  workflow::CallOutcome outcome_of(const workflow::Call& call, workflow::Now now) const;
  workflow::CallOutcome planned(const workflow::Call& call, workflow::Now now) const;
  Duration length_of(const workflow::Call& call) const;

  const system::System& system_;
  const Trace& trace_;
  Tally& tally_;
  std::multimap<Instant, UnderWay> calls_;  // by when they end
};

}  // namespace attune::replay
