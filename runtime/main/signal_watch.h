// SPDX-License-Identifier: Apache-2.0
// SignalWatch: SIGTERM, SIGINT and SIGHUP, unless they are ignored, as something that the loop hears of. Made
// before any other thread, so that all of them have these signals blocked. Loop thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "runtime/base/unique_fd.h"
#include "runtime/ports/loop.h"

namespace attune::main {

class SignalWatch {
 public:
  SignalWatch();

  struct Signal {
    int number = 0;
    std::string by;  // "SIGTERM of root (process 4711)", as the kernel says it; of itself: "SIGTERM"
  };
  // Calls `on_signal` with each one that comes, as long as the result lives, which the loop and
  // this must outlive.
  [[nodiscard]] std::unique_ptr<ports::Loop::Watch> listen(
      ports::Loop& loop, std::function<void(const Signal&)> on_signal) const;

 private:
  UniqueFd fd_;
};

}  // namespace attune::main
