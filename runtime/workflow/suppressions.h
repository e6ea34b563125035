// SPDX-License-Identifier: Apache-2.0
// Suppressions: events that were heard and by rule not answered. The first of a kind is told at once; equal
// ones after it are counted and told together, so that a storm of events is no storm of records. Loop thread
// only.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
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
  static constexpr Duration kNewWords = std::chrono::seconds(1);

  enum class Reason {
    kNoDiagram,
    kOtherClass,
    kCleared,
    kHeld,
    kOver,
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
  // Gives "12:00:31".
  using ClockText = std::function<std::string(Instant)>;
  explicit Suppressions(ClockText clock_text) : clock_text_(std::move(clock_text)) {}

  // What makes them equal: the event, what it is about, and the reason with what that names.
  struct Key {
    Reason reason{};
    uint32_t event = 0;                                // a number of its name
    system::ComponentId about = system::kNoComponent;  // and
    system::HostId host = system::kNoHost;             // of an event about a host
    RunId run = 0;
    Instant until{};
    friend bool operator==(const Key&, const Key&) = default;
  };

  // `why` gives the text; it is asked for the first of a kind, and then for one in a second: what is counted
  // is told in the words of one of the last.
  template <class Why>
  void add(Ledger& ledger, const Key& key, const std::string& event, const std::string& component, Why why) {
    const Instant now = ledger.now().steady;
    const auto found = counts_.find(key);
    if (found == counts_.end()) return begin(ledger, key, Count{event, component, why(), now, now, now, 1});
    Count& count = found->second;
    if (count.count++ == 0) count.first = now;
    count.last = now;
    if (now < count.as_of + kNewWords) return;
    count.why = why();
    count.as_of = now;
  }

  // Tells what was counted long enough; the rest of it next time, if it is much.
  void tell_due(Ledger& ledger);
  void tell_all(Ledger& ledger);
  std::optional<Instant> next() const;

 private:
  struct Count {
    std::string event, component, why;
    Instant as_of{};  // it was so then
    Instant first{}, last{};
    uint64_t count = 0;  // since the last that was told
  };

  struct Hash {
    size_t operator()(const Key& key) const;
  };

  void begin(Ledger& ledger, const Key& key, Count count);
  void tell(Ledger& ledger, Count& count) const;

  ClockText clock_text_;

  std::unordered_map<Key, Count, Hash> counts_;
  std::deque<std::pair<Instant, Key>> due_;
};

}  // namespace attune::workflow
