// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/suppressions.h"

#include <fmt/format.h>

namespace attune::workflow {

size_t Suppressions::Hash::operator()(const Key& key) const {
  size_t hash = static_cast<size_t>(key.reason);
  const auto add = [&hash](auto part) { hash = hash * 0x9e3779b97f4a7c15 + static_cast<size_t>(part); };
  add(key.event);
  add(key.about);
  add(key.host);
  add(key.run);
  add(key.until.time_since_epoch().count());
  return hash ^ (hash >> 32);
}

void Suppressions::begin(Ledger& ledger, const Key& key, Count count) {
  tell(ledger, counts_.emplace(key, std::move(count)).first->second);
  due_.emplace_back(ledger.now().steady + kWindow, key);
}

// What is told later says when it was.
void Suppressions::tell(Ledger& ledger, Count& count) const {
  if (count.count == 0) return;
  std::string why = count.why;
  if (count.last < ledger.now().steady) {
    const std::string from = clock_text_(count.first), to = clock_text_(count.last);
    why += from == to ? "; at " + to : fmt::format("; from {} to {}", from, to);
  }
  ledger.record(EventSuppressed{count.event, count.component, std::move(why), count.count});
  count.count = 0;
}

void Suppressions::tell_due(Ledger& ledger) {
  const Instant now = ledger.now().steady;
  for (size_t told = 0; told < kMostAtOnce && !due_.empty() && due_.front().first <= now; ++told) {
    const Key key = due_.front().second;
    due_.pop_front();
    const auto found = counts_.find(key);
    if (found->second.count == 0) {
      counts_.erase(found);
    } else {
      tell(ledger, found->second);
      due_.emplace_back(now + kWindow, key);
    }
  }
}

void Suppressions::tell_all(Ledger& ledger) {
  for (const auto& [at, key] : due_) tell(ledger, counts_.at(key));
  counts_.clear();
  due_.clear();
}

std::optional<Instant> Suppressions::next() const {
  return due_.empty() ? std::nullopt : std::optional(due_.front().first);
}

}  // namespace attune::workflow
