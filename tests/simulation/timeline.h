// SPDX-License-Identifier: Apache-2.0
// Timeline: a loop with its clock, whose time goes to whatever is due next. The world has one and each
// manager has one, and who plays a story takes the earlier step of the two.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "runtime/ports/loop.h"

namespace attune::simulation {

class Timeline final : public ports::Loop, public Clock {
 public:
  explicit Timeline(Instant begin) : now_(begin) {}

  Instant now() const override { return now_; }
  WallTime wall() const override {
    return WallTime(std::chrono::floor<std::chrono::microseconds>(now_.time_since_epoch() + wall_ahead_));
  }

  void post(std::function<void()> work) override { posted_.push_back(std::move(work)); }
  std::unique_ptr<Timer> after(Duration delay, std::function<void()> work) override;
  std::unique_ptr<Watch> on_readable(int, std::function<void()>) override { return nullptr; }
  // The same, of what nobody cancels.
  void later(Duration delay, std::function<void()> work);

  // When the next step is due; nothing where nothing is.
  std::optional<Instant> next();
  // Does what next() told of: one piece of work.
  void step();
  void advance_to(Instant time) {
    if (time > now_) now_ = time;
  }
  void set_wall_ahead(Duration ahead) { wall_ahead_ = ahead; }

 private:
  using Work = std::shared_ptr<std::function<void()>>;  // an empty function: cancelled
  struct Entry {
    Instant at;
    uint64_t order;
    Work work;
    bool operator>(const Entry& other) const { return at != other.at ? at > other.at : order > other.order; }
  };
  struct Handle final : Timer {
    explicit Handle(Work its) : work(std::move(its)) {}
    ~Handle() override {
      const auto dropped = std::exchange(*work, nullptr);  // what it holds may refer to this handle's owner
    }
    Work work;
  };

  Instant now_;
  Duration wall_ahead_{};
  uint64_t order_ = 0;
  std::deque<std::function<void()>> posted_;
  std::priority_queue<Entry, std::vector<Entry>, std::greater<>> timers_;
};

}  // namespace attune::simulation
