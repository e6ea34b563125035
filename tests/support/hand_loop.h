// SPDX-License-Identifier: Apache-2.0
// HandLoop: a loop whose time is turned by hand, with its clock. For tests of what waits.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "runtime/ports/loop.h"

namespace attune::test {

class HandLoop final : public ports::Loop, public Clock {
 public:
  Instant now() const override { return now_; }
  WallTime wall() const override {
    return WallTime(std::chrono::floor<std::chrono::microseconds>(now_.time_since_epoch()));
  }

  void post(std::function<void()> work) override { posted_.push_back(std::move(work)); }
  std::unique_ptr<Timer> after(Duration delay, std::function<void()> work) override {
    auto timer = std::make_unique<HandTimer>();
    timers_.emplace(now_ + delay, Waiting{timer->alive, std::move(work)});
    return timer;
  }
  std::unique_ptr<Watch> on_readable(int, std::function<void()>) override { return nullptr; }

  // Runs what was posted, and what that posts.
  void turn() {
    while (!posted_.empty())
      for (const auto& work : std::exchange(posted_, {})) work();
  }
  // Runs what was posted, and not what that posts.
  void turn_once() {
    for (const auto& work : std::exchange(posted_, {})) work();
  }
  // Lets the time pass, with all that is due on the way.
  void pass(Duration time) {
    const Instant end = now_ + time;
    turn();
    while (!timers_.empty() && timers_.begin()->first <= end) {
      now_ = timers_.begin()->first;
      const auto waiting = timers_.extract(timers_.begin());
      if (!waiting.mapped().alive.expired()) waiting.mapped().work();
      turn();
    }
    now_ = end;
  }

 private:
  struct HandTimer final : Timer {
    std::shared_ptr<bool> alive = std::make_shared<bool>();
  };
  struct Waiting {
    std::weak_ptr<bool> alive;
    std::function<void()> work;
  };
  Instant now_ = Instant(std::chrono::hours(12));
  std::vector<std::function<void()>> posted_;
  std::multimap<Instant, Waiting> timers_;
};

}  // namespace attune::test
