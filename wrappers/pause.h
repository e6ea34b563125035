// SPDX-License-Identifier: Apache-2.0
// pause_for: lets time pass in a coroutine. Loop thread only.
#pragma once

#include <memory>

#include "runtime/base/clock.h"
#include "runtime/base/task.h"
#include "runtime/ports/loop.h"

namespace attune::wrappers {

// The loop must outlive it. Who may be gone by then looks before going on.
inline Task<int> pause_for(ports::Loop& loop, Duration delay) {
  std::unique_ptr<ports::Loop::Timer> timer;
  co_return co_await Awaitable<int>([&](auto done) { timer = loop.after(delay, [done] { done(0); }); });
}

}  // namespace attune::wrappers
