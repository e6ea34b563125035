// SPDX-License-Identifier: Apache-2.0
// WaitingList: those who wait for the end of something that another has begun, each until a stop request of
// its own at the longest. The loop's thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

#include "runtime/base/task.h"
#include "runtime/ports/loop.h"

namespace attune::deploy {

template <class T>
class WaitingList {
 public:
  bool empty() const { return waiting_.empty(); }

  // What end_all() gives, or `stopped` where the stop request comes first. The list may be moved or gone by
  // then; the loop may not.
  Task<T> wait(ports::Loop& loop, std::stop_token stop, T stopped) {
    const auto own = std::make_shared<Done>();
    std::optional<std::stop_callback<std::function<void()>>> on_stop;
    co_return co_await Awaitable<T>([&](Done done) {
      *own = std::move(done);
      waiting_.push_back(own);
      on_stop.emplace(stop, std::function<void()>([&loop, own, stopped] {
                        loop.post([own, stopped] { end(*own, stopped); });
                      }));
    });
  }

  void end_all(const T& value) {
    const auto waiting = std::exchange(waiting_, {});
    for (const auto& one : waiting) end(*one, value);
  }

 private:
  using Done = std::function<void(T)>;

  static void end(Done& done, const T& value) {
    if (done) std::exchange(done, nullptr)(value);
  }

  std::vector<std::shared_ptr<Done>> waiting_;  // null: has been stopped
};

}  // namespace attune::deploy
