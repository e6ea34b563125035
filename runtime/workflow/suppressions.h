// SPDX-License-Identifier: Apache-2.0
// Suppressions: events that were heard and by rule not answered. The first of a kind is told at once; equal
// ones after it are counted and told together, so that a storm of events is no storm of records. Loop thread
// only.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

#include "runtime/workflow/ledger.h"

namespace attune::workflow {

class Suppressions {
 public:
  static constexpr Duration kWindow = std::chrono::seconds(10);  // as long equal ones are counted
  static constexpr size_t kMostAtOnce = 256;                     // told in one input

  enum class Reason {
    kNoDiagram,
    kOtherClass,
    kCleared,
    kHeld,
    kCooldown,
    kAnswered,
    kRenewed,
    kOwnLoad,
    kResized,
    kMoves,
    kJudged,
    kSwitchedOff,
    kStopping
  };
  using Key = uint64_t;  // of the event's name, the component and the reason together

  // `why` gives the text; it is asked for the first of a kind only.
  template <class Why>
  void add(Ledger& ledger, Key key, const std::string& event, const std::string& component, Why why) {
    const auto found = counts_.find(key);
    if (found != counts_.end()) {
      ++found->second.count;
      return;
    }
    begin(ledger, key, Count{event, component, why(), 1});
  }

  // Tells what was counted long enough; the rest of it next time, if it is much.
  void tell_due(Ledger& ledger);
  void tell_all(Ledger& ledger);
  std::optional<Instant> next() const;

 private:
  struct Count {
    std::string event, component, why;
    uint64_t count = 0;  // since the last that was told
  };

  void begin(Ledger& ledger, Key key, Count count);
  static void tell(Ledger& ledger, Count& count);

  std::unordered_map<Key, Count> counts_;
  std::deque<std::pair<Instant, Key>> due_;
};

}  // namespace attune::workflow
