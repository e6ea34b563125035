// SPDX-License-Identifier: Apache-2.0
// pause_for: lets time pass in a coroutine. Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "runtime/base/clock.h"
#include "runtime/base/task.h"
#include "runtime/ports/loop.h"

namespace attune::ports {

// Goes on after `delay`, with true. The loop must outlive it; who may be gone by then looks before going on.
inline Awaitable<bool> pause_for(Loop& loop, Duration delay) {
  return Awaitable<bool>([&loop, delay](std::function<void(bool)> done) {
    const auto timer = std::make_shared<std::unique_ptr<Loop::Timer>>();
    *timer = loop.after(delay, [timer, done = std::move(done)] {
      const auto fired = std::move(*timer);  // else it would keep itself
      done(true);
    });
  });
}

}  // namespace attune::ports
