// SPDX-License-Identifier: Apache-2.0
// pause_for: lets time pass in a coroutine. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/base/task.h"
#include "runtime/ports/loop.h"

namespace attune::ports {

// Goes on after `delay`, with true; with false as soon as it is stopped, within the stop request. The loop
// must outlive it.
inline Task<bool> pause_for(Loop& loop, Duration delay, std::stop_token stop) {
  std::unique_ptr<Loop::Timer> timer;
  std::optional<std::stop_callback<std::function<void()>>> stopped;
  co_return co_await Awaitable<bool>([&](std::function<void(bool)> done) {
    const auto once = std::make_shared<std::function<void(bool)>>(std::move(done));
    const auto end = [once](bool passed) {
      if (*once) std::exchange(*once, nullptr)(passed);
    };
    timer = loop.after(delay, [end] { end(true); });
    stopped.emplace(stop, [end] { end(false); });
  });
}

}  // namespace attune::ports
