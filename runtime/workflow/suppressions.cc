// SPDX-License-Identifier: Apache-2.0
#include "runtime/workflow/suppressions.h"

namespace attune::workflow {

void Suppressions::begin(Ledger& ledger, Key key, Count count) {
  tell(ledger, counts_.emplace(key, std::move(count)).first->second);
  due_.emplace_back(ledger.now().steady + kWindow, key);
}

void Suppressions::tell(Ledger& ledger, Count& count) {
  if (count.count == 0) return;
  ledger.record(EventSuppressed{count.event, count.component, count.why, count.count});
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
