// SPDX-License-Identifier: Apache-2.0
// Loop: the one thread that owns all state, as the outer parts see it: a place to post to. main/ implements
// it with Asio, tests and the simulator by hand.
#pragma once

#include <functional>
#include <memory>

#include "runtime/base/clock.h"

namespace attune::ports {

class Loop {
 public:
  virtual ~Loop() = default;

  // Runs `work` later on the loop's thread, in the order of posting. Any thread.
  virtual void post(std::function<void()> work) = 0;

  // Runs `work` once after `delay`, on the loop's thread; destroying the returned handle cancels it.
  // Loop thread only.
  class Timer {
   public:
    virtual ~Timer() = default;
  };
  [[nodiscard]] virtual std::unique_ptr<Timer> after(Duration delay, std::function<void()> work) = 0;

  // Calls `ready` whenever `fd` can be read, until the handle is destroyed. Loop thread only.
  class Watch {
   public:
    virtual ~Watch() = default;
  };
  [[nodiscard]] virtual std::unique_ptr<Watch> on_readable(int fd, std::function<void()> ready) = 0;
};

}  // namespace attune::ports
