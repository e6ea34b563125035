// SPDX-License-Identifier: Apache-2.0
#include "tests/simulation/timeline.h"

#include <algorithm>

namespace attune::simulation {

std::unique_ptr<ports::Loop::Timer> Timeline::after(Duration delay, std::function<void()> work) {
  auto held = std::make_shared<std::function<void()>>(std::move(work));
  timers_.push({now_ + std::max(delay, Duration::zero()), ++order_, held});
  return std::make_unique<Handle>(std::move(held));
}

void Timeline::later(Duration delay, std::function<void()> work) {
  timers_.push({now_ + std::max(delay, Duration::zero()), ++order_,
                std::make_shared<std::function<void()>>(std::move(work))});
}

std::optional<Instant> Timeline::next() {
  if (!posted_.empty()) return now_;
  while (!timers_.empty() && !*timers_.top().work) timers_.pop();
  if (timers_.empty()) return std::nullopt;
  return timers_.top().at;
}

void Timeline::step() {
  if (!posted_.empty()) {
    const auto work = std::move(posted_.front());
    posted_.pop_front();
    return work();
  }
  if (!next()) return;
  const Entry entry = timers_.top();
  timers_.pop();
  advance_to(entry.at);
  const auto work = std::exchange(*entry.work, nullptr);
  work();
}

}  // namespace attune::simulation
