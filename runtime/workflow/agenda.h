// SPDX-License-Identifier: Apache-2.0
// Agenda: what is to be done when: deadlines in their order, each of which can be struck out again. Loop
// thread only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "runtime/base/clock.h"

namespace attune::workflow {

template <class What>
class Agenda {
 public:
  using Entry = std::pair<Instant, uint64_t>;

  Entry add(Instant at, What what) {
    const Entry entry{at, next_++};
    entries_.emplace(entry, std::move(what));
    return entry;
  }
  // One that is not there any more is no matter.
  void remove(const Entry& entry) { entries_.erase(entry); }
  // What `is_meant` says yes to.
  template <class Predicate>
  void remove_all(Predicate is_meant) {
    std::erase_if(entries_, [&](const auto& each) { return is_meant(each.second); });
  }

  std::optional<Instant> next() const {
    return entries_.empty() ? std::nullopt : std::optional(entries_.begin()->first.first);
  }
  // The next that is due, taken out; of equal times the one that was added first.
  std::optional<What> take_due(Instant now) {
    if (entries_.empty() || entries_.begin()->first.first > now) return std::nullopt;
    return std::move(entries_.extract(entries_.begin()).mapped());
  }

 private:
  std::map<Entry, What> entries_;
  uint64_t next_ = 0;
};

}  // namespace attune::workflow
