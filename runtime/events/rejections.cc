// SPDX-License-Identifier: Apache-2.0
#include "runtime/events/rejections.h"

#include <numeric>

#include <fmt/format.h>

namespace attune::events {

namespace {
constexpr size_t kShown = 120;  // bytes of the line
}

void Rejections::add(const Rejection& rejection, std::string_view sender, std::string_view line) {
  ++counts_[static_cast<size_t>(rejection.fault)];
  if (logged_.size() >= kMaxSenders || !logged_.emplace(rejection.fault, sender).second) return;
  log_.warning(fmt::format("event from {} not taken ({}: {}): {}{}; more of this kind are only counted",
                           sender, name_of(rejection.fault), rejection.why, line.substr(0, kShown),
                           line.size() > kShown ? "..." : ""));
}

uint64_t Rejections::total() const {
  return std::accumulate(counts_.begin(), counts_.end(), uint64_t{0});
}

}  // namespace attune::events
