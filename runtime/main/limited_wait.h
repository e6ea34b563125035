// SPDX-License-Identifier: Apache-2.0
// Waiting for something that may never come. Loop thread only.
#pragma once

#include <functional>
#include <memory>

#include "runtime/base/clock.h"
#include "runtime/base/task.h"
#include "runtime/ports/loop.h"

namespace attune::main {

// Calls `begin` with what is to be called when it has come. False: it has not within the limit; then a later
// call means nothing.
inline Task<bool> wait_within(ports::Loop& loop, Duration limit,
                              std::function<void(std::function<void()>)> begin) {
  std::unique_ptr<ports::Loop::Timer> timer;
  co_return co_await Awaitable<bool>([&](std::function<void(bool)> done) {
    const auto once = std::make_shared<std::function<void(bool)>>(std::move(done));
    const auto end = [once](bool came) {
      if (*once) std::exchange(*once, nullptr)(came);
    };
    timer = loop.after(limit, [end] { end(false); });
    begin([end] { end(true); });
  });
}

}  // namespace attune::main
